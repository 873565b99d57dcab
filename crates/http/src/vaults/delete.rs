//! `DELETE /v1/vaults/{vault_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/vaults/{vault_id}",
    tag = "Vaults",
    summary = "Delete a vault with all that is in it",
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses((status = 204, description = "The vault, its secrets and its key are gone"))
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
    let () = services.vaults.delete(vault, &caller).await?.into_inner();
    Ok(NoContent)
}
