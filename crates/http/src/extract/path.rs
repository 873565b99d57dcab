//! What the URL's path names.
//!
//! A secret's path is taken from the path as it stands on the wire: the router's own copy has been
//! decoded in part, and would be decoded twice.

use super::percent;
use crate::endpoint::Matched;
use crate::problem::Problem;
use actix_web::HttpRequest;
use oneclaw_domain::{Invalid, SecretPath, VersionNumber};
use oneclaw_services::{FieldError, Refusal};

/// An id in the URL. Not yet to be called before the caller is known.
///
/// # Errors
/// A malformed id names nothing: 404.
pub fn path_id<T>(
    request: &HttpRequest,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Result<T, Problem> {
    let text = request.match_info().get(name).unwrap_or_default();
    parse(text).map_err(|_| Problem::not_found())
}

/// The secret's path that the URL names.
///
/// # Errors
/// `Invalid path`, for what cannot be decoded, too.
pub fn secret_path(request: &HttpRequest) -> Result<SecretPath, Refusal> {
    parse_path(raw_tail(request).0).map_err(|error| Refusal::Invalid(vec![error]))
}

/// The secret's path and the version that the URL names: the last raw slash is between them.
///
/// # Errors
/// Either is malformed.
pub fn versioned_path(request: &HttpRequest) -> Result<(SecretPath, VersionNumber), Refusal> {
    let (path, behind) = raw_tail(request);
    let version = percent::decode(behind)
        .ok_or(Invalid::new("must be a whole number from 1"))
        .and_then(|text| VersionNumber::parse(&text))
        .map_err(|invalid| FieldError::new("version", &invalid));
    match (parse_path(path), version) {
        (Ok(path), Ok(version)) => Ok((path, version)),
        (path, version) => Err(Refusal::Invalid(
            path.err().into_iter().chain(version.err()).collect(),
        )),
    }
}

fn parse_path(raw: &str) -> Result<SecretPath, FieldError> {
    percent::decode(raw)
        .ok_or(Invalid::new("Invalid path"))
        .and_then(|text| SecretPath::parse(&text))
        .map_err(|invalid| FieldError::new("path", &invalid))
}

/// What stands on the wire where the template has `{path}`, and what stands behind it.
fn raw_tail(request: &HttpRequest) -> (&str, &str) {
    let Some(tail) = Matched::tail(request) else {
        return ("", "");
    };
    split_tail(request.uri().path(), tail.slashes, tail.behind)
}

fn split_tail(raw: &str, slashes: usize, behind: usize) -> (&str, &str) {
    let rest = raw
        .splitn(slashes + 1, '/')
        .nth(slashes)
        .unwrap_or_default();
    let cut = rest
        .rmatch_indices('/')
        .nth(behind.wrapping_sub(1))
        .map(|(at, _)| at);
    match cut {
        Some(at) if behind > 0 => (
            rest.get(..at).unwrap_or_default(),
            rest.get(at + 1..).unwrap_or_default(),
        ),
        _ => (rest, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::split_tail;

    #[test]
    fn path_08_the_last_raw_slash_splits() {
        let split = |raw, behind| split_tail(raw, 5, behind);
        assert_eq!(split("/v1/vaults/x/secrets/a/b", 0), ("a/b", ""));
        assert_eq!(
            split("/v1/vaults/x/secrets/app/../../x", 0),
            ("app/../../x", "")
        );
        assert_eq!(split("/v1/vaults/x/secrets//a", 0), ("/a", ""));
        assert_eq!(
            split("/v1/vaults/x/secret-version/db/1/2", 1),
            ("db/1", "2")
        );
        assert_eq!(
            split("/v1/vaults/x/secret-version/db%2F1/2", 1),
            ("db%2F1", "2")
        );
        assert_eq!(split("/v1/vaults/x/secrets/a/rotate", 1), ("a", "rotate"));
        assert_eq!(split_tail("/api/v1/vaults/x/secrets/a", 6, 0), ("a", ""));
    }
}
