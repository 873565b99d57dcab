//! How a problem is written.

use super::kinds::{Parts, Problem};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use utoipa::ToSchema;

/// What every error answers (RFC 7807).
#[derive(Serialize, ToSchema)]
pub struct ProblemBody<'a> {
    /// A bare word, or `about:blank`; never a URL.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The kind in words.
    pub title: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// What happened, safe to show.
    pub detail: &'a str,
    /// A stable machine word.
    pub code: &'a str,
    /// The word of RFC 6749 5.2, where a device asks for a token; what x402 says, on 402.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a str>,
    /// The version of x402 whose members these are, on 402 only.
    #[serde(rename = "x402Version", skip_serializing_if = "Option::is_none")]
    pub x402_version: Option<u8>,
    /// Ways to pay for this request alone, on 402 only: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub accepts: Option<[(); 0]>,
    /// What is to be paid for, on 402 only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    /// Field name to message, on 400 only.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub fields: BTreeMap<&'a str, &'a str>,
    /// The id that is also in the `X-Request-Id` header and in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
}

/// A refusal that is told, not answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Told {
    /// What it would have been answered.
    #[schema(value_type = ProblemBody)]
    refused: serde_json::Value,
    /// Seconds after which to try again, where there were too many tries.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Problem {
    /// The answer, naming the request where its id is known.
    pub(crate) fn response(&self, request_id: Option<&str>) -> HttpResponse {
        let parts = &*self.0;
        let mut response = HttpResponse::build(parts.status);
        response.content_type("application/problem+json");
        if parts.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = parts.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = &parts.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if parts.close {
            response.force_close();
        }
        let body = serde_json::to_vec(&parts.body(request_id)).unwrap_or_default();
        response.body(body)
    }

    /// What the caller is refused, as the body of a 200: browsers write every request that fails to
    /// the console, also where a page asked only what it should ask a person. Faults of ours stay
    /// failures.
    pub(crate) fn told(self) -> Result<Told, Self> {
        let parts = &*self.0;
        if !parts.status.is_client_error() {
            return Err(self);
        }
        Ok(Told {
            refused: serde_json::to_value(parts.body(None)).unwrap_or_default(),
            retry_after: parts.retry_after,
        })
    }

    /// Writes the cause to the log, where there is one and it is a fault of ours.
    pub(crate) fn log(&self) {
        if let Some(cause) = &self.0.cause {
            let cause = Chain(cause.as_ref());
            tracing::error!(status = self.status(), cause = %cause, "request failed");
        }
    }
}

impl Parts {
    fn body<'a>(&'a self, request_id: Option<&'a str>) -> ProblemBody<'a> {
        ProblemBody {
            kind: self.kind,
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            error: self.error,
            x402_version: self.payable.map(|_| 1),
            accepts: self.payable.map(|_| []),
            description: self.payable,
            fields: self
                .fields
                .iter()
                .map(|e| (e.field.as_str(), e.reason.as_str()))
                .collect(),
            request_id,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause.as_ref().map(|cause| {
            let cause: &(dyn Error + 'static) = cause.as_ref();
            cause
        })
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

/// An error with everything that led to it.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
