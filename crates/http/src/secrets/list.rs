//! `GET /v1/vaults/{vault_id}/secrets`

use super::response::SecretMetadataResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{PathPrefix, VaultId};
use oneclaw_services::{ListRequest, Refusal, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// The newest version of each live path, by path.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretListResponse {
    /// The secrets, without their values.
    secrets: Vec<SecretMetadataResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

fn parse(request: &HttpRequest) -> Result<(PathPrefix, ListRequest), Refusal> {
    let query = Query::of(request, &["prefix", "limit", "cursor"])?;
    Ok((query.prefix()?, query.list_request()?))
}

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/secrets",
    tag = "Secrets",
    summary = "List the secrets of a vault",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("prefix" = Option<String>, Query, description = "Only paths that begin so, literally"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "The secrets, without values", body = SecretListResponse))
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<SecretListResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = screened(
        &services,
        &caller,
        path_id(&request, "vault_id", VaultId::parse),
    )
    .await?;
    let (prefix, page) = screened(&services, &caller, parse(&request)).await?;
    let listed = services
        .secrets
        .list(vault, &prefix, &page, &caller)
        .await?;
    let metadata = |version| SecretMetadataResponse::new(version, audience);
    let secrets = listed.items.iter().map(metadata).collect();
    Ok(Success::new(SecretListResponse {
        secrets,
        next_cursor: listed.next_cursor,
    }))
}
