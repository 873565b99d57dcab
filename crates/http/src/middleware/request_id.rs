//! Which id a request goes by (contract 1.5).

use actix_web::http::header::{HeaderMap, HeaderName};
use oneclaw_domain::Ids;
use std::rc::Rc;

/// The header, in and out.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a caller.
const MAX: usize = 128;

/// The caller's id if it is one of `[A-Za-z0-9._-]`, and only one; else a fresh UUID.
pub(super) fn request_id(headers: &HeaderMap, ids: &dyn Ids) -> Rc<str> {
    let mut given = headers.get_all(X_REQUEST_ID);
    match (given.next().and_then(|id| id.to_str().ok()), given.next()) {
        (Some(id), None) if is_acceptable(id) => Rc::from(id),
        _ => Rc::from(ids.next().to_string()),
    }
}

fn is_acceptable(id: &str) -> bool {
    (1..=MAX).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::is_acceptable;

    #[test]
    fn http_05_ids_that_are_taken() {
        let longest = "a".repeat(128);
        for good in ["a", "A-b_c.9", &longest] {
            assert!(is_acceptable(good), "{good}");
        }
        let too_long = "a".repeat(129);
        for bad in ["", "a b", "<b>", "a\r\nx: y", "ä", &too_long] {
            assert!(!is_acceptable(bad), "{bad:?}");
        }
    }
}
