//! Agents, as far as it decides what they may do.

use super::read::Identity;
use crate::error::corrupt;
use crate::query::find;
use crate::schema::{agents, orgs, revoked_agent_tokens};
use crate::session::Session;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    AgentExtras, AgentId, Binding, Environment, Epoch, OrgId, Scopes, TokenId, VaultId,
};
use oneclaw_storage::{AgentFacts, PrincipalFacts, StorageError};
use serde_json::Value;

/// Scopes are stored as an array of texts; anything else must not be read as "no limit".
pub(crate) fn agent_scopes_of(json: StoredJson) -> Result<Scopes, StorageError> {
    serde_json::from_value(json.0)
        .map(Scopes::stored)
        .map_err(|_| corrupt("agents.scopes"))
}

/// A binding is stored as an array of ids; anything else must not be read as "not bound".
pub(crate) fn binding_of(json: StoredJson) -> Result<Binding, StorageError> {
    let place = || corrupt("agents.vault_ids");
    let ids: Vec<String> = serde_json::from_value(json.0).map_err(|_| place())?;
    let vaults: Result<Vec<VaultId>, _> = ids.iter().map(|id| VaultId::parse(id)).collect();
    vaults.and_then(Binding::parse).map_err(|_| place())
}

pub(crate) fn environment_of(word: Option<&str>) -> Result<Option<Environment>, StorageError> {
    word.map(Environment::parse)
        .transpose()
        .map_err(|_| corrupt("agents.environment"))
}

pub(crate) fn extras_of(json: StoredJson) -> Result<AgentExtras, StorageError> {
    match json.0 {
        Value::Object(fields) => Ok(AgentExtras::stored(fields)),
        _ => Err(corrupt("agents.extras")),
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = agents, check_for_backend(Pg, Sqlite))]
struct AgentFactsRow {
    is_active: bool,
    expires_at: Option<StoredTime>,
    key_id: StoredId,
    key_hash: Vec<u8>,
    key_expires_at: Option<StoredTime>,
    scopes: StoredJson,
    vault_ids: StoredJson,
    environment: Option<String>,
    intents_api_enabled: bool,
    extras: StoredJson,
}

impl AgentFactsRow {
    fn parse(self, token_revoked: bool) -> Result<AgentFacts, StorageError> {
        Ok(AgentFacts {
            is_active: self.is_active,
            expires_at: self.expires_at.map(Into::into),
            key: self.key_id.into(),
            key_hash: self
                .key_hash
                .try_into()
                .map_err(|_| corrupt("agents.key_hash"))?,
            key_expires_at: self.key_expires_at.map(Into::into),
            token_revoked,
            scopes: agent_scopes_of(self.scopes)?,
            binding: binding_of(self.vault_ids)?,
            environment: environment_of(self.environment.as_deref())?,
            intents_only: self.intents_api_enabled,
            requires_tee: extras_of(self.extras)?.requires_tee(),
        })
    }
}

impl Session {
    pub(super) async fn agent_facts(
        &mut self,
        org: OrgId,
        agent: AgentId,
        token: Option<TokenId>,
    ) -> Result<Option<Identity>, StorageError> {
        let (org, agent) = (StoredId::from(org), StoredId::from(agent));
        let token = token.map(StoredId::from);
        let row: Option<(i64, AgentFactsRow, bool)> = find!(
            self,
            "agents",
            agents::table
                .inner_join(orgs::table.on(orgs::id.eq(agents::org_id)))
                .filter(agents::org_id.eq(org))
                .filter(agents::id.eq(agent))
                .select((
                    orgs::authz_epoch,
                    AgentFactsRow::as_select(),
                    // equal to no token where none was shown
                    exists(
                        revoked_agent_tokens::table
                            .filter(revoked_agent_tokens::org_id.eq(org))
                            .filter(revoked_agent_tokens::agent_id.eq(agent))
                            .filter(revoked_agent_tokens::token_id.nullable().eq(token))
                    ),
                ))
        )?;
        let Some((epoch, row, token_revoked)) = row else {
            return Ok(None);
        };
        Ok(Some(Identity {
            epoch: Epoch(epoch),
            who: PrincipalFacts::Agent(Box::new(row.parse(token_revoked)?)),
            session: None,
            key: None,
        }))
    }
}
