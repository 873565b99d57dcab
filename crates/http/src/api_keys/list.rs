//! `GET /v1/auth/api-keys`

use super::response::ApiKeyResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// One's own API keys, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyListResponse {
    /// The keys that were not revoked.
    keys: Vec<ApiKeyResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/auth/api-keys",
    tag = "API keys",
    summary = "List one's own API keys",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The keys", body = ApiKeyListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<ApiKeyListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.api_keys.list(&page, &caller).await?;
    let now = services.now();
    let keys = listed
        .items
        .iter()
        .map(|key| ApiKeyResponse::new(key, now, audience))
        .collect();
    Ok(Success::new(ApiKeyListResponse {
        keys,
        next_cursor: listed.next_cursor,
    }))
}
