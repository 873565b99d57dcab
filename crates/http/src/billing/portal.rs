//! `POST /v1/billing/portal`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Where bills are seen, and what was bought is changed or ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalResponse {
    /// A page of the payment provider.
    #[schema(format = "uri")]
    portal_url: String,
}

#[utoipa::path(
    post,
    path = "/v1/billing/portal",
    tag = "Billing",
    summary = "Open the payment provider's page about what was bought",
    responses(
        (status = 200, description = "Where it is", body = PortalResponse),
        (status = 403, description = "Not an owner or admin"),
        (status = 409, description = "Nothing was bought yet"),
        (status = 501, description = "No payment provider is configured"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<PortalResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let portal_url = services.billing.open_portal(&caller).await?;
    Ok(Success::new(PortalResponse { portal_url }))
}
