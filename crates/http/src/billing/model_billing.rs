//! `GET /v1/billing/llm-token-billing`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether the tokens of language models are billed here.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelBillingResponse {
    /// Never.
    enabled: bool,
}

#[utoipa::path(
    get,
    path = "/v1/billing/llm-token-billing",
    tag = "Billing",
    summary = "Show that the tokens of language models are not billed here",
    responses((status = 200, description = "They are not", body = ModelBillingResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<ModelBillingResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let enabled = services.billing.bills_models(&caller).await?;
    Ok(Success::new(ModelBillingResponse { enabled }))
}
