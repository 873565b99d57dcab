//! `GET /v1/audit/verify`

use super::wanted;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::{Flaw, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// What is hashed, in words.
const STRUCTURE: &str = "integrity_hash = HMAC-SHA256(key, \"audit link\" | previous integrity_hash | row number | position | prev_event_id | key id | id | org_id | action | actor_type | actor_id | resource_type | resource_id | details (JSON, keys sorted) | outcome | ip_address | request_id | created_at (ms)), each part with its length before it; the chain's end is signed apart from the events";

/// Whether the chain is whole.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditVerifyResponse)]
pub(crate) struct AuditVerifyResponse {
    /// Whether nothing in this stretch was changed, moved, added or taken away.
    chain_valid: bool,
    /// Events that are what was written.
    events_verified: i64,
    /// Events that were looked at.
    events_checked: i64,
    /// The first that is not; null where none can be named, or none is broken.
    #[schema(value_type = Option<uuid::Uuid>)]
    broken_at_event_id: Option<String>,
    /// What is wrong with it, in one word; null where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(
        clippy::option_option,
        reason = "left out, null and a word are three things"
    )]
    broken_because: Option<Option<&'static str>>,
    /// Events without a place in the chain yet: neither valid nor broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    events_pending: Option<i64>,
    /// How it is made.
    scheme: AuditScheme,
}

/// How a chain is made.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditScheme {
    /// The hash.
    algorithm: &'static str,
    /// What is hashed, in order.
    chain_structure: &'static str,
    /// Where an event's hash stands.
    hash_field: &'static str,
    /// Where the event before it does.
    link_field: &'static str,
    /// Where to read on.
    #[schema(format = "uri")]
    documentation: String,
}

#[utoipa::path(
    get,
    path = "/v1/audit/verify",
    tag = "Audit",
    summary = "Check that nothing of what was done was changed or taken away",
    description = "The newest `limit` events of the stretch, oldest first, each with its link to the one before, and the signed end of the chain.",
    params(
        ("from" = Option<String>, Query, format = DateTime, description = "Events not before this time"),
        ("to" = Option<String>, Query, format = DateTime, description = "Events before this time"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 10000, description = "At most so many; without it, 1000"),
    ),
    responses(
        (status = 200, description = "Whether it is whole", body = AuditVerifyResponse),
        (status = 403, description = "Not an owner or admin"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<AuditVerifyResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let stretch = screened(&services, &caller, wanted::stretch(&request)).await?;
    let found = services.audit.verify(stretch, &caller).await?;
    let (flaw, event) = found.broken.unzip();
    let base = &services.settings().public_url;
    Ok(Success::new(AuditVerifyResponse {
        chain_valid: flaw.is_none(),
        events_verified: found.verified,
        events_checked: found.checked,
        broken_at_event_id: event.flatten().map(|id| id.to_string()),
        broken_because: audience.superset(flaw.map(Flaw::as_str)),
        events_pending: audience.superset(found.pending),
        scheme: AuditScheme {
            algorithm: "HMAC-SHA256",
            chain_structure: STRUCTURE,
            hash_field: "integrity_hash",
            link_field: "prev_event_id",
            documentation: format!("{base}/docs"),
        },
    }))
}
