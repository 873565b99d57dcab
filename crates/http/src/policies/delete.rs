//! `DELETE /v1/vaults/{vault_id}/policies/{policy_id}`

use crate::answer::{Answer, NoContent};
use crate::extract::{Bearer, RequestInfo, path_id};
use crate::screen::screened;
use actix_web::HttpRequest;
use actix_web::web::Data;
use oneclaw_domain::{PolicyId, VaultId};
use oneclaw_services::Services;

#[utoipa::path(
    delete,
    path = "/v1/vaults/{vault_id}/policies/{policy_id}",
    tag = "Policies",
    summary = "Take a policy away",
    params(
        ("vault_id" = uuid::Uuid, Path, description = "The vault's id"),
        ("policy_id" = uuid::Uuid, Path, description = "The policy's id"),
    ),
    responses((status = 204, description = "What it gave or denied is over from the next request on"))
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
    let vault = path_id(&request, "vault_id", VaultId::parse);
    let vault = screened(&services, &caller, vault).await?;
    let policy = path_id(&request, "policy_id", PolicyId::parse);
    let policy = screened(&services, &caller, policy).await?;
    let deleted = services.policies.delete(vault, policy, &caller).await?;
    let () = deleted.into_inner();
    Ok(NoContent)
}
