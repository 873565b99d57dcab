//! `GET /v1/audit`

use super::response::AuditEventResponse;
use super::wanted;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "Audit",
    summary = "List what was done, as a bare array",
    description = "As `/v1/audit/events`, with the same parameters.",
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
        ("cursor" = Option<String>, Query, description = "`next_cursor` of a page of `/v1/audit/events`, instead of `offset`"),
    ),
    responses((status = 200, description = "The events, newest first", body = Vec<AuditEventResponse>))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<Vec<AuditEventResponse>>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let wanted = screened(&services, &caller, wanted::list(&request)).await?;
    let listed = services.audit.list(&wanted, &caller).await?;
    let events = listed.events.into_iter().map(Into::into).collect();
    Ok(Success::new(events))
}
