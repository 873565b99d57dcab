//! `DELETE /v1/org/members/{user_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::UserId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/org/members/{user_id}",
    tag = "Organization",
    summary = "Remove a member, or leave",
    description = "Their account, sessions, keys and policies are gone from the next request on; vaults and agents that they made stay.",
    params(("user_id" = uuid::Uuid, Path, description = "The member's id")),
    responses(
        (status = 204, description = "They are no member any more"),
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
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let parsed = path_id(&request, "user_id", UserId::parse);
    let user = screened(&services, &caller, parsed).await?;
    let () = services.members.remove(user, &caller).await?.into_inner();
    Ok(NoContent)
}
