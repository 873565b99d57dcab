//! Fetching an issuer's keys.

use super::UnusableIssuer;
use crate::outbound::{Answered, CallError, Remote, UnusableUrl};
use http_body_util::Full;
use hyper::header::{AGE, CACHE_CONTROL, HeaderMap, HeaderName};
use hyper::{Request, StatusCode};
use oneclaw_services::IssuerKeys;
use std::time::Duration;

/// How long all of it may take, from looking the name up to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long keys are good where the answer does not say, in seconds.
const DEFAULT_MAX_AGE: i64 = 3600;

/// Why there are no keys. Nothing in it is the issuer's own text.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("it takes longer than 5 seconds")]
    Slow,
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("it answered {0}, and not 200")]
    Status(StatusCode),
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
pub(super) struct KeySource(Remote);

impl From<UnusableUrl> for UnusableIssuer {
    fn from(unusable: UnusableUrl) -> Self {
        match unusable {
            UnusableUrl::Url => Self::KeysUrl,
            UnusableUrl::Tls => Self::Tls,
        }
    }
}

impl KeySource {
    /// The keys at a URL. Connects to nothing.
    ///
    /// # Errors
    /// It is no http or https URL, or TLS cannot be set up.
    pub(super) fn new(url: &str) -> Result<Self, UnusableIssuer> {
        Ok(Self(Remote::new(url)?))
    }

    /// Asks for the keys, once: an answer that sends elsewhere is none.
    pub(super) async fn fetch(&self) -> Result<Fetched, FetchError> {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = self.0.target().parse().unwrap_or_default();
        let answer = tokio::time::timeout(PATIENCE, self.0.ask(request)).await;
        read(&answer.map_err(|_| FetchError::Slow)??)
    }
}

fn read(answer: &Answered) -> Result<Fetched, FetchError> {
    if answer.status != StatusCode::OK {
        return Err(FetchError::Status(answer.status));
    }
    let keys = IssuerKeys::parse(&answer.body).ok_or(FetchError::NoKeys)?;
    Ok(Fetched {
        keys,
        max_age: max_age(&answer.headers),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

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
