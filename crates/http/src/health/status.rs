//! `GET /v1/health`

use crate::answer::{Answer, Success};
use actix_web::web::Data;
use oneclaw_services::{HealthStatus, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// How the server is.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthResponse {
    /// `healthy` or `degraded`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// The server's version.
    version: &'static str,
}

#[utoipa::path(
    get,
    path = "/v1/health",
    tag = "Health",
    summary = "How the server is",
    responses((status = 200, description = "In one word", body = HealthResponse))
)]
pub(crate) async fn handle(services: Data<Services>) -> Answer<Success<HealthResponse>> {
    let status = match services.health.status().await {
        HealthStatus::Healthy => "healthy",
        HealthStatus::Degraded => "degraded",
    };
    Ok(Success::new(HealthResponse {
        status,
        version: env!("CARGO_PKG_VERSION"),
    }))
}
