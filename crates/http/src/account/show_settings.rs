//! `GET /v1/auth/settings`

use super::response::SettingsResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/auth/settings",
    tag = "Account",
    summary = "Show one's own settings",
    responses((status = 200, description = "The settings", body = SettingsResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<SettingsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let settings = services.accounts.settings(&caller).await?;
    Ok(Success::new(settings.into()))
}
