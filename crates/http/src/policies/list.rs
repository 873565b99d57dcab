//! `GET /v1/vaults/{vault_id}/policies`

use super::response::PolicyResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Policies on a vault, oldest first, expired ones among them.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyListResponse {
    /// The policies: all to who manages the vault, to others those that name them.
    policies: Vec<PolicyResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/policies",
    tag = "Policies",
    summary = "List the policies on a vault that the caller may see",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The policies", body = PolicyListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<PolicyListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let page = Query::of(&request, &["limit", "cursor"]).and_then(|query| query.list_request());
    let page = screened(&services, &caller, page).await?;
    let listed = services.policies.list(vault, &page, &caller).await?;
    let shown = |policy| PolicyResponse::new(policy, audience);
    Ok(Success::new(PolicyListResponse {
        policies: listed.items.iter().map(shown).collect(),
        next_cursor: listed.next_cursor,
    }))
}
