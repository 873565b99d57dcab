//! `GET /v1/health/hsm`

use crate::answer::{Answer, Success};
use actix_web::web::Data;
use oneclaw_services::{KeyProviderStatus, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// How the key provider is.
#[derive(Serialize, ToSchema)]
pub(crate) struct HsmHealthResponse {
    /// `ok`, `degraded` or `unavailable`.
    #[schema(example = "ok")]
    status: &'static str,
}

#[utoipa::path(
    get,
    path = "/v1/health/hsm",
    tag = "Health",
    summary = "Whether the key provider can wrap and unwrap right now",
    responses((status = 200, description = "In one word", body = HsmHealthResponse))
)]
pub(crate) async fn handle(services: Data<Services>) -> Answer<Success<HsmHealthResponse>> {
    let status = match services.health.key_provider().await {
        KeyProviderStatus::Ok => "ok",
        KeyProviderStatus::Degraded => "degraded",
        KeyProviderStatus::Unavailable => "unavailable",
    };
    Ok(Success::new(HsmHealthResponse { status }))
}
