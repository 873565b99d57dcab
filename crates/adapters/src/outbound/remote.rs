//! One server that the operator named. There is no way to ask another: redirects are not followed.

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, HOST, HeaderMap, HeaderValue, USER_AGENT};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Bytes of an answer; Google's keys have 1.5 KiB, a checkout session of Stripe's has 4.
const MAX_BYTES: usize = 256 * 1024;

/// A URL that cannot be asked, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnusableUrl {
    /// It is no http or https URL without a user.
    Url,
    /// The system trusts no certificates.
    Tls,
}

/// Why there is no answer. Nothing in it is the server's own text.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("no connection")]
    Connection(#[from] io::Error),
    #[error("no HTTP")]
    Http(#[from] hyper::Error),
    #[error("the answer is cut off, or has more than 256 KiB")]
    Body,
    #[error("the request cannot be written")]
    Request,
}

/// What a server answered.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A server, by a URL.
pub(crate) struct Remote {
    host: String,
    port: u16,
    /// The host and the port, as they stand in the URL.
    authority: String,
    /// The path and the query of the URL.
    target: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Remote {
    /// The server at a URL. Connects to nothing.
    ///
    /// # Errors
    /// It is no http or https URL, or TLS cannot be set up.
    pub(crate) fn new(url: &str) -> Result<Self, UnusableUrl> {
        let uri: Uri = url.parse().map_err(|_| UnusableUrl::Url)?;
        let authority = uri.authority().filter(|who| !who.as_str().contains('@'));
        let authority = authority.ok_or(UnusableUrl::Url)?;
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let (tls, usual_port) = match uri.scheme_str() {
            Some("http") => (None, 80),
            Some("https") => (Some(tls_to(&host)?), 443),
            _ => return Err(UnusableUrl::Url),
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

    /// The path and the query of the URL.
    pub(crate) fn target(&self) -> &str {
        &self.target
    }

    /// Asks once. Who calls it sets how long that may take.
    pub(crate) async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Answered, CallError> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        match &self.tls {
            None => self.ask_on(stream, request).await,
            Some((tls, name)) => {
                let stream = tls.connect(name.clone(), stream).await?;
                self.ask_on(stream, request).await
            }
        }
    }

    async fn ask_on<S>(
        &self,
        stream: S,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Answered, CallError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // dropped, and with it the connection, when this is done or given up
        let mut running = JoinSet::new();
        running.spawn(connection);
        let host: HeaderValue = self.authority.parse().map_err(|_| CallError::Request)?;
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static("oneclaw"));
        read(sender.send_request(request).await?).await
    }
}

async fn read(response: Response<Incoming>) -> Result<Answered, CallError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_BYTES).collect();
    let body = body.await.map_err(|_| CallError::Body)?.to_bytes();
    Ok(Answered {
        status: head.status,
        headers: head.headers,
        body,
    })
}

/// TLS by the certificates that the system trusts.
fn tls_to(host: &str) -> Result<(TlsConnector, ServerName<'static>), UnusableUrl> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| UnusableUrl::Url)?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(UnusableUrl::Tls);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| UnusableUrl::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((TlsConnector::from(Arc::new(config)), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ops_08_only_plain_urls_are_asked() {
        let source = Remote::new("http://issuer.test:8443/keys?v=1").unwrap();
        assert_eq!((source.host.as_str(), source.port), ("issuer.test", 8443));
        assert_eq!(source.authority, "issuer.test:8443");
        assert_eq!(source.target(), "/keys?v=1");
        let source = Remote::new("http://[::1]").unwrap();
        assert_eq!((source.host.as_str(), source.port), ("::1", 80));
        assert_eq!(source.target(), "/");
        for wrong in [
            "",
            "issuer.test",
            "/keys",
            "ftp://issuer.test",
            "http://me@issuer.test",
            "file:///etc/passwd",
        ] {
            assert_eq!(Remote::new(wrong).err(), Some(UnusableUrl::Url), "{wrong}");
        }
    }
}
