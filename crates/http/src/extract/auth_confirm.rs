//! A fresh proof of who somebody is (contract 3.6).

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest};
use oneclaw_services::SecretText;
use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};

const NAME: &str = "x-auth-confirm";

/// What `X-Auth-Confirm` says: a token, or a password. Reading it never fails: what cannot be read
/// is a proof of nothing, which is not the same as none.
pub(crate) struct AuthConfirm(Option<SecretText>);

impl AuthConfirm {
    fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(NAME);
        let shown = values.next().map(|value| {
            let text = std::str::from_utf8(value.as_bytes());
            let is_one = values.next().is_none();
            SecretText::new(text.ok().filter(|_| is_one).unwrap_or_default().to_owned())
        });
        Self(shown)
    }

    /// The proof, where one was shown.
    pub(crate) fn into_inner(self) -> Option<SecretText> {
        self.0
    }
}

impl fmt::Debug for AuthConfirm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "AuthConfirm(redacted)",
            None => "AuthConfirm(absent)",
        })
    }
}

impl FromRequest for AuthConfirm {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn read(values: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value).unwrap();
            headers.append(HeaderName::from_static(NAME), value);
        }
        let shown = AuthConfirm::of(&headers);
        assert!(!format!("{shown:?}").contains("Horse"));
        shown.into_inner().map(|text| text.expose().to_owned())
    }

    #[test]
    fn auth_08_one_proof_or_one_of_nothing() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[b"Horse"]).as_deref(), Some("Horse"));
        assert_eq!(read(&["Hörse".as_bytes()]).as_deref(), Some("Hörse"));
        assert_eq!(read(&[b""]).as_deref(), Some(""));
        assert_eq!(read(&[b"\xff"]).as_deref(), Some(""));
        assert_eq!(read(&[b"Horse", b"Horse"]).as_deref(), Some(""));
    }
}
