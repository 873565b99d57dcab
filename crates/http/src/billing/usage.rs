//! `GET /v1/billing/usage`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::{Services, UsageReport};
use serde::Serialize;
use utoipa::ToSchema;

/// What the organization used this month (UTC).
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageResponse {
    /// Its plan.
    billing_tier: &'static str,
    /// Requests that it may make a month; -1 is without limit.
    free_tier_limit: i64,
    /// What it used.
    current_month: UsageMonthResponse,
}

/// What was used in a month.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageMonthResponse {
    /// Requests.
    total_requests: i64,
    /// Of these, what was paid from credits.
    paid_requests: i64,
    /// Of these, what cost nothing.
    free_requests: i64,
    /// What the paid ones cost, in US dollars.
    #[schema(example = "0.012")]
    total_cost_usd: String,
}

impl From<UsageReport> for UsageResponse {
    fn from(report: UsageReport) -> Self {
        let month = report.month;
        Self {
            billing_tier: report.tier.as_str(),
            free_tier_limit: report.limit.unwrap_or(-1),
            current_month: UsageMonthResponse {
                total_requests: month.requests,
                paid_requests: month.paid,
                free_requests: month.requests.saturating_sub(month.paid),
                total_cost_usd: month.cost.dollars(),
            },
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/billing/usage",
    tag = "Billing",
    summary = "Show what the organization used this month",
    responses((status = 200, description = "What it used", body = UsageResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<UsageResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let report = services.billing.usage(&caller).await?;
    Ok(Success::new(report.into()))
}
