//! `GET /v1/audit/events`

use super::response::AuditEventResponse;
use super::wanted;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// What was done, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEventsResponse)]
pub(crate) struct AuditEventsResponse {
    /// The events.
    events: Vec<AuditEventResponse>,
    /// Events in this answer.
    count: usize,
    /// Events that fit in all.
    total: i64,
    /// Where the next page begins, for `cursor`; not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/audit/events",
    tag = "Audit",
    summary = "List what was done",
    description = "Owners and admins see the whole organization's events; members and agents their own. Events come in while one reads: pages by `cursor` neither repeat nor skip any, those by `offset` may.",
    params(
        ("action" = Option<String>, Query, description = "Only this action, by its whole name"),
        ("actor_id" = Option<String>, Query, description = "Only by this user or agent, or by `anonymous` or `system`"),
        ("resource_id" = Option<String>, Query, description = "Only about the resource of this id, or about this path or vault"),
        ("resource_type" = Option<String>, Query, description = "Only about resources of this kind"),
        ("vault_id" = Option<uuid::Uuid>, Query, description = "Only in this vault"),
        ("from" = Option<String>, Query, format = DateTime, description = "Not before this time"),
        ("to" = Option<String>, Query, format = DateTime, description = "Before this time"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Events per page; without it, 100"),
        ("offset" = Option<i64>, Query, minimum = 0, description = "Without so many of the newest"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, instead of `offset`"),
    ),
    responses((status = 200, description = "The events", body = AuditEventsResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<AuditEventsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let wanted = screened(&services, &caller, wanted::list(&request)).await?;
    let listed = services.audit.list(&wanted, &caller).await?;
    let next = listed.next_cursor;
    Ok(Success::new(AuditEventsResponse {
        count: listed.events.len(),
        events: listed.events.into_iter().map(Into::into).collect(),
        total: listed.total,
        next_cursor: next.and_then(|next| audience.superset(next)),
    }))
}
