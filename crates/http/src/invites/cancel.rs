//! `DELETE /v1/org/invites/{invite_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::InviteId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/org/invites/{invite_id}",
    tag = "Organization",
    summary = "Take an invitation back",
    params(("invite_id" = uuid::Uuid, Path, description = "The invitation's id")),
    responses((status = 204, description = "Its link is worth nothing any more"))
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
    let invite = screened(
        &services,
        &caller,
        path_id(&request, "invite_id", InviteId::parse),
    )
    .await?;
    let () = services.invites.cancel(invite, &caller).await?.into_inner();
    Ok(NoContent)
}
