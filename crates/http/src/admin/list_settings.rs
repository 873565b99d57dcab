//! `GET /v1/admin/settings`

use super::response::SettingResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The settings that were changed, by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsListResponse {
    /// The settings.
    settings: Vec<SettingResponse>,
}

#[utoipa::path(
    get,
    path = "/v1/admin/settings",
    tag = "Administration",
    summary = "List the settings that were changed while servers run",
    responses(
        (status = 200, description = "The settings", body = SettingsListResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<SettingsListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let found = services.admin.list_settings((&caller).into()).await?;
    Ok(Success::new(SettingsListResponse {
        settings: found.iter().map(Into::into).collect(),
    }))
}
