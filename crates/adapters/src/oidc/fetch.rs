//! Fetching an issuer's keys.

use super::UnusableIssuer;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AGE, CACHE_CONTROL, HOST, HeaderMap, HeaderName, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use oneclaw_services::IssuerKeys;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long all of it may take, from looking the name up to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an answer; Google's has 1.5 KiB.
const MAX_BYTES: usize = 256 * 1024;
/// How long keys are good where the answer does not say, in seconds.
const DEFAULT_MAX_AGE: i64 = 3600;

/// Why there are no keys. Nothing in it is the issuer's own text.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("it takes longer than 5 seconds")]
    Slow,
    #[error("no connection")]
    Connection(#[from] io::Error),
    #[error("no HTTP")]
    Http(#[from] hyper::Error),
    #[error("it answered {0}, and not 200")]
    Status(StatusCode),
    #[error("the answer is cut off, or has more than 256 KiB")]
    Body,
    #[error("the answer is no set of keys")]
    NoKeys,
}

/// Keys, and how long they are good.
pub(super) struct Fetched {
    pub(super) keys: IssuerKeys,
    /// As the issuer says, in seconds.
    pub(super) max_age: i64,
}

/// Where an issuer's keys are.
pub(super) struct KeySource {
    host: String,
    port: u16,
    /// The host and the port, as they stand in the URL.
    authority: String,
    target: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl KeySource {
    /// The keys at a URL. Connects to nothing.
    ///
    /// # Errors
    /// It is no http or https URL, or TLS cannot be set up.
    pub(super) fn new(url: &str) -> Result<Self, UnusableIssuer> {
        let uri: Uri = url.parse().map_err(|_| UnusableIssuer::KeysUrl)?;
        let authority = uri.authority().filter(|who| !who.as_str().contains('@'));
        let authority = authority.ok_or(UnusableIssuer::KeysUrl)?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let (tls, usual_port) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => (Some(tls_to(&host)?), 443),
            _ => return Err(UnusableIssuer::KeysUrl),
        };
        Ok(Self {
            host,
            port: authority.port_u16().unwrap_or(usual_port),
            authority: authority.as_str().to_owned(),
            target: uri
                .path_and_query()
                .map_or("/", |it| it.as_str())
                .to_owned(),
            tls,
        })
    }

    /// Asks for the keys, once: an answer that sends elsewhere is none.
    pub(super) async fn fetch(&self) -> Result<Fetched, FetchError> {
        tokio::time::timeout(PATIENCE, self.connect_and_ask())
            .await
            .map_err(|_| FetchError::Slow)?
    }

    async fn connect_and_ask(&self) -> Result<Fetched, FetchError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match &self.tls {
            None => self.ask(stream).await,
            Some((tls, name)) => self.ask(tls.connect(name.clone(), stream).await?).await,
        }
    }

    async fn ask<S>(&self, stream: S) -> Result<Fetched, FetchError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // dropped, and with it the connection, when this is done or given up
        let mut running = JoinSet::new();
        running.spawn(connection);
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = self.target.parse().unwrap_or_default();
        let header = |text: &str| text.parse().map_err(|_| FetchError::NoKeys);
        let headers = request.headers_mut();
        headers.insert(HOST, header(&self.authority)?);
        headers.insert(ACCEPT, header("application/json")?);
        headers.insert(USER_AGENT, header("oneclaw")?);
        read(sender.send_request(request).await?).await
    }
}

async fn read(response: Response<Incoming>) -> Result<Fetched, FetchError> {
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let max_age = max_age(response.headers());
    let body = Limited::new(response.into_body(), MAX_BYTES).collect();
    let body = body.await.map_err(|_| FetchError::Body)?.to_bytes();
    let keys = IssuerKeys::parse(&body).ok_or(FetchError::NoKeys)?;
    Ok(Fetched { keys, max_age })
}

/// How long an answer is good, in seconds (RFC 9111 4.2).
fn max_age(headers: &HeaderMap) -> i64 {
    let number = |text: &str| text.trim().trim_matches('"').parse::<i64>().ok();
    let texts = |name: HeaderName| {
        let values = headers.get_all(name).into_iter();
        values
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
            .join(",")
    };
    let stated = texts(CACHE_CONTROL).split(',').find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("max-age")
            .then(|| number(value))?
    });
    let age = number(&texts(AGE))
        .filter(|age| *age >= 0)
        .unwrap_or_default();
    stated.map_or(DEFAULT_MAX_AGE, |seconds| seconds.saturating_sub(age))
}

/// TLS by the certificates that the system trusts.
fn tls_to(host: &str) -> Result<(TlsConnector, ServerName<'static>), UnusableIssuer> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| UnusableIssuer::KeysUrl)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(UnusableIssuer::Tls);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| UnusableIssuer::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((TlsConnector::from(Arc::new(config)), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_at_plain_urls() {
        let source = KeySource::new("http://issuer.test:8443/keys?v=1").unwrap();
        assert_eq!((source.host.as_str(), source.port), ("issuer.test", 8443));
        assert_eq!(source.authority, "issuer.test:8443");
        assert_eq!(source.target, "/keys?v=1");
        let source = KeySource::new("http://[::1]").unwrap();
        assert_eq!((source.host.as_str(), source.port), ("::1", 80));
        assert_eq!(source.target, "/");
        for wrong in [
            "",
            "issuer.test",
            "/keys",
            "ftp://issuer.test",
            "http://me@issuer.test",
            "file:///etc/passwd",
        ] {
            assert!(KeySource::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn goo_07_an_answer_is_good_for_as_long_as_it_says() {
        let of = |headers: &[(HeaderName, &'static str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(name, value.parse().unwrap());
            }
            max_age(&map)
        };
        assert_eq!(of(&[]), DEFAULT_MAX_AGE);
        assert_eq!(
            of(&[(CACHE_CONTROL, "public, max-age=21600, must-revalidate")]),
            21_600
        );
        assert_eq!(
            of(&[(CACHE_CONTROL, "public"), (CACHE_CONTROL, "Max-Age=\"60\"")]),
            60
        );
        assert_eq!(of(&[(CACHE_CONTROL, "max-age=100"), (AGE, "40")]), 60);
        assert_eq!(
            of(&[(CACHE_CONTROL, "s-maxage=9, no-store")]),
            DEFAULT_MAX_AGE
        );
        assert_eq!(
            of(&[(CACHE_CONTROL, "max-age=99999999999999999999")]),
            DEFAULT_MAX_AGE
        );
    }
}
