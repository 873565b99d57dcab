//! `POST /v1/shares/{share_id}/accept`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::ShareId;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/shares/{share_id}/accept",
    tag = "Sharing",
    summary = "Take what is shared with you",
    params(("share_id" = uuid::Uuid, Path, description = "The share's id")),
    responses(
        (status = 204, description = "It is taken"),
        (status = 409, description = "It was declined"),
        (status = 410, description = "It has expired"),
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
    let () = services.shares.accept(share, &caller).await?.into_inner();
    Ok(NoContent)
}
