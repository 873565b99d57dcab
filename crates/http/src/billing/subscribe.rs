//! `POST /v1/billing/subscribe`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, Tier};
use oneclaw_services::{PlanOffer, Refusal, Services, SubscribeCommand, WantedPlan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of what the payment provider calls a price.
const MAX_PRICE: usize = 255;

/// Which plan is to be bought: `tier` and `interval`, or `price_id`.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct SubscribeRequest {
    /// `pro` or `business`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    tier: Given<String>,
    /// `monthly` or `yearly`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    interval: Given<String>,
    /// Whether it begins with a trial; true where nothing is given. Only the organization's first
    /// subscription does.
    #[schema(value_type = Option<bool>, default = true)]
    #[serde(default)]
    trial: Given<bool>,
    /// What the payment provider calls the price, in the place of `tier`.
    #[schema(value_type = Option<String>, max_length = 255)]
    #[serde(default)]
    price_id: Given<String>,
}

/// Where the plan is bought.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckoutResponse {
    /// A page of the payment provider.
    #[schema(format = "uri")]
    pub(super) checkout_url: String,
}

impl SubscribeRequest {
    fn parse(self) -> Result<SubscribeCommand, Refusal> {
        let mut fields = Fields::new();
        let is_complete = self.price_id.is_given() || self.tier.is_given();
        let tier = fields.optional("tier", self.tier, |text| match text.as_str() {
            "pro" => Ok(Tier::Pro),
            "business" => Ok(Tier::Business),
            _ => Err(Invalid::new("must be pro or business")),
        });
        let yearly = fields.optional("interval", self.interval, |text| match text.as_str() {
            "monthly" => Ok(false),
            "yearly" => Ok(true),
            _ => Err(Invalid::new("must be monthly or yearly")),
        });
        let trial = fields.optional("trial", self.trial, Ok);
        let price = fields.optional("price_id", self.price_id, price);
        if !is_complete {
            let needed = Invalid::new("is required, or price_id");
            let _refused: Option<()> = fields.refuse("tier", &needed);
        }
        if let (Some(Some(_)), Some(Some(_))) = (&tier, &price) {
            let twice = Invalid::new("cannot be given beside tier");
            let _refused: Option<()> = fields.refuse("price_id", &twice);
        }
        if let (Some(Some(_)), Some(None)) = (&tier, &yearly) {
            let needed = Invalid::new("is required beside tier");
            let _refused: Option<()> = fields.refuse("interval", &needed);
        }
        fields.finish(|| {
            let plan = match (price?, tier?, yearly?) {
                (Some(name), None, is_yearly) => WantedPlan::Price { name, is_yearly },
                (None, Some(tier), Some(is_yearly)) => {
                    WantedPlan::Offer(PlanOffer { tier, is_yearly })
                }
                _ => return None,
            };
            let with_trial = trial?.unwrap_or(true);
            Some(SubscribeCommand { plan, with_trial })
        })
    }
}

fn price(text: String) -> Result<String, Invalid> {
    let fits = (1..=MAX_PRICE).contains(&text.len());
    if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(Invalid::new("must be 1 to 255 plain characters"))
    }
}

#[utoipa::path(
    post,
    path = "/v1/billing/subscribe",
    tag = "Billing",
    summary = "Buy a plan",
    description = "Gives the address of a page of the payment provider. Nothing changes until the plan is bought there.",
    request_body = SubscribeRequest,
    responses(
        (status = 200, description = "Where it is bought", body = CheckoutResponse),
        (status = 403, description = "Not an owner or admin"),
        (status = 409, description = "There is a bought plan already: it is changed in the portal"),
        (status = 501, description = "No payment provider is configured, or no price of this plan"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<SubscribeRequest>,
) -> Answer<Success<CheckoutResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let command = screened(&services, &caller, parsed).await?;
    let page = services.billing.subscribe(command, &caller).await?;
    let checkout_url = page.into_inner();
    Ok(Success::new(CheckoutResponse { checkout_url }))
}
