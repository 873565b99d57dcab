//! `DELETE /v1/shares/{share_id}`, as older clients have it.

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::ShareId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/shares/{share_id}",
    tag = "Sharing",
    summary = "Take a share back (older address)",
    params(("share_id" = uuid::Uuid, Path, description = "The share's id")),
    responses(
        (status = 204, description = "It is not there any more"),
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
    let share = path_id(&request, "share_id", ShareId::parse);
    let share = screened(&services, &caller, share).await?;
    let () = services.shares.revoke(share, &caller).await?.into_inner();
    Ok(NoContent)
}
