//! Whether a body is plain JSON.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

/// Whether the headers leave the body at JSON in UTF-8: `application/json` with any parameters but
/// another charset, or no type at all (contract 1.2), and no content coding.
pub(super) fn is_plain_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE);
    let is_json = match (types.next(), types.next()) {
        (None, _) => true,
        (Some(value), None) => value.to_str().is_ok_and(is_json),
        (Some(_), Some(_)) => false,
    };
    let identity = |coding: &str| coding.trim().eq_ignore_ascii_case("identity");
    is_json
        && headers.get_all(CONTENT_ENCODING).all(|value| {
            value
                .to_str()
                .is_ok_and(|list| list.split(',').all(identity))
        })
}

fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn plain(types: &[&'static str], codings: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in types {
            headers.append(CONTENT_TYPE, HeaderValue::from_static(value));
        }
        for value in codings {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
        }
        is_plain_json(&headers)
    }

    #[test]
    fn in_09_types_and_codings() {
        for good in [
            "application/json",
            "Application/JSON; charset=\"UTF-8\"",
            "application/json;v=1",
        ] {
            assert!(plain(&[good], &[]), "{good}");
        }
        for bad in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json;charset=utf-16",
            "application/jsonx",
            "",
            "application/json, text/html",
        ] {
            assert!(!plain(&[bad], &[]), "{bad}");
        }
        assert!(plain(&[], &["identity"]));
        assert!(!plain(&["application/json"], &["gzip"]));
        assert!(!plain(&[], &["identity, gzip"]));
        assert!(!plain(&["application/json", "application/json"], &[]));
    }
}
