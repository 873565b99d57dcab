//! `GET /v1/admin/orgs/{org_id}/limits`

use super::response::OrgLimitsResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::OrgId;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/admin/orgs/{org_id}/limits",
    tag = "Administration",
    summary = "Show what an organization is allowed beside its plan",
    params(("org_id" = uuid::Uuid, Path, description = "The organization's id")),
    responses(
        (status = 200, description = "What it is allowed", body = OrgLimitsResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "No such organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<OrgLimitsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "org_id", OrgId::parse);
    let org = screened(&services, &caller, parsed).await?;
    let found = services.admin.show_org(org, (&caller).into()).await?;
    let (limit, sponsored) = (found.billed.request_limit, found.billed.is_sponsored);
    Ok(Success::new(OrgLimitsResponse::new(org, limit, sponsored)))
}
