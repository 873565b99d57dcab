//! `POST /v1/auth/agent-token`

use super::response::exposed;
use crate::answer::{Answer, Audience, Success};
use crate::extract::{Body, Fields, Given, RequestInfo, SecretField};
use actix_web::web::Data;
use oneclaw_domain::AgentId;
use oneclaw_services::{AgentLoginCommand, AgentTokens, Refusal, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An agent's API key.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct AgentTokenRequest {
    /// The whole key: `ocv_` and 43 characters.
    #[schema(value_type = String, required = true)]
    #[serde(default)]
    api_key: Given<SecretField>,
    /// Whose key it is: then it must be that agent's. The key alone will do.
    #[schema(value_type = Option<uuid::Uuid>)]
    #[serde(default)]
    agent_id: Given<String>,
}

/// An agent's access token.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentTokenResponse {
    /// The access token, for `Authorization: Bearer`.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    access_token: SecretText,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The access token's life, in seconds.
    expires_in: i64,
    /// Whose key it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    agent_id: Option<String>,
    /// The vaults that the agent is bound to; where it is not, those that it sees, oldest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    vault_ids: Option<Vec<String>>,
    /// What it is entitled to.
    #[serde(skip_serializing_if = "Option::is_none")]
    entitlements: Option<Entitlements>,
}

/// What an agent is entitled to, as far as clients ask.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the wire"
)]
#[derive(Serialize, ToSchema)]
pub(crate) struct Entitlements {
    /// Whether it uses values through intents only.
    intents_api: bool,
    /// Not served.
    execution_intents: bool,
    /// Whether it sees no value at all.
    execution_require_tee: bool,
    /// Not served.
    intents_require_tee: bool,
    /// Not served.
    cards: bool,
    /// Not served.
    memory: bool,
    /// Not served.
    shroud: bool,
    /// Not served.
    discoverable: bool,
    /// Not served.
    treasury_signer: bool,
    /// Not served.
    has_delegations: bool,
}

impl AgentTokenRequest {
    fn parse(self) -> Result<AgentLoginCommand, Refusal> {
        let mut fields = Fields::new();
        let text = |key: SecretField| Ok(SecretText::new(key.expose().to_owned()));
        let api_key = fields.required("api_key", self.api_key, text);
        let agent = fields.optional("agent_id", self.agent_id, |id| AgentId::parse(&id));
        fields.finish(|| {
            Some(AgentLoginCommand {
                api_key: api_key?,
                agent: agent?,
            })
        })
    }
}

impl AgentTokenResponse {
    fn new(tokens: AgentTokens, audience: Audience) -> Self {
        let vaults = tokens.vaults.iter().map(ToString::to_string).collect();
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            agent_id: audience.superset(tokens.agent.to_string()),
            vault_ids: audience.superset(vaults),
            entitlements: audience.superset(Entitlements {
                intents_api: tokens.intents_api_enabled,
                execution_intents: false,
                execution_require_tee: tokens.requires_tee,
                intents_require_tee: false,
                cards: false,
                memory: false,
                shroud: false,
                discoverable: false,
                treasury_signer: false,
                has_delegations: false,
            }),
        }
    }
}

#[utoipa::path(
    post,
    path = "/v1/auth/agent-token",
    tag = "Auth",
    summary = "Exchange an agent's API key for an access token",
    request_body = AgentTokenRequest,
    responses(
        (status = 200, description = "The token, which ends with the agent or its key at the latest", body = AgentTokenResponse),
        (status = 401, description = "The key is unknown, replaced or another agent's, or it or the agent is expired or inactive"),
        (status = 403, description = "The organization's rules keep the address out"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    body: Body<AgentTokenRequest>,
) -> Answer<Success<AgentTokenResponse>> {
    let command = body.required()?.parse()?;
    let tokens = services
        .auth
        .agent_login(command, &request.audit())
        .await?
        .into_inner();
    Ok(Success::new(AgentTokenResponse::new(tokens, audience)))
}
