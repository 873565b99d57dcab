//! `DELETE /v1/security/ip-rules/{rule_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, Query, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::IpRuleId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/security/ip-rules/{rule_id}",
    tag = "IP rules",
    summary = "Take away a rule about callers' addresses",
    params(
        ("rule_id" = uuid::Uuid, Path, description = "The rule's id"),
        ("force" = Option<bool>, Query, description = "Whether to do it even where the rules that are left shut out the caller's own address"),
    ),
    responses(
        (status = 204, description = "It holds no longer"),
        (status = 403, description = "Not an owner or admin"),
        (status = 404, description = "No such rule"),
        (status = 409, description = "The rules that are left would shut out the caller's own address"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "rule_id", IpRuleId::parse);
    let rule = screened(&services, &caller, parsed).await?;
    let parsed = Query::of(&request, &["force"]).and_then(|query| query.flag("force"));
    let force = screened(&services, &caller, parsed).await?;
    let deleted = services.ip_rules.delete(rule, force, &caller).await?;
    let () = deleted.into_inner();
    Ok(NoContent)
}
