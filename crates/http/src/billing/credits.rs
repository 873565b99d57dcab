//! `GET /v1/billing/credits/balance`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::CreditLot;
use oneclaw_services::{CreditReport, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// The organization's credits, in the words of all clients. Cents are rounded down.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreditBalanceResponse {
    /// In cents.
    balance_cents: i64,
    /// In US dollars.
    #[schema(example = "50.00")]
    balance_usd: String,
    /// What ends within 90 days.
    expiring_within_90_days: ExpiringCreditsResponse,
    /// What ends within 30 days, in cents.
    expiring_within_30d_cents: i64,
    /// The same in US dollars.
    expiring_next_30_days: f64,
    /// The purchases that end within 30 days, the first to end first.
    expiring_credits: Vec<ExpiringCreditResponse>,
    /// Another name for `expiring_credits`.
    expiring_soon: Vec<ExpiringCreditResponse>,
}

/// What ends before long.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExpiringCreditsResponse {
    /// How much, in cents.
    amount_cents: i64,
    /// When the first of it ends; null where nothing does.
    #[schema(format = DateTime)]
    earliest_expiry: Option<String>,
}

/// What is left of one purchase.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExpiringCreditResponse {
    /// How much, in cents.
    amount_cents: i64,
    /// When it ends.
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<&CreditLot> for ExpiringCreditResponse {
    fn from(lot: &CreditLot) -> Self {
        Self {
            amount_cents: lot.left.whole_cents(),
            expires_at: lot.expires_at.to_string(),
        }
    }
}

impl From<CreditReport> for CreditBalanceResponse {
    fn from(report: CreditReport) -> Self {
        let soon = || report.soon.iter().map(Into::into).collect();
        let first = report.before_long.iter().map(|lot| lot.expires_at).min();
        Self {
            balance_cents: report.balance.whole_cents(),
            balance_usd: report.balance.dollars_and_cents(),
            expiring_within_90_days: ExpiringCreditsResponse {
                amount_cents: report.ending_before_long().whole_cents(),
                earliest_expiry: first.map(|end| end.to_string()),
            },
            expiring_within_30d_cents: report.ending_soon().whole_cents(),
            expiring_next_30_days: report.ending_soon().as_number(),
            expiring_credits: soon(),
            expiring_soon: soon(),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/billing/credits/balance",
    tag = "Billing",
    summary = "Show the organization's credits",
    responses((status = 200, description = "The credits", body = CreditBalanceResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<CreditBalanceResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let report = services.billing.credits(&caller).await?;
    Ok(Success::new(report.into()))
}
