//! `PATCH /v1/org/members/{user_id}`

use super::response::OrgMemberResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{Role, UserId};
use oneclaw_services::{Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// Another role for a member.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UpdateMemberRoleRequest {
    /// `owner`, `admin` or `member`; what gives or takes `owner` is for owners alone.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    role: Given<String>,
}

impl UpdateMemberRoleRequest {
    fn parse(self) -> Result<Role, Refusal> {
        let mut fields = Fields::new();
        let role = fields.required("role", self.role, |text| Role::parse(&text));
        fields.finish(|| role)
    }
}

#[utoipa::path(
    patch,
    path = "/v1/org/members/{user_id}",
    tag = "Organization",
    summary = "Give a member another role",
    description = "It holds from their next request on.",
    params(("user_id" = uuid::Uuid, Path, description = "The member's id")),
    request_body = UpdateMemberRoleRequest,
    responses(
        (status = 200, description = "The member", body = OrgMemberResponse),
        (status = 403, description = "Not an owner or admin, or an admin about an owner"),
        (status = 404, description = "No such member"),
        (status = 409, description = "The organization would have no owner"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
    body: Body<UpdateMemberRoleRequest>,
) -> Answer<Success<OrgMemberResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "user_id", UserId::parse);
    let user = screened(&services, &caller, parsed).await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let role = screened(&services, &caller, parsed).await?;
    let changed = services.members.change_role(user, role, &caller).await?;
    Ok(Success::new((&changed.into_inner()).into()))
}
