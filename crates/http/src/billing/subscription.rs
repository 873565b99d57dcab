//! `GET /v1/billing/subscription`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_domain::Limit;
use oneclaw_services::{Services, SubscriptionReport};
use serde::Serialize;
use utoipa::ToSchema;

/// The organization's plan, in the words of all clients. Numbers are never null; a limit of -1 is none.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionResponse {
    /// The plan: `free`, `pro`, `business` or `enterprise`.
    tier: &'static str,
    /// `monthly` or `yearly`; null where it was not bought.
    interval: Option<&'static str>,
    /// Until when it is paid, or was given.
    #[schema(format = DateTime)]
    period_end: Option<String>,
    /// `active`, `trialing`, `past_due` or `canceled`.
    status: &'static str,
    /// Credits in cents, rounded down.
    credit_balance_cents: i64,
    /// Credits in US dollars, rounded down to cents.
    #[schema(example = "50.00")]
    credit_balance_usd: String,
    /// `credits` or `x402`.
    overage_method: &'static str,
    /// What is used of it.
    usage: SubscriptionUsageResponse,
    /// The plan once more.
    subscription: SubscriptionPlanResponse,
    /// The credits once more.
    credits: SubscriptionCreditsResponse,
}

/// What is used of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionUsageResponse {
    /// This month's.
    requests: MeterResponse,
    /// Live paths.
    secrets: MeterResponse,
    /// Active agents.
    agents: MeterResponse,
    /// Vaults.
    vaults: MeterResponse,
    /// Members.
    team_members: MeterResponse,
    /// Shares that have not ended.
    shares: MeterResponse,
    /// There are none.
    intent_transactions: MeterResponse,
    /// There are none.
    wallets: MeterResponse,
    /// Requests that the plan allows a month.
    tier_limit: i64,
    /// The month once more.
    current_month: SubscriptionMonthResponse,
}

/// How much there is, and may be.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeterResponse {
    /// How much there is.
    used: i64,
    /// How much there may be; -1 is without limit.
    limit: i64,
}

/// The month's requests.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionMonthResponse {
    /// All of them.
    total_requests: i64,
    /// Those that the plan covers.
    tier_requests: i64,
    /// Those beyond it.
    overage_requests: i64,
    /// What those cost that were paid, in US dollars.
    total_cost_usd: f64,
}

/// A plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionPlanResponse {
    /// Which.
    tier: &'static str,
    /// How it stands.
    status: &'static str,
    /// Until when it is paid, or was given.
    #[schema(format = DateTime)]
    current_period_end: Option<String>,
    /// Whether it is not renewed then.
    cancel_at_period_end: bool,
}

/// The credits.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionCreditsResponse {
    /// In US dollars.
    balance_usd: f64,
    /// Of these, what ends within 30 days.
    expiring_next_30_days: f64,
}

const fn meter(used: i64, limit: Limit) -> MeterResponse {
    let limit = match limit {
        Some(limit) => limit,
        None => -1,
    };
    MeterResponse { used, limit }
}

impl From<&SubscriptionReport> for SubscriptionUsageResponse {
    fn from(report: &SubscriptionReport) -> Self {
        let (holdings, month) = (&report.holdings, report.month);
        let limit = report.quota.limit;
        let covered = limit.map_or(month.requests, |limit| month.requests.min(limit));
        Self {
            requests: meter(month.requests, limit),
            secrets: meter(holdings.secrets, report.secrets),
            agents: meter(holdings.agents, report.agents),
            vaults: meter(holdings.vaults, report.vaults),
            team_members: meter(holdings.members, None),
            shares: meter(holdings.shares, None),
            intent_transactions: meter(0, Some(0)),
            wallets: meter(0, Some(0)),
            tier_limit: limit.unwrap_or(-1),
            current_month: SubscriptionMonthResponse {
                total_requests: month.requests,
                tier_requests: covered,
                overage_requests: month.requests.saturating_sub(covered),
                total_cost_usd: month.cost.as_number(),
            },
        }
    }
}

impl From<SubscriptionReport> for SubscriptionResponse {
    fn from(report: SubscriptionReport) -> Self {
        let usage = (&report).into();
        let (tier, status) = (report.quota.tier.as_str(), report.status.as_str());
        let balance = report.credits.balance;
        let plan = report.plan.as_ref();
        let end = plan.and_then(|plan| plan.ends_at);
        let end = end.map(|end| end.to_string());
        let is_yearly = plan.and_then(|plan| plan.is_yearly);
        Self {
            tier,
            interval: is_yearly.map(|yearly| if yearly { "yearly" } else { "monthly" }),
            period_end: end.clone(),
            status,
            credit_balance_cents: balance.whole_cents(),
            credit_balance_usd: balance.dollars_and_cents(),
            overage_method: report.quota.method.as_str(),
            usage,
            subscription: SubscriptionPlanResponse {
                tier,
                status,
                current_period_end: end,
                cancel_at_period_end: plan.is_some_and(|plan| plan.cancels),
            },
            credits: SubscriptionCreditsResponse {
                balance_usd: balance.as_number(),
                expiring_next_30_days: report.credits.ending_soon().as_number(),
            },
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/billing/subscription",
    tag = "Billing",
    summary = "Show the organization's plan",
    responses((status = 200, description = "The plan", body = SubscriptionResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<SubscriptionResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let report = services.billing.subscription(&caller).await?;
    Ok(Success::new(report.into()))
}
