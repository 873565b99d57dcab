//! `GET /v1/vaults`

use super::response::VaultResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// The vaults that the caller sees, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct VaultListResponse {
    /// The vaults.
    vaults: Vec<VaultResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/vaults",
    tag = "Vaults",
    summary = "List the vaults that the caller sees",
    params(
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The vaults", body = VaultListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<VaultListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.vaults.list(&page, &caller).await?;
    let vaults = listed
        .items
        .iter()
        .map(|vault| VaultResponse::new(vault, audience))
        .collect();
    Ok(Success::new(VaultListResponse {
        vaults,
        next_cursor: listed.next_cursor,
    }))
}
