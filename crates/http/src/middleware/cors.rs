//! Which web pages may call us (contract 1.7), and the headers of our own versions on top.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderMap, HeaderValue, ORIGIN, VARY,
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
const ALLOWED: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, X-Auth-Confirm, X-Request-Id, X-PAYMENT, DPoP, \
     X-Client-Share, X-MFA-Token, x-cmek-old-key, x-cmek-new-key, If-Match, If-None-Match",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, X-Request-Id, Retry-After, Location, X-RateLimit-Requests-Used, X-RateLimit-Requests-Limit, \
     X-RateLimit-Requests-Percent, X-Quota-Warning, X-Credit-Balance-Cents, \
     X-Credit-Expiring-Soon, X-Overage-Method",
);
/// Seconds for which a browser may remember a preflight (contract 1.7).
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// What the answer says to browsers.
#[derive(Clone, Debug)]
pub(super) enum Sharing {
    /// Any page may read it: public keys.
    Public,
    /// The page of this origin may.
    Origin(HeaderValue),
    /// No page may.
    Nobody,
}

impl Sharing {
    /// For a request from the page that its `Origin` names, if that is exactly one of `allowed`.
    pub(super) fn of(path: &str, headers: &HeaderMap, allowed: &[String]) -> Self {
        if is_public(path) {
            return Self::Public;
        }
        let mut origins = headers.get_all(ORIGIN);
        match (origins.next(), origins.next()) {
            (Some(origin), None) if allowed.iter().any(|one| origin == one.as_str()) => {
                Self::Origin(origin.clone())
            }
            _ => Self::Nobody,
        }
    }

    /// Writes it down. Credentials are never allowed: there are no cookies.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        if matches!(self, Self::Public) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            return;
        }
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Self::Origin(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// What a preflight adds.
    pub(super) fn apply_preflight(&self, headers: &mut HeaderMap) {
        if !matches!(self, Self::Nobody) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
            headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        }
    }
}

/// Whether the request asks what may be asked (Fetch standard, CORS-preflight).
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn is_public(path: &str) -> bool {
    path.starts_with("/.well-known/")
        || path == "/v1/auth/jwt-public-key"
        || path == "/api/v1/auth/jwt-public-key"
}
