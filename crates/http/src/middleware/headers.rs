//! Headers of every answer (abuse case HTTP-04).

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

/// For answers that are no page: nothing may be loaded, nothing may frame them.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds what a handler has not decided for itself, and what none may decide.
pub(super) fn apply(headers: &mut HeaderMap) {
    default(headers, CACHE_CONTROL, "no-store");
    default(headers, CONTENT_SECURITY_POLICY, NO_PAGE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
