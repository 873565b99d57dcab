//! For whom an answer is written.

use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest};
use std::convert::Infallible;
use std::future::{Ready, ready};

/// Whether the reader takes fields beyond its schema (contract 1.9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// It ignores what it does not know, and gets the `+` fields.
    Lenient,
    /// It was generated and refuses unknown fields.
    Strict,
}

impl Audience {
    /// A `+` field: its value for who takes it. The field skips `None`.
    pub fn superset<T>(self, value: T) -> Option<T> {
        (self == Self::Lenient).then_some(value)
    }
}

impl FromRequest for Audience {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let agent = request
            .headers()
            .get(USER_AGENT)
            .map_or(&b""[..], |agent| agent.as_bytes());
        let strict = agent.starts_with(b"OpenAPI-Generator/");
        ready(Ok(if strict { Self::Strict } else { Self::Lenient }))
    }
}
