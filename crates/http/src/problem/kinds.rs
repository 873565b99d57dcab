//! The kinds of problem. This is the only file in which an error's status code is written.

use actix_web::http::StatusCode;
use oneclaw_services::FieldError;
use std::borrow::Cow;
use std::error::Error;

/// The `type` of every problem that needs none (RFC 7807 4.2).
const BLANK: &str = "about:blank";

/// Seconds after which a caller may try again when a part of ours is out of reach (contract 2.2).
const UNAVAILABLE_RETRY: u64 = 5;

/// Seconds after which a caller may look whether maintenance is over.
const MAINTENANCE_RETRY: u64 = 60;

/// Why a request was not fulfilled, in the words of the wire.
///
/// Its cause, if it has one, goes to the log and never into the answer.
#[derive(Debug)]
pub struct Problem(pub(super) Box<Parts>);

#[derive(Debug)]
pub(super) struct Parts {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) detail: Cow<'static, str>,
    pub(super) code: &'static str,
    /// The word of RFC 6749 5.2, where a client of that looks for one.
    pub(super) error: Option<&'static str>,
    /// What is to be paid for, in the words of x402; on 402 only.
    pub(super) payable: Option<&'static str>,
    pub(super) fields: Vec<FieldError>,
    pub(super) retry_after: Option<u64>,
    pub(super) allow: Option<String>,
    /// Whether the connection must not be used again, because a body was left unread on it.
    pub(super) close: bool,
    pub(super) cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            status,
            kind: BLANK,
            title: status.canonical_reason().unwrap_or("Error"),
            detail: detail.into(),
            code,
            error: None,
            payable: None,
            fields: Vec::new(),
            retry_after: None,
            allow: None,
            close: false,
            cause: None,
        }))
    }

    /// 400: fields that are malformed or break a rule.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let detail = fields.iter().map(sentence).collect::<Vec<_>>().join("; ");
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid_input", detail);
        problem.0.fields = fields;
        problem
    }

    /// 400: a request that cannot be read at all.
    pub fn malformed(detail: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_request", detail).closing()
    }

    /// 400 with an `error` member, as clients of OAuth read it (RFC 6749 5.2).
    pub fn oauth(error: &'static str, detail: &'static str) -> Self {
        let mut problem = Self::new(StatusCode::BAD_REQUEST, error, detail);
        problem.0.error = Some(error);
        problem
    }

    /// 401: the caller did not prove who they are.
    pub fn unauthenticated(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// 402 in the words of contract 16.3: what is priced, once the month's requests are spent.
    /// `what` is the name of that.
    pub fn payment_required(detail: String, what: &'static str) -> Self {
        const KIND: &str = "payment_required";
        let mut problem = Self::new(StatusCode::PAYMENT_REQUIRED, KIND, detail);
        problem.0.kind = KIND;
        problem.0.error = Some("X-PAYMENT header is required");
        problem.0.payable = Some(what);
        problem
    }

    /// 403: the caller is known and may not.
    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 403 with the type of contract 2.2: the organization keeps out the caller's address.
    pub fn ip_denied() -> Self {
        let detail = "The organization's IP rules do not let this address in";
        Self::forbidden_kind("ip_denied", detail)
    }

    /// 403 with a type of its own, which clients tell apart (contract 2.2).
    pub fn forbidden_kind(kind: &'static str, detail: &'static str) -> Self {
        let mut problem = Self::new(StatusCode::FORBIDDEN, kind, detail);
        problem.0.kind = kind;
        problem
    }

    /// 403: the page of another site made a browser ask.
    pub fn other_site() -> Self {
        Self::forbidden("cross_site", "The page of another site may not do this")
    }

    /// 403 with the type that clients know: the plan allows no more of this.
    pub fn resource_limit_exceeded(detail: String) -> Self {
        const KIND: &str = "resource_limit_exceeded";
        let mut problem = Self::new(StatusCode::FORBIDDEN, KIND, detail);
        problem.0.kind = KIND;
        problem.0.title = "Resource Limit Exceeded";
        problem
    }

    /// 404: no such thing, or none that the caller may know of. There is one text for all of them.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Not found")
    }

    /// 405: the path is known, the method is not one of `allow` (`GET, PUT`).
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = "This path does not take this method";
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail);
        problem.0.allow = Some(allow);
        problem
    }

    /// 408: the body did not arrive in time.
    pub fn request_timeout() -> Self {
        let detail = "The request body did not arrive in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail).closing()
    }

    /// 409: the state does not allow it.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    /// 410: it was there, and is not to be had any more.
    pub fn gone(detail: &'static str) -> Self {
        Self::gone_as("gone", detail)
    }

    /// 410 with a word that tells programs what ended.
    pub fn gone_as(code: &'static str, detail: &'static str) -> Self {
        Self::new(StatusCode::GONE, code, detail)
    }

    /// 412: `If-Match` or `If-None-Match` does not hold (RFC 9110 13).
    pub fn precondition_failed() -> Self {
        let detail = "The version is not the one that the request expects";
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            detail,
        )
    }

    /// 413: the body is larger than `limit` bytes; the rest of it is not read.
    pub fn payload_too_large(limit: usize) -> Self {
        let detail = format!("The request body may have at most {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", detail).closing()
    }

    /// 414: the URL is longer than `limit` bytes.
    pub fn uri_too_long(limit: usize) -> Self {
        let detail = format!("The URL may have at most {limit} bytes");
        Self::new(StatusCode::URI_TOO_LONG, "uri_too_long", detail).closing()
    }

    /// 415: the body is not plain JSON in UTF-8.
    pub fn unsupported_media_type() -> Self {
        let detail = "The request body must be application/json in UTF-8, without content encoding";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            detail,
        )
        .closing()
    }

    /// 416: parts of an answer are not served.
    pub fn range_not_satisfiable() -> Self {
        let detail = "Ranges are not served";
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            detail,
        )
    }

    /// 429: too many requests; `retry_after` in seconds, at least 1.
    pub fn too_many_requests(retry_after: u64) -> Self {
        let detail = "Too many requests";
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
        problem.0.retry_after = Some(retry_after.max(1));
        problem
    }

    /// 431: the headers have more than `limit` bytes together.
    pub fn headers_too_large(limit: usize) -> Self {
        let detail = format!("The request headers may have at most {limit} bytes");
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            detail,
        )
        .closing()
    }

    /// 500: a fault of ours; the cause is for the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "An unexpected error occurred";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.0.cause = Some(cause.into());
        problem
    }

    /// 501: it needs a setting that this installation does not have.
    pub fn not_configured(detail: &'static str) -> Self {
        const KIND: &str = "not_configured";
        let mut problem = Self::new(StatusCode::NOT_IMPLEMENTED, KIND, detail);
        problem.0.kind = KIND;
        problem
    }

    /// 503: the store or the key provider cannot be reached, or is too busy.
    pub fn unavailable(cause: Option<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "The service is unavailable, try again shortly";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        problem.0.retry_after = Some(UNAVAILABLE_RETRY);
        problem.0.cause = cause;
        problem
    }

    /// 503: an administrator switched everything off but how the server is, and administration.
    pub fn maintenance() -> Self {
        let detail = "The service is in maintenance, try again later";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "maintenance", detail);
        problem.0.retry_after = Some(MAINTENANCE_RETRY);
        problem
    }

    /// 503: a stored value does not open.
    pub fn integrity() -> Self {
        let detail = "A stored value could not be opened";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "integrity_error", detail);
        problem.0.retry_after = Some(UNAVAILABLE_RETRY);
        problem
    }

    /// The problem for a status that the framework chose by itself.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "payload_too_large", "The request body is too large").closing()
            }
            status if status.is_client_error() => {
                Self::malformed("The request could not be understood")
            }
            _ => Self::internal(format!("the framework answered {}", status.as_u16())),
        }
    }

    /// The status, for metrics and the log.
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    fn closing(mut self) -> Self {
        self.0.close = true;
        self
    }
}

/// A reason that begins with a capital is a sentence by itself; others complete the field's name.
fn sentence(error: &FieldError) -> String {
    if error.reason.starts_with(|c: char| c.is_ascii_uppercase()) {
        error.reason.clone()
    } else {
        format!("{}: {}", error.field, error.reason)
    }
}
