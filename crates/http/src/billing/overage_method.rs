//! `PATCH /v1/billing/overage-method`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{Invalid, OverageMethod};
use oneclaw_services::{Refusal, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How requests beyond the monthly limit are to be paid.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct OverageMethodRequest {
    /// `credits` or `x402`.
    #[schema(value_type = Option<String>, pattern = "^(credits|x402)$")]
    #[serde(default)]
    method: Given<String>,
    /// Another name for `method`.
    #[schema(value_type = Option<String>, pattern = "^(credits|x402)$")]
    #[serde(default)]
    overage_method: Given<String>,
}

/// How they are paid.
#[derive(Serialize, ToSchema)]
pub(crate) struct OverageMethodResponse {
    /// `credits` or `x402`.
    overage_method: &'static str,
}

impl OverageMethodRequest {
    fn parse(self) -> Result<OverageMethod, Refusal> {
        let mut fields = Fields::new();
        let is_given = self.method.is_given() || self.overage_method.is_given();
        let read = |text: String| OverageMethod::parse(&text);
        let method = fields.optional("method", self.method, read);
        let alias = fields.optional("overage_method", self.overage_method, read);
        if !is_given {
            let _refused: Option<()> = fields.refuse("method", &Invalid::new("is required"));
        }
        if let (Some(Some(method)), Some(Some(alias))) = (method, alias)
            && method != alias
        {
            let other = Invalid::new("must be the same as method");
            let _refused: Option<()> = fields.refuse("overage_method", &other);
        }
        fields.finish(|| method?.or(alias?))
    }
}

#[utoipa::path(
    patch,
    path = "/v1/billing/overage-method",
    tag = "Billing",
    summary = "Choose how requests beyond the monthly limit are paid",
    request_body = OverageMethodRequest,
    responses(
        (status = 200, description = "How they are paid", body = OverageMethodResponse),
        (status = 403, description = "Not an owner or admin"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
    body: Body<OverageMethodRequest>,
) -> Answer<Success<OverageMethodResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|body| Ok(body.parse()?));
    let method = screened(&services, &caller, parsed).await?;
    let chosen = services.billing.set_overage_method(method, &caller).await?;
    Ok(Success::new(OverageMethodResponse {
        overage_method: chosen.into_inner().as_str(),
    }))
}
