//! `GET /livez`

use crate::answer::{Answer, Success};
use serde::Serialize;
use utoipa::ToSchema;

/// The process answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct LivezResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

#[utoipa::path(
    get,
    path = "/livez",
    tag = "Health",
    summary = "Whether the process answers; asks nothing of the store",
    responses((status = 200, description = "It does", body = LivezResponse))
)]
pub(crate) async fn handle() -> Answer<Success<LivezResponse>> {
    Ok(Success::new(LivezResponse { status: "ok" }))
}
