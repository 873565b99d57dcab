//! `GET /v1/vaults/{vault_id}/secret-version/{path}/{version}`

use super::response::SecretResponse;
use super::reveal::whole;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo, path_id, versioned_path};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}/secret-version/{path}/{version}",
    tag = "Secrets",
    summary = "Read one version of a secret",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("version" = i64, Path, minimum = 1, description = "The version's number"),
    ),
    responses(
        (status = 200, description = "The version with its value; `ETag` is its number", body = SecretResponse),
        (status = 410, description = "It was deleted, disabled, used up, or has expired"),
        (status = 416, description = "Ranges are not served"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<SecretResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    screened(&services, &caller, whole(&request)).await?;
    let vault = screened(
        &services,
        &caller,
        path_id(&request, "vault_id", VaultId::parse),
    )
    .await?;
    let (path, number) = screened(&services, &caller, versioned_path(&request)).await?;
    let revealed = services
        .secrets
        .reveal_version(vault, path, number, &caller)
        .await?;
    Ok(Success::new(SecretResponse::new(revealed, audience)).with_version(number))
}
