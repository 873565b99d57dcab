//! `POST /v1/admin/usage/reset`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// What was forgotten.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageResetResponse {
    /// Requests that were forgotten.
    deleted_events: i64,
}

#[utoipa::path(
    post,
    path = "/v1/admin/usage/reset",
    tag = "Administration",
    summary = "Count this month's requests of all organizations from nothing",
    description = "Credits stay as they are.",
    responses(
        (status = 200, description = "What was forgotten", body = UsageResetResponse),
        (status = 403, description = "Not an owner or admin of the platform's organization"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<UsageResetResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let reset = services.admin.reset_usage((&caller).into()).await?;
    Ok(Success::new(UsageResetResponse {
        deleted_events: reset.into_inner(),
    }))
}
