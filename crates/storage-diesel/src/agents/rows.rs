//! Agents, as they are stored.

use crate::access::{agent_scopes_of, binding_of, environment_of, extras_of};
use crate::error::corrupt;
use crate::schema::agents;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Agent, AgentKey, AgentName, Description, IdentityKeys, KeyPrefix, OrgId, TokenTtl,
};
use oneclaw_storage::StorageError;
use serde_json::Value;

/// What of an agent is fixed or is changed by itself: all but the key's hash.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = agents, check_for_backend(Pg, Sqlite))]
pub(crate) struct IssueRow {
    id: StoredId,
    org_id: StoredId,
    key_id: StoredId,
    key_prefix: String,
    ssh_public_key: Vec<u8>,
    ecdh_public_key: Vec<u8>,
    created_by: Option<StoredId>,
    created_at: StoredTime,
    last_active_at: Option<StoredTime>,
}

/// What of an agent is changed as a whole.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agents, check_for_backend(Pg, Sqlite), treat_none_as_null = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
pub(crate) struct SettingsRow {
    name: String,
    description: String,
    scopes: StoredJson,
    is_active: bool,
    intents_api_enabled: bool,
    shroud_enabled: bool,
    token_ttl: Option<i64>,
    vault_ids: StoredJson,
    environment: Option<String>,
    environment_locked: bool,
    env_auto_resolve: Option<bool>,
    extras: StoredJson,
    expires_at: Option<StoredTime>,
    key_expires_at: Option<StoredTime>,
}

/// An agent without its key's hash.
pub(crate) type AgentRow = (IssueRow, SettingsRow);

fn texts<T: ToString>(items: &[T]) -> StoredJson {
    let texts = items.iter().map(|item| Value::String(item.to_string()));
    StoredJson(Value::Array(texts.collect()))
}

impl From<&Agent> for SettingsRow {
    fn from(agent: &Agent) -> Self {
        let environment = agent.environment.as_ref();
        Self {
            name: agent.name.as_str().to_owned(),
            description: agent.description.as_str().to_owned(),
            scopes: texts(agent.scopes.as_slice()),
            is_active: agent.is_active,
            intents_api_enabled: agent.intents_api_enabled,
            shroud_enabled: agent.shroud_enabled,
            token_ttl: agent.token_ttl.map(TokenTtl::get),
            vault_ids: texts(agent.binding.as_slice()),
            environment: environment.map(|name| name.as_str().to_owned()),
            environment_locked: agent.environment_locked,
            env_auto_resolve: agent.env_auto_resolve,
            extras: StoredJson(Value::Object(agent.extras.as_map().clone())),
            expires_at: agent.expires_at.map(Into::into),
            key_expires_at: agent.key.expires_at.map(Into::into),
        }
    }
}

impl IssueRow {
    pub(super) fn new(org: OrgId, agent: &Agent) -> Self {
        Self {
            id: agent.id.into(),
            org_id: org.into(),
            key_id: agent.key.id.into(),
            key_prefix: agent.key.prefix.as_str().to_owned(),
            ssh_public_key: agent.identity.ssh.to_vec(),
            ecdh_public_key: agent.identity.ecdh.to_vec(),
            created_by: agent.created_by.map(Into::into),
            created_at: agent.created_at.into(),
            last_active_at: agent.last_active_at.map(Into::into),
        }
    }

    fn with(self, settings: SettingsRow) -> Result<Agent, StorageError> {
        let ssh = self.ssh_public_key.try_into();
        let ecdh = self.ecdh_public_key.try_into();
        Ok(Agent {
            id: self.id.into(),
            org: self.org_id.into(),
            name: AgentName::parse(&settings.name).map_err(|_| corrupt("agents.name"))?,
            description: Description::parse(&settings.description)
                .map_err(|_| corrupt("agents.description"))?,
            scopes: agent_scopes_of(settings.scopes)?,
            is_active: settings.is_active,
            intents_api_enabled: settings.intents_api_enabled,
            shroud_enabled: settings.shroud_enabled,
            token_ttl: settings
                .token_ttl
                .map(TokenTtl::parse)
                .transpose()
                .map_err(|_| corrupt("agents.token_ttl"))?,
            binding: binding_of(settings.vault_ids)?,
            key: AgentKey {
                id: self.key_id.into(),
                prefix: KeyPrefix::stored(self.key_prefix),
                expires_at: settings.key_expires_at.map(Into::into),
            },
            identity: IdentityKeys {
                ssh: ssh.map_err(|_| corrupt("agents.ssh_public_key"))?,
                ecdh: ecdh.map_err(|_| corrupt("agents.ecdh_public_key"))?,
            },
            environment: environment_of(settings.environment.as_deref())?,
            environment_locked: settings.environment_locked,
            env_auto_resolve: settings.env_auto_resolve,
            extras: extras_of(settings.extras)?,
            created_by: self.created_by.map(Into::into),
            created_at: self.created_at.into(),
            expires_at: settings.expires_at.map(Into::into),
            last_active_at: self.last_active_at.map(Into::into),
        })
    }
}

pub(crate) fn parse((issue, settings): AgentRow) -> Result<Agent, StorageError> {
    issue.with(settings)
}
