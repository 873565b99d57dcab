//! An agent on the wire.

use super::extras::EchoedFields;
use crate::answer::Audience;
use crate::auth::exposed;
use base64::{Engine, engine::general_purpose::STANDARD};
use oneclaw_domain::{Agent, AgentExtras, TokenTtl};
use oneclaw_services::{KeyedAgent, SecretText};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// An agent.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What people call it.
    name: String,
    /// What it is for.
    description: String,
    /// Always `api_key`.
    #[schema(example = "api_key")]
    auth_method: &'static str,
    /// What cuts its grants: path patterns and labels such as `secrets:read`; empty = nothing.
    scopes: Vec<String>,
    /// Whether it may act.
    is_active: bool,
    /// Whether it uses values through intents only: it reads no private keys.
    intents_api_enabled: bool,
    /// Kept, without effect.
    shroud_enabled: bool,
    /// Life of its tokens in seconds; null = the server's default.
    token_ttl_seconds: Option<i64>,
    /// The vaults that it is bound to; empty = not bound.
    #[schema(value_type = Vec<uuid::Uuid>)]
    vault_ids: Vec<String>,
    /// The raw Ed25519 public key, 32 bytes in base64.
    ssh_public_key: String,
    /// The uncompressed P-256 point, 65 bytes in base64.
    ecdh_public_key: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it last got a token.
    #[schema(format = DateTime)]
    last_active_at: Option<String>,
    /// When its key stops working.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    api_key_expires_at: Option<Value>,
    #[serde(flatten)]
    beyond: Beyond,
    /// What clients keep with it.
    #[serde(flatten)]
    #[schema(value_type = EchoedFields)]
    extras: Map<String, Value>,
}

/// What strict clients do not know of an agent.
#[derive(Serialize, ToSchema)]
pub(crate) struct Beyond {
    /// The organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    org_id: Option<String>,
    /// Who registered or approved it; null once that person is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    created_by: Option<Value>,
    /// The first 12 characters of its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_prefix: Option<String>,
    /// The environment that it is tagged with.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    /// Whether that may not be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_locked: Option<bool>,
    /// Kept, without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    env_auto_resolve: Option<bool>,
}

impl AgentResponse {
    pub(crate) fn new(agent: &Agent, audience: Audience) -> Self {
        let ends = |end: Option<oneclaw_domain::Timestamp>| end.map(|end| end.to_string());
        Self {
            id: agent.id.to_string(),
            name: agent.name.as_str().to_owned(),
            description: agent.description.as_str().to_owned(),
            auth_method: "api_key",
            scopes: agent.scopes.as_slice().to_vec(),
            is_active: agent.is_active,
            intents_api_enabled: agent.intents_api_enabled,
            shroud_enabled: agent.shroud_enabled,
            token_ttl_seconds: agent.token_ttl.map(TokenTtl::get),
            vault_ids: bound_to(agent),
            ssh_public_key: STANDARD.encode(agent.identity.ssh),
            ecdh_public_key: STANDARD.encode(agent.identity.ecdh),
            created_at: agent.created_at.to_string(),
            expires_at: ends(agent.expires_at),
            last_active_at: ends(agent.last_active_at),
            api_key_expires_at: audience.superset(Value::from(ends(agent.key.expires_at))),
            beyond: Beyond::new(agent, audience),
            extras: extras_for(&agent.extras, audience),
        }
    }
}

impl Beyond {
    fn new(agent: &Agent, audience: Audience) -> Self {
        let environment = agent.environment.as_ref();
        let environment = environment.map(|name| name.as_str().to_owned());
        let created_by = agent.created_by.map(|by| by.to_string());
        Self {
            org_id: audience.superset(agent.org.to_string()),
            created_by: audience.superset(created_by.into()),
            api_key_prefix: audience.superset(agent.key.prefix.as_str().to_owned()),
            environment: audience.superset(environment).flatten(),
            environment_locked: audience.superset(agent.environment_locked),
            env_auto_resolve: audience.superset(agent.env_auto_resolve).flatten(),
        }
    }
}

pub(super) fn bound_to(agent: &Agent) -> Vec<String> {
    let vaults = agent.binding.as_slice().iter();
    vaults.map(ToString::to_string).collect()
}

fn extras_for(extras: &AgentExtras, audience: Audience) -> Map<String, Value> {
    let known = AgentExtras::names().filter(|(_, beyond)| !beyond || audience == Audience::Lenient);
    let set = extras.as_map();
    known
        .filter_map(|(name, _)| Some((name.to_owned(), set.get(name)?.clone())))
        .collect()
}

/// An agent with its key, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentKeyResponse {
    /// The agent.
    agent: AgentResponse,
    /// Its key: `ocv_` and 43 characters.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    api_key: SecretText,
}

impl AgentKeyResponse {
    pub(super) fn new(keyed: KeyedAgent, audience: Audience) -> Self {
        Self {
            agent: AgentResponse::new(&keyed.agent, audience),
            api_key: keyed.api_key,
        }
    }
}
