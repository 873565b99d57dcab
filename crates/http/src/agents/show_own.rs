//! `GET /v1/agents/me`

use super::response::bound_to;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Bearer, RequestInfo};
use actix_web::web::Data;
use base64::{Engine, engine::general_purpose::STANDARD};
use oneclaw_domain::{Agent, TokenTtl};
use oneclaw_services::Services;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An agent, as it sees itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentSelfResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What people call it.
    name: String,
    /// What it is for.
    description: String,
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// What cuts its grants: path patterns and labels such as `secrets:read`; empty = nothing.
    scopes: Vec<String>,
    /// Whether it may act.
    is_active: bool,
    /// Whether it uses values through intents only: it reads no private keys.
    intents_api_enabled: bool,
    /// Who registered or approved it; null once that person is gone.
    #[schema(value_type = Option<uuid::Uuid>)]
    created_by: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it last got a token.
    #[schema(format = DateTime)]
    last_active_at: Option<String>,
    /// The raw Ed25519 public key, 32 bytes in base64.
    ssh_public_key: String,
    /// The uncompressed P-256 point, 65 bytes in base64.
    ecdh_public_key: String,
    /// Kept, without effect.
    shroud_enabled: bool,
    /// Kept, without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    shroud_config: Option<Value>,
    /// The vaults that it is bound to; empty = not bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    vault_ids: Option<Vec<String>>,
    /// Life of its tokens in seconds; null = the server's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    token_ttl_seconds: Option<Value>,
}

impl AgentSelfResponse {
    fn new(agent: &Agent, audience: Audience) -> Self {
        Self {
            id: agent.id.to_string(),
            name: agent.name.as_str().to_owned(),
            description: agent.description.as_str().to_owned(),
            org_id: agent.org.to_string(),
            scopes: agent.scopes.as_slice().to_vec(),
            is_active: agent.is_active,
            intents_api_enabled: agent.intents_api_enabled,
            created_by: agent.created_by.map(|by| by.to_string()),
            created_at: agent.created_at.to_string(),
            expires_at: agent.expires_at.map(|end| end.to_string()),
            last_active_at: agent.last_active_at.map(|at| at.to_string()),
            ssh_public_key: STANDARD.encode(agent.identity.ssh),
            ecdh_public_key: STANDARD.encode(agent.identity.ecdh),
            shroud_enabled: agent.shroud_enabled,
            shroud_config: agent.extras.as_map().get("shroud_config").cloned(),
            vault_ids: audience.superset(bound_to(agent)),
            token_ttl_seconds: audience.superset(agent.token_ttl.map(TokenTtl::get).into()),
        }
    }
}

#[utoipa::path(
    get,
    path = "/v1/agents/me",
    tag = "Agents",
    summary = "Show an agent to itself",
    responses(
        (status = 200, description = "The agent that asks", body = AgentSelfResponse),
        (status = 403, description = "A person asks"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
) -> Answer<Success<AgentSelfResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let agent = services.agents.show_own(&caller).await?;
    Ok(Success::new(AgentSelfResponse::new(&agent, audience)))
}
