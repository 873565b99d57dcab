//! `PATCH /v1/auth/settings`

use super::response::SettingsResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_services::{Refusal, Services};
use serde::Deserialize;
use utoipa::ToSchema;

/// What to change; what is left out stays.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct UpdateSettingsRequest {
    /// Whether vaults open to a passkey alone. There are no passkeys yet, so it cannot be turned on.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    require_passkey_for_vaults: Given<bool>,
}

impl UpdateSettingsRequest {
    fn parse(self) -> Result<Option<bool>, Refusal> {
        let mut fields = Fields::new();
        let given = self.require_passkey_for_vaults;
        let requires = fields.optional("require_passkey_for_vaults", given, Ok);
        fields.finish(|| requires)
    }
}

#[utoipa::path(
    patch,
    path = "/v1/auth/settings",
    tag = "Account",
    summary = "Change one's own settings",
    request_body = Option<UpdateSettingsRequest>,
    responses((status = 200, description = "The settings as they are now", body = SettingsResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<UpdateSettingsRequest>,
) -> Answer<Success<SettingsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.optional().and_then(|body| Ok(body.parse()?));
    let requires_passkey = screened(&services, &caller, parsed).await?;
    let settings = services
        .accounts
        .update_settings(requires_passkey, &caller)
        .await?;
    Ok(Success::new(settings.into()))
}
