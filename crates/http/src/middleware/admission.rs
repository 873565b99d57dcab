//! What is turned away before anything of it is looked at (G5: size and header limits, then the
//! limiter).

use super::rate_guard::RateGuard;
use super::site::asks_for_another_site;
use crate::extract::RequestInfo;
use crate::problem::Problem;
use crate::settings::HttpSettings;
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::Data;
use oneclaw_services::{Refusal, Services};
use std::net::IpAddr;

/// Longest URL, in bytes.
const MAX_URL: usize = 8 * 1024;
/// Largest header block, in bytes (contract 1.2).
const MAX_HEADERS: usize = 16 * 1024;

/// Why a request does not go on.
pub(super) enum Turned {
    /// It is more than this server reads, whoever sent it.
    TooMuch(Problem),
    /// It might be an attack: that leaves an event.
    Refused(Refusal),
}

impl From<Problem> for Turned {
    fn from(problem: Problem) -> Self {
        Self::TooMuch(problem)
    }
}

impl Turned {
    /// The answer, once its event is on disk or counted.
    pub(super) async fn settle(self, request: &HttpRequest, info: &RequestInfo) -> Problem {
        let refusal = match self {
            Self::TooMuch(problem) => return problem,
            Self::Refused(refusal) => refusal,
        };
        let services = request.app_data::<Data<Services>>().cloned();
        match services {
            Some(services) => services.auth.turn_away(refusal, &info.audit()).await.into(),
            None => refusal.into(),
        }
    }
}

/// Whether the request may go on.
pub(super) fn admit(
    request: &ServiceRequest,
    client: Option<IpAddr>,
    settings: &HttpSettings,
    guard: Option<&RateGuard>,
) -> Result<(), Turned> {
    if url_bytes(request) > MAX_URL {
        return Err(Problem::uri_too_long(MAX_URL).into());
    }
    if header_bytes(request.headers()) > MAX_HEADERS {
        return Err(Problem::headers_too_large(MAX_HEADERS).into());
    }
    if announced(request.headers()) > settings.body_limit {
        return Err(Problem::payload_too_large(settings.body_limit).into());
    }
    if let (Some(guard), Some(client)) = (guard, client) {
        let over = |wait| Turned::Refused(Refusal::TooManyRequests { retry_after: wait });
        let waits = guard
            .admit(client)
            .map_err(|wait| i64::try_from(wait).unwrap_or(i64::MAX));
        waits.map_err(over)?;
    }
    if is_of_another_site(request) {
        return Err(Turned::Refused(Refusal::OtherSite));
    }
    Ok(())
}

/// Whether a page of another site makes a browser change something here. It needs no cookie for
/// that: what counts by address, and who is first on a fresh server, go by the browser's place.
/// Shares look for themselves.
fn is_of_another_site(request: &ServiceRequest) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let is_share = request.path().contains("/share/");
    !reads && !is_share && asks_for_another_site(request.request())
}

fn url_bytes(request: &ServiceRequest) -> usize {
    request
        .uri()
        .path_and_query()
        .map_or(0, |url| url.as_str().len())
}

/// Each header as on the wire: name, `: `, value, line break.
fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum()
}

fn announced(headers: &HeaderMap) -> usize {
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    length.map_or(0, |length| length.parse().unwrap_or(usize::MAX))
}
