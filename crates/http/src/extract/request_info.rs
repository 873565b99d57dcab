//! What the outermost layer found out about a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use oneclaw_services::AuditRequest;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;

/// The request's id and where it came from.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    /// Its id: in the answer's `X-Request-Id`, in problems, in the log.
    pub id: Rc<str>,
    /// The client's address; `None` for transports that have none.
    pub client: Option<IpAddr>,
}

impl RequestInfo {
    /// The same for the journal.
    pub fn audit(&self) -> AuditRequest {
        AuditRequest {
            request_id: self.id.to_string(),
            ip: self.client,
        }
    }
}

impl FromRequest for RequestInfo {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_default()))
    }
}
