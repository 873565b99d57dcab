//! What the outermost layer found out about a request.

use crate::endpoint::Matched;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use oneclaw_domain::Metered;
use oneclaw_services::AuditRequest;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

/// The request's id, where it came from, and by what it is metered.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    /// Its id: in the answer's `X-Request-Id`, in problems, in the log.
    pub id: Rc<str>,
    /// The client's address; `None` for transports that have none.
    pub client: Option<IpAddr>,
    /// By what it is metered, and whether every request like it is, because it needs a credential.
    pub(crate) meter: Option<(Arc<Metered>, bool)>,
}

impl RequestInfo {
    /// The same for the journal.
    pub fn audit(&self) -> AuditRequest {
        let metered = self.meter.as_ref().filter(|(_, always)| *always);
        self.told(metered)
    }

    /// The same where the use case is metered although nobody needs a credential for it: what is
    /// shared is read.
    pub(crate) fn metered(&self) -> AuditRequest {
        self.told(self.meter.as_ref())
    }

    fn told(&self, metered: Option<&(Arc<Metered>, bool)>) -> AuditRequest {
        AuditRequest {
            request_id: self.id.to_string(),
            ip: self.client,
            metered: metered.map(|(metered, _)| Arc::clone(metered)),
        }
    }
}

impl FromRequest for RequestInfo {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut extensions = request.extensions_mut();
        let mut info = extensions.get::<Self>().cloned().unwrap_or_default();
        if info.meter.is_none() {
            info.meter =
                Matched::meter(request).map(|row| (row.request(), row.asks_for_credential));
            // for the layer, which tells the caller how they stand
            extensions.insert(info.clone());
        }
        ready(Ok(info))
    }
}
