//! `POST /v1/billing/credits/topup`

use super::subscribe::CheckoutResponse;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::Invalid;
use oneclaw_services::{Refusal, Services, TopUpAmount};
use serde::Deserialize;
use utoipa::ToSchema;

/// How much credit is to be bought: one of the two.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct TopUpRequest {
    /// US dollars, 5 to 1000.
    #[schema(value_type = Option<i64>, minimum = 5, maximum = 1000)]
    #[serde(default)]
    amount_usd: Given<i64>,
    /// Cents, 500 to 100000.
    #[schema(value_type = Option<i64>, minimum = 500, maximum = 100_000)]
    #[serde(default)]
    amount_cents: Given<i64>,
}

impl TopUpRequest {
    fn parse(self) -> Result<TopUpAmount, Refusal> {
        let mut fields = Fields::new();
        let given = (self.amount_usd.is_given(), self.amount_cents.is_given());
        let dollars = fields.optional("amount_usd", self.amount_usd, TopUpAmount::dollars);
        let cents = fields.optional("amount_cents", self.amount_cents, TopUpAmount::cents);
        match given {
            (true, true) => {
                let twice = Invalid::new("cannot be given beside amount_usd");
                fields.refuse("amount_cents", &twice)
            }
            (false, false) => {
                let needed = Invalid::new("is required, or amount_cents");
                fields.refuse("amount_usd", &needed)
            }
            _ => Some(()),
        };
        fields.finish(|| dollars?.or(cents?))
    }
}

#[utoipa::path(
    post,
    path = "/v1/billing/credits/topup",
    tag = "Billing",
    summary = "Buy credits",
    description = "Gives the address of a page of the payment provider. There are no credits until they are paid there.",
    request_body = TopUpRequest,
    responses(
        (status = 200, description = "Where they are bought", body = CheckoutResponse),
        (status = 403, description = "Not an owner or admin"),
        (status = 501, description = "No payment provider is configured"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<TopUpRequest>,
) -> Answer<Success<CheckoutResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let amount = screened(&services, &caller, parsed).await?;
    let page = services.billing.top_up(amount, &caller).await?;
    let checkout_url = page.into_inner();
    Ok(Success::new(CheckoutResponse { checkout_url }))
}
