//! `GET /v1/org/agent-keys-vault`

use crate::answer::{Answer, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use oneclaw_services::Services;
use serde::Serialize;
use utoipa::ToSchema;

/// Which vault keeps the private halves of the agents' identity keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentKeysVaultResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    vault_id: String,
}

#[utoipa::path(
    get,
    path = "/v1/org/agent-keys-vault",
    tag = "Organization",
    summary = "Find the vault that keeps the agents' identity keys",
    responses(
        (status = 200, description = "The vault", body = AgentKeysVaultResponse),
        (status = 403, description = "Only a person may ask"),
        (status = 404, description = "No agent was ever registered"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    bearer: Bearer,
) -> Answer<Success<AgentKeysVaultResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let vault = services.vaults.find_agent_keys(&caller).await?;
    Ok(Success::new(AgentKeysVaultResponse {
        vault_id: vault.to_string(),
    }))
}
