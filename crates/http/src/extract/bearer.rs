//! The bearer credential (RFC 6750 2.1).

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use zeroize::Zeroizing;

/// Longest credential, in bytes: an access token has well under 1 KiB.
const MAX_BYTES: usize = 8 * 1024;

/// What the `Authorization` header says. Reading it never fails: public endpoints ignore it.
/// A credential in the query or in a cookie is none.
pub enum Bearer {
    /// There is no such header.
    Absent,
    /// There is one, or more, but it is not `Bearer` and one token.
    Unreadable,
    /// A token, not yet looked at.
    Token(Zeroizing<String>),
}

impl Bearer {
    fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION);
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => token(value.as_bytes()).map_or(Self::Unreadable, Self::Token),
            (Some(_), Some(_)) => Self::Unreadable,
        }
    }

    /// The token, if there is one that can be read.
    pub fn token(&self) -> Option<&str> {
        match self {
            Self::Token(token) => Some(token),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

/// `Bearer`, in any case (RFC 9110 11.1), one blank, and a `token68`.
fn token(header: &[u8]) -> Option<Zeroizing<String>> {
    let (scheme, token) = header.split_at_checked(7)?;
    let body = token.trim_ascii_end();
    let unpadded = body
        .iter()
        .rposition(|b| *b != b'=')
        .map_or(0, |last| last + 1);
    let is_token = unpadded > 0
        && body.len() == token.len()
        && body.len() <= MAX_BYTES
        && body
            .iter()
            .take(unpadded)
            .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(b));
    if !scheme.eq_ignore_ascii_case(b"bearer ") || !is_token {
        return None;
    }
    String::from_utf8(token.to_vec()).ok().map(Zeroizing::new)
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Bearer(absent)",
            Self::Unreadable => "Bearer(unreadable)",
            Self::Token(_) => "Bearer(redacted)",
        })
    }
}

impl FromRequest for Bearer {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn read(values: &[&str]) -> Bearer {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        Bearer::of(&headers)
    }

    #[test]
    fn ses_08_one_bearer_and_nothing_else() {
        let long = format!("Bearer {}", "a".repeat(8193));
        for bad in [
            "Basic dTpw",
            "Bearer",
            "Bearer ",
            "Bearer  a",
            "Bearer a b",
            "Bearer a,b",
            "Bearer =",
            "Bearer a=b",
            "bearera",
            "Token a",
            "Bearer\ta",
            "Bearer a\"",
            &long,
        ] {
            assert!(matches!(read(&[bad]), Bearer::Unreadable), "{bad}");
        }
        assert!(matches!(
            read(&["Bearer a", "Bearer a"]),
            Bearer::Unreadable
        ));
        assert!(matches!(read(&[]), Bearer::Absent));
        assert_eq!(read(&["Bearer a.b-c_d=="]).token(), Some("a.b-c_d=="));
        assert_eq!(read(&["bearer 1ck_x"]).token(), Some("1ck_x"));
    }

    #[test]
    fn it_does_not_talk() {
        assert!(!format!("{:?}", read(&["Bearer hunter2"])).contains("hunter2"));
    }
}
