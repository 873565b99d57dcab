//! `DELETE /v1/vaults/{vault_id}/secrets/{path}`

use super::put::precondition;
use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id, secret_path};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{SecretPath, VaultId};
use oneclaw_services::{Precondition, Refusal, Services};

fn parse(request: &HttpRequest) -> Result<(SecretPath, Precondition), Refusal> {
    Ok((secret_path(request)?, precondition(request)?))
}

#[utoipa::path(
    delete,
    path = "/v1/vaults/{vault_id}/secrets/{path}",
    tag = "Secrets",
    summary = "Delete a secret with all its versions",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("path" = String, Path, description = "The secret's path, raw or with `%2F`", max_length = 512, pattern = "^[A-Za-z0-9._-]{1,128}(/[A-Za-z0-9._-]{1,128})*$"),
        ("If-Match" = Option<String>, Header, description = "Only if this is the newest version, such as `\"3\"`"),
    ),
    responses(
        (status = 204, description = "It is deleted"),
        (status = 412, description = "The precondition does not hold; nothing was deleted"),
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
    let (path, precondition) = screened(&services, &caller, parse(&request)).await?;
    let () = services
        .secrets
        .delete(vault, path, &precondition, &caller)
        .await?
        .into_inner();
    Ok(NoContent)
}
