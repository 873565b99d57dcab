//! What an operator may choose about the wire.

use ipnet::IpNet;
use std::num::NonZeroU32;
use std::time::Duration;

/// How many requests one address may send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateLimit {
    /// Requests per second, over time.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

/// What an operator may choose about the wire. The numbers are those of contract 1.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Base of every absolute URL that the server makes, without a trailing slash.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed; none by default.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins that browsers may call from, exactly as they send them; `None` = that of
    /// `public_url`.
    pub cors_origins: Option<Vec<String>>,
    /// Largest body, in bytes.
    pub body_limit: usize,
    /// Longest wait for a body, from its first byte to its last.
    pub body_timeout: Duration,
    /// Longest wait for a request's headers.
    pub head_timeout: Duration,
    /// Requests per address; `None` = as many as they like.
    pub rate_limit: Option<RateLimit>,
    /// Whether the API also answers under `/api/v1`.
    pub api_alias: bool,
}

impl HttpSettings {
    /// 100 requests a second and 200 at once (contract 1.10).
    pub const DEFAULT_RATE: RateLimit = RateLimit {
        per_second: at_least_one(100),
        burst: at_least_one(200),
    };

    /// The origins that browsers may call from.
    pub(crate) fn origins(&self) -> Vec<String> {
        self.cors_origins
            .clone()
            .unwrap_or_else(|| vec![origin_of(&self.public_url)])
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            trusted_proxies: Vec::new(),
            cors_origins: None,
            body_limit: 2 * 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            head_timeout: Duration::from_secs(5),
            rate_limit: Some(Self::DEFAULT_RATE),
            api_alias: true,
        }
    }
}

const fn at_least_one(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

/// Scheme, host and port of a URL (RFC 6454 6.2).
fn origin_of(url: &str) -> String {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url
        .get(authority..)
        .and_then(|rest| rest.find('/'))
        .map_or(url.len(), |at| authority + at);
    url.get(..end).unwrap_or(url).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_that_of_the_public_url() {
        let settings = |url: &str| HttpSettings {
            public_url: url.to_owned(),
            ..Default::default()
        };
        assert_eq!(
            settings("https://x.test/base").origins(),
            ["https://x.test"]
        );
        assert_eq!(
            settings("http://127.0.0.1:8080").origins(),
            ["http://127.0.0.1:8080"]
        );
    }
}
