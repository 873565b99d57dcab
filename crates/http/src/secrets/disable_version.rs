//! `POST /v1/vaults/{vault_id}/secret-version-disable/{path}/{version}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id, versioned_path};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;

#[utoipa::path(
    post,
    path = "/v1/vaults/{vault_id}/secret-version-disable/{path}/{version}",
    tag = "Secrets",
    summary = "Disable one version of a secret",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("version" = i64, Path, minimum = 1, description = "The version's number"),
    ),
    responses(
        (status = 204, description = "It is disabled"),
        (status = 410, description = "It was deleted"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<NoContent> {
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
    let (path, number) = screened(&services, &caller, versioned_path(&request)).await?;
    let () = services
        .secrets
        .disable_version(vault, path, number, &caller)
        .await?
        .into_inner();
    Ok(NoContent)
}
