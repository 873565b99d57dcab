//! The writes of the contract.

use super::rows::{AgentRow, IssueRow, SettingsRow, parse};
use crate::query::{execute, find};
use crate::schema::{agents, policies, revoked_agent_tokens};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{Agent, AgentId, AgentKey, IdentityKeys, Principal, Timestamp, TokenId};
use oneclaw_policy::{
    Access, AgentLogIn, DeleteAgent, InOrg, RegisterAgent, RevokeAgentToken, RotateAgentKey,
    RotateIdentityKeys, UpdateAgent,
};
use oneclaw_storage::{StorageError, WriteAgents};

#[async_trait]
impl WriteAgents for Session {
    async fn insert(
        &mut self,
        access: &Access<RegisterAgent>,
        agent: &Agent,
        key_hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        let (issue, settings) = (
            IssueRow::new(access.on().org, agent),
            SettingsRow::from(agent),
        );
        execute!(
            self,
            "agents",
            diesel::insert_into(agents::table).values((
                &issue,
                &settings,
                agents::key_hash.eq(key_hash.as_slice())
            ))
        )?;
        Ok(())
    }

    async fn lock(&mut self, org: InOrg, agent: AgentId) -> Result<Option<Agent>, StorageError> {
        let (org, agent) = (StoredId::from(org.org()), StoredId::from(agent));
        // As deleting does, so that who locks it to delete it waits once.
        let row: Option<AgentRow> = find!(
            self,
            "agents",
            agents::table
                .filter(agents::org_id.eq(org))
                .filter(agents::id.eq(agent))
                .select((IssueRow::as_select(), SettingsRow::as_select())),
            for_update
        )?;
        row.map(parse).transpose()
    }

    async fn update(
        &mut self,
        access: &Access<UpdateAgent>,
        agent: &Agent,
    ) -> Result<(), StorageError> {
        let settings = SettingsRow::from(agent);
        let on = access.on();
        let (org, id) = (StoredId::from(on.org), StoredId::from(on.agent));
        let one = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::id.eq(id));
        let key = agents::key_id.eq(StoredId::from(agent.key.id));
        execute!(self, "agents", diesel::update(one).set((&settings, key)))?;
        Ok(())
    }

    async fn delete(&mut self, access: &Access<DeleteAgent>) -> Result<(), StorageError> {
        let on = access.on();
        let (org, id) = (StoredId::from(on.org), StoredId::from(on.agent));
        let named = policies::table
            .filter(policies::org_id.eq(org))
            .filter(policies::principal.eq(Principal::Agent(on.agent).to_string()));
        execute!(self, "policies", diesel::delete(named))?;
        let one = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::id.eq(id));
        execute!(self, "agents", diesel::delete(one))?;
        Ok(())
    }

    async fn set_key(
        &mut self,
        access: &Access<RotateAgentKey>,
        key: &AgentKey,
        key_hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, id) = (StoredId::from(on.org), StoredId::from(on.agent));
        let one = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::id.eq(id));
        execute!(
            self,
            "agents",
            diesel::update(one).set((
                agents::key_id.eq(StoredId::from(key.id)),
                agents::key_prefix.eq(key.prefix.as_str()),
                agents::key_expires_at.eq(key.expires_at.map(StoredTime::from)),
                agents::key_hash.eq(key_hash.as_slice()),
            ))
        )?;
        Ok(())
    }

    async fn set_identity(
        &mut self,
        access: &Access<RotateIdentityKeys>,
        identity: &IdentityKeys,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, id) = (StoredId::from(on.org), StoredId::from(on.agent));
        let one = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::id.eq(id));
        execute!(
            self,
            "agents",
            diesel::update(one).set((
                agents::ssh_public_key.eq(identity.ssh.as_slice()),
                agents::ecdh_public_key.eq(identity.ecdh.as_slice()),
            ))
        )?;
        Ok(())
    }

    async fn touch(
        &mut self,
        access: &Access<AgentLogIn>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, id) = (StoredId::from(on.org), StoredId::from(on.agent));
        let one = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::id.eq(id));
        execute!(
            self,
            "agents",
            diesel::update(one).set(agents::last_active_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }

    async fn revoke_token(
        &mut self,
        access: &Access<RevokeAgentToken>,
        token: TokenId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, agent) = (StoredId::from(on.org), StoredId::from(on.agent));
        execute!(
            self,
            "revoked_agent_tokens",
            diesel::insert_into(revoked_agent_tokens::table)
                .values((
                    revoked_agent_tokens::token_id.eq(StoredId::from(token)),
                    revoked_agent_tokens::org_id.eq(org),
                    revoked_agent_tokens::agent_id.eq(agent),
                    revoked_agent_tokens::expires_at.eq(StoredTime::from(expires_at)),
                    revoked_agent_tokens::revoked_at.eq(StoredTime::from(now)),
                ))
                .on_conflict(revoked_agent_tokens::token_id)
                .do_nothing()
        )?;
        Ok(())
    }
}
