//! `GET /v1/auth/mfa/status`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether a second factor is on.
#[derive(Serialize, ToSchema)]
pub(crate) struct MfaStatusResponse {
    /// Whether logging in takes a code.
    enabled: bool,
}

#[utoipa::path(
    get,
    path = "/v1/auth/mfa/status",
    tag = "MFA",
    summary = "Show whether one's own second factor is on",
    responses((status = 200, description = "Whether it is", body = MfaStatusResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<MfaStatusResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let enabled = services.mfa.status(&caller).await?;
    Ok(Success::new(MfaStatusResponse { enabled }))
}
