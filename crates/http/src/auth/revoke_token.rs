//! `DELETE /v1/auth/token`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/auth/token",
    tag = "Auth",
    summary = "Revoke the access token that is shown",
    responses(
        (status = 204, description = "It holds no longer, from the next request on"),
        (status = 400, description = "An API key was shown: that is revoked elsewhere"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<NoContent> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let () = services.auth.revoke(&caller).await?.into_inner();
    Ok(NoContent)
}
