//! `GET /v1/billing/credits/transactions`

use super::page::{both, size, skip};
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{CreditEntry, MicroUsd};
use oneclaw_services::{EntriesRequest, Refusal, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// Lines of the organization's credit ledger, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreditTransactionsResponse {
    /// The lines.
    transactions: Vec<CreditTransactionResponse>,
    /// Which page it is.
    page: i64,
    /// Lines per page.
    limit: i64,
    /// Lines before it.
    offset: i64,
    /// All lines there are.
    total: i64,
}

/// A line of the ledger.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreditTransactionResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// `topup`, `usage`, `expiry` or `adjustment`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How much, in cents; below zero where it was spent or has ended. Parts of a cent are left out.
    amount_cents: i64,
    /// What there was after it, in cents, rounded down.
    balance_after_cents: i64,
    /// In words.
    description: String,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
    /// How much, in US dollars.
    amount_usd: f64,
    /// What there was after it, in US dollars.
    balance_after_usd: f64,
}

impl From<CreditEntry> for CreditTransactionResponse {
    fn from(entry: CreditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            kind: entry.kind.as_str(),
            amount_cents: cents(entry.amount),
            balance_after_cents: entry.balance.whole_cents(),
            description: entry.description,
            created_at: entry.created_at.to_string(),
            amount_usd: entry.amount.as_number(),
            balance_after_usd: entry.balance.as_number(),
        }
    }
}

/// Without the parts of a cent, so that nobody reads of a cent that was not taken.
fn cents(amount: MicroUsd) -> i64 {
    let whole = MicroUsd::new(amount.get().saturating_abs()).whole_cents();
    if amount < MicroUsd::ZERO {
        -whole
    } else {
        whole
    }
}

fn wanted(request: &HttpRequest) -> Result<EntriesRequest, Refusal> {
    let query = Query::of(request, &["limit", "page", "offset"])?;
    let size = size(&query);
    let skip = skip(
        &query,
        size.as_ref()
            .copied()
            .unwrap_or(oneclaw_domain::PageSize::MAX),
    );
    let (size, skip) = both(size, skip)?;
    Ok(EntriesRequest { skip, size })
}

#[utoipa::path(
    get,
    path = "/v1/billing/credits/transactions",
    tag = "Billing",
    summary = "List what moved the organization's credits",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 200, description = "Lines per page; 50 where nothing is given"),
        ("page" = Option<i64>, Query, minimum = 1, description = "Which page, from 1"),
        ("offset" = Option<i64>, Query, minimum = 0, description = "Lines to leave out, in the place of `page`"),
    ),
    responses((status = 200, description = "The lines", body = CreditTransactionsResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<CreditTransactionsResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let wanted = screened(&services, &caller, wanted(&request)).await?;
    let found = services.billing.entries(wanted, &caller).await?;
    let limit = i64::try_from(wanted.size.get()).unwrap_or(1);
    Ok(Success::new(CreditTransactionsResponse {
        transactions: found.entries.into_iter().map(Into::into).collect(),
        page: (wanted.skip / limit.max(1)).saturating_add(1),
        limit,
        offset: wanted.skip,
        total: found.total,
    }))
}
