//! `GET /v1/vaults/{vault_id}`

use super::response::VaultResponse;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::VaultId;
use oneclaw_services::Services;

#[utoipa::path(
    get,
    path = "/v1/vaults/{vault_id}",
    tag = "Vaults",
    summary = "Show a vault",
    params(("vault_id" = uuid::Uuid, Path, description = "The vault's id")),
    responses((status = 200, description = "The vault", body = VaultResponse))
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
    let vault = screened(
        &services,
        &caller,
        path_id(&request, "vault_id", VaultId::parse),
    )
    .await?;
    let vault = services.vaults.show(vault, &caller).await?;
    Ok(Success::new(VaultResponse::new(&vault, audience)))
}
