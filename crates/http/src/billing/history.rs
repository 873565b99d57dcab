//! `GET /v1/billing/history`

use super::page::size;
use crate::answer::{Answer, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::UsageEvent;
use oneclaw_services::{Refusal, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// The organization's last requests, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageHistoryResponse {
    /// The requests.
    events: Vec<UsageEventResponse>,
}

/// A metered request.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsageEventResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// `user`, `agent` or `anonymous`.
    principal_type: String,
    /// Who asked.
    principal_id: String,
    /// The method.
    method: String,
    /// The pattern of the path: never the path itself.
    #[schema(example = "/v1/vaults/{vault_id}/secrets/{path}")]
    endpoint: String,
    /// The status that was answered.
    status_code: i64,
    /// What it was priced at, in US dollars.
    #[schema(example = "0.001")]
    price_usd: String,
    /// Whether it was paid from credits.
    is_paid: bool,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<UsageEvent> for UsageEventResponse {
    fn from(event: UsageEvent) -> Self {
        Self {
            id: event.id.to_string(),
            principal_type: event.principal_type,
            principal_id: event.principal_id,
            method: event.method,
            endpoint: event.endpoint,
            status_code: event.status,
            price_usd: event.price.dollars(),
            is_paid: event.is_paid,
            created_at: event.created_at.to_string(),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/billing/history",
    tag = "Billing",
    summary = "Show the organization's last requests",
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 200, description = "How many; 50 where nothing is given")),
    responses((status = 200, description = "The requests", body = UsageHistoryResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<UsageHistoryResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let size = Query::of(&request, &["limit"])
        .and_then(|query| size(&query).map_err(|wrong| Refusal::Invalid(vec![wrong])));
    let size = screened(&services, &caller, size).await?;
    let events = services.billing.history(size, &caller).await?;
    Ok(Success::new(UsageHistoryResponse {
        events: events.into_iter().map(Into::into).collect(),
    }))
}
