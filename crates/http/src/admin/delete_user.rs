//! `DELETE /v1/admin/users/{user_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::UserId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/admin/users/{user_id}",
    tag = "Administration",
    summary = "Delete somebody's account",
    description = "As they could themselves: what they made stays with the organization, which goes with its only member.",
    params(("user_id" = uuid::Uuid, Path, description = "The person's id")),
    responses(
        (status = 204, description = "The account is gone"),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
        (status = 404, description = "No such account"),
        (status = 409, description = "It is the caller's own, or the last owner's of an organization with others in it or of the platform's; or an organization would go whose subscription renews"),
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
    let deleted = services.admin.delete_user(user, (&caller).into()).await?;
    let () = deleted.into_inner();
    Ok(NoContent)
}
