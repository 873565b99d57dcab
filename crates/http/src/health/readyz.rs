//! `GET /readyz`

use crate::answer::{Answer, Success};
use crate::problem::Problem;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Requests can be served.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadyzResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Health",
    summary = "Whether requests can be served: the store takes writes and the keys are current",
    responses(
        (status = 200, description = "They can", body = ReadyzResponse),
        (status = 503, description = "They cannot, for now"),
    )
)]
pub(crate) async fn handle(services: Data<Services>) -> Answer<Success<ReadyzResponse>> {
    if services.health.readiness().await.is_ready() {
        Ok(Success::new(ReadyzResponse { status: "ok" }))
    } else {
        Err(Problem::unavailable(None))
    }
}
