//! `DELETE /v1/vaults/{vault_id}/cmek`

use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use crate::vaults::VaultResponse;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/vaults/{vault_id}/cmek",
    tag = "CMEK",
    summary = "Take new values plain; those that are there stay encrypted, and say so",
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses(
        (status = 200, description = "The vault", body = VaultResponse),
        (status = 400, description = "CMEK is not enabled"),
        (status = 409, description = "It is the system's own vault"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    info: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    request: HttpRequest,
) -> Answer<Success<VaultResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), info.audit())
        .await?;
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let vault = services.cmek.disable(vault, &caller).await?.into_inner();
    Ok(Success::new(VaultResponse::new(&vault, audience)))
}
