//! The three successes.

use crate::problem::Problem;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use oneclaw_domain::VersionNumber;
use serde::Serialize;

/// What a handler returns.
pub type Answer<T> = Result<T, Problem>;

/// 200 with a body.
pub struct Success<T>(T, Option<VersionNumber>);

/// 201 with a body.
pub struct Created<T>(T, Option<VersionNumber>);

/// 202 with a body and the place to look at later.
pub struct Accepted<T>(T, String);

/// 204, without a body.
#[derive(Debug)]
pub struct NoContent;

macro_rules! with_body {
    ($name:ident, $status:expr) => {
        impl<T> $name<T> {
            /// With this body.
            pub const fn new(body: T) -> Self {
                Self(body, None)
            }

            /// Names the version in `ETag`, for a later `If-Match`.
            #[must_use]
            pub fn with_version(self, version: VersionNumber) -> Self {
                Self(self.0, Some(version))
            }
        }

        impl<T: Serialize> Responder for $name<T> {
            type Body = BoxBody;

            fn respond_to(self, _: &HttpRequest) -> HttpResponse {
                json($status, &self.0, self.1)
            }
        }
    };
}

with_body!(Success, StatusCode::OK);
with_body!(Created, StatusCode::CREATED);

impl<T> Accepted<T> {
    /// With this body, and this place for `Location`.
    pub const fn new(body: T, place: String) -> Self {
        Self(body, place)
    }
}

impl<T: Serialize> Responder for Accepted<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = json(StatusCode::ACCEPTED, &self.0, None);
        if let Ok(place) = HeaderValue::from_str(&self.1) {
            answer.headers_mut().insert(LOCATION, place);
        }
        answer
    }
}

impl Responder for NoContent {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

/// 304: the caller has it already (RFC 9110 15.4.5).
#[derive(Debug)]
pub struct NotModified(VersionNumber);

impl NotModified {
    /// The version that the caller has.
    pub const fn new(version: VersionNumber) -> Self {
        Self(version)
    }
}

impl Responder for NotModified {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::NotModified().finish();
        tag(&mut answer, self.0);
        answer
    }
}

fn json(status: StatusCode, body: &impl Serialize, version: Option<VersionNumber>) -> HttpResponse {
    let body = match serde_json::to_vec(body) {
        Ok(body) => body,
        Err(error) => return HttpResponse::from_error(Problem::internal(error)),
    };
    let mut answer = HttpResponse::build(status)
        .content_type("application/json")
        .body(body);
    if let Some(version) = version {
        tag(&mut answer, version);
    }
    answer
}

/// The tag is the version's number: it tells nothing about a value.
fn tag(answer: &mut HttpResponse, version: VersionNumber) {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", version.get())) {
        answer.headers_mut().insert(ETAG, tag);
    }
}
