//! `POST /v1/billing/webhooks`

use crate::answer::{Answer, Success};
use crate::extract::{Body, RequestInfo};
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::{Door, Services};
use serde::Serialize;
use utoipa::ToSchema;

const SIGNATURE: &str = "stripe-signature";

/// An event of Stripe's. Its bytes are signed as they stand, so nothing but them is looked at first.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "words for the document: what is read is the bytes"
)]
pub(crate) struct StripeEvent {
    /// Its id.
    id: String,
    /// Which event it is.
    r#type: String,
}

/// It is taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookResponse {
    /// True.
    received: bool,
}

#[utoipa::path(
    post,
    path = "/v1/billing/webhooks",
    tag = "Billing",
    summary = "Take an event of the payment provider",
    description = "For Stripe alone: it is signed, of the last 5 minutes, and handled once.",
    params(("Stripe-Signature" = Option<String>, Header, description = "`t=…,v1=…`: HMAC-SHA-256 of `t`, a dot and the body")),
    request_body = StripeEvent,
    responses(
        (status = 200, description = "It is taken", body = WebhookResponse),
        (status = 501, description = "No payment provider is configured"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    request: HttpRequest,
    body: Body<StripeEvent>,
) -> Answer<Success<WebhookResponse>> {
    let admitted = services.auth.admit(Door::Payment, &info.audit()).await?;
    let mut signatures = request.headers().get_all(SIGNATURE);
    let signature = match (signatures.next(), signatures.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    };
    services
        .billing
        .webhook(admitted, body.bytes(), signature, &info.audit())
        .await?;
    Ok(Success::new(WebhookResponse { received: true }))
}
