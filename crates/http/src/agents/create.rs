//! `POST /v1/agents`

use super::extras::{EchoedFields, RawFields, Whole, echoed};
use super::parse::{environment, name, text, time, ttl, vaults};
use super::response::AgentResponse;
use crate::answer::{Answer, Audience, Created};
use crate::auth::exposed;
use crate::extract::{Bearer, Body, Fields, Given, RequestInfo};
use crate::screen::screened;
use actix_web::web::Data;
use oneclaw_domain::{AgentExtras, Invalid, Scopes};
use oneclaw_services::{KeyedAgent, Refusal, RegisterAgentCommand, SecretText, Services};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new agent.
#[derive(Deserialize, Default, ToSchema)]
pub(crate) struct CreateAgentRequest {
    /// What people call it, 1 to 255 characters; need not be unique.
    #[schema(value_type = String, required = true, min_length = 1, max_length = 255)]
    #[serde(default)]
    name: Given<String>,
    /// What it is for, at most 1000 characters.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(default)]
    description: Given<String>,
    /// `api_key`; others are not supported.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    auth_method: Given<String>,
    /// What cuts its grants: path patterns, and labels such as `secrets:read`; empty = nothing.
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    #[serde(default)]
    scopes: Given<Vec<String>>,
    /// The vaults that it is bound to; empty = not bound.
    #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 1000)]
    #[serde(default)]
    vault_ids: Given<Vec<String>>,
    /// Life of its tokens in seconds; without it, the server's default.
    #[schema(value_type = Option<i64>, minimum = 60, maximum = 86400)]
    #[serde(default)]
    token_ttl_seconds: Given<i64>,
    /// When it stops; not in the past.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Given<String>,
    /// When its key stops working; not in the past.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    api_key_expires_at: Given<String>,
    /// Whether it uses values through intents only: it reads no private keys.
    #[schema(value_type = Option<bool>, default = false)]
    #[serde(default)]
    intents_api_enabled: Given<bool>,
    /// Kept, without effect.
    #[schema(value_type = Option<bool>, default = false)]
    #[serde(default)]
    shroud_enabled: Given<bool>,
    /// The environment that it is tagged with, 1 to 64 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64)]
    #[serde(default)]
    environment: Given<String>,
    /// Whether that may not be changed.
    #[schema(value_type = Option<bool>, default = false)]
    #[serde(default)]
    environment_locked: Given<bool>,
    /// Kept, without effect.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    env_auto_resolve: Given<bool>,
    /// What clients keep with it.
    #[schema(value_type = EchoedFields)]
    #[serde(flatten, skip_deserializing)]
    extras: RawFields,
}

/// The agent with its key, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentCreatedResponse {
    /// The agent.
    agent: AgentResponse,
    /// Its key: `ocv_` and 43 characters.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    api_key: SecretText,
    /// The agent's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    id: Option<String>,
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The agent's scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
}

impl AgentCreatedResponse {
    fn new(made: KeyedAgent, audience: Audience) -> Self {
        let agent = &made.agent;
        Self {
            id: audience.superset(agent.id.to_string()),
            name: audience.superset(agent.name.as_str().to_owned()),
            scopes: audience.superset(agent.scopes.as_slice().to_vec()),
            agent: AgentResponse::new(agent, audience),
            api_key: made.api_key,
        }
    }
}

impl CreateAgentRequest {
    fn parse(self) -> Result<RegisterAgentCommand, Refusal> {
        let mut fields = Fields::new();
        let name = fields.required("name", self.name, |given| name(&given));
        let description = fields.optional("description", self.description, |given| text(&given));
        let method = fields.optional("auth_method", self.auth_method, |given| by_key(&given));
        let scopes = fields.optional("scopes", self.scopes, Scopes::parse);
        let binding = fields.optional("vault_ids", self.vault_ids, |given| vaults(&given));
        let token_ttl = fields.optional("token_ttl_seconds", self.token_ttl_seconds, ttl);
        let expires_at = fields.optional("expires_at", self.expires_at, |given| time(&given));
        let key_ends = fields.optional("api_key_expires_at", self.api_key_expires_at, |given| {
            time(&given)
        });
        let intents = fields.optional("intents_api_enabled", self.intents_api_enabled, Ok);
        let shroud = fields.optional("shroud_enabled", self.shroud_enabled, Ok);
        let environment =
            fields.optional("environment", self.environment, |given| environment(&given));
        let locked = fields.optional("environment_locked", self.environment_locked, Ok);
        let auto = fields.optional("env_auto_resolve", self.env_auto_resolve, Ok);
        let kept = echoed(&mut fields, &self.extras);
        let mut extras = AgentExtras::default();
        if let Some(Err((field, invalid))) = kept.map(|kept| extras.set(&kept)) {
            fields.refuse::<()>(field, &invalid);
        }
        fields.finish(|| {
            method?;
            let description = match description? {
                Some(description) => description,
                None => text("").ok()?,
            };
            Some(RegisterAgentCommand {
                name: name?,
                description,
                scopes: scopes?.unwrap_or_default(),
                binding: binding?.unwrap_or_default(),
                token_ttl: token_ttl?,
                expires_at: expires_at?,
                key_expires_at: key_ends?,
                intents_api_enabled: intents?.unwrap_or(false),
                shroud_enabled: shroud?.unwrap_or(false),
                environment: environment?,
                environment_locked: locked?.unwrap_or(false),
                env_auto_resolve: auto?,
                extras,
            })
        })
    }
}

fn by_key(method: &str) -> Result<(), Invalid> {
    if method == "api_key" {
        Ok(())
    } else {
        Err(Invalid::new("must be api_key; others are not supported"))
    }
}

#[utoipa::path(
    post,
    path = "/v1/agents",
    tag = "Agents",
    summary = "Register an agent",
    description = "It has no access until a policy grants some. Its API key is shown this once.",
    request_body = CreateAgentRequest,
    responses(
        (status = 201, description = "The agent with its key, shown this once", body = AgentCreatedResponse),
        (status = 403, description = "The plan allows no more agents, or an agent asks"),
    )
)]
pub(crate) async fn handle(
    services: Data<Services>,
    request: RequestInfo,
    audience: Audience,
    bearer: Bearer,
    body: Body<Whole<CreateAgentRequest>>,
) -> Answer<Created<AgentCreatedResponse>> {
    let caller = services
        .auth
        .authenticate(bearer.token(), request.audit())
        .await?;
    let parsed = body.required().and_then(|Whole { known, all }| {
        let whole = CreateAgentRequest {
            extras: all,
            ..known
        };
        Ok(whole.parse()?)
    });
    let command = screened(&services, &caller, parsed).await?;
    let made = services.agents.create(command, &caller).await?.into_inner();
    Ok(Created::new(AgentCreatedResponse::new(made, audience)))
}
