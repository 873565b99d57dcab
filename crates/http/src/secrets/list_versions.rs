//! `GET /v1/vaults/{vault_id}/secret-versions/{path}`

use super::response::SecretMetadataResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, Query, RequestInfo, path_id, secret_path};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{SecretPath, VaultId};
use oneclaw_services::{ListRequest, Refusal, Services};
use serde::Serialize;
use utoipa::ToSchema;

/// The versions of a secret, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretVersionListResponse {
    /// The versions, without their values.
    versions: Vec<SecretMetadataResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

fn parse(request: &HttpRequest) -> Result<(SecretPath, ListRequest), Refusal> {
    let path = secret_path(request)?;
    Ok((
        path,
        Query::of(request, &["limit", "cursor"])?.list_request()?,
    ))
}

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/secret-versions/{path}",
    tag = "Secrets",
    summary = "List the versions of a secret",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1000, description = "Rows per page; without it, all"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "The versions, without values", body = SecretVersionListResponse),
        (status = 410, description = "The secret was deleted"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<SecretVersionListResponse>> {
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
    let (path, page) = screened(&services, &caller, parse(&request)).await?;
    let listed = services
        .secrets
        .list_versions(vault, path, &page, &caller)
        .await?;
    let metadata = |version| SecretMetadataResponse::new(version, audience);
    let versions = listed.items.iter().map(metadata).collect();
    Ok(Success::new(SecretVersionListResponse {
        versions,
        next_cursor: listed.next_cursor,
    }))
}
