//! The reads of the contract.

use crate::ip_rules::IpRuleRow;
use crate::query::{find, load};
use crate::schema::{ip_rules, orgs, users};
use crate::session::Session;
use crate::types::StoredId;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    AgentId, AgentOwner, Epoch, IpRule, OrgId, Principal, Role, UserId, VaultId, VaultOwner,
};
use oneclaw_storage::{
    CredentialRef, KeyFacts, PrincipalFacts, ReadAccess, SessionFacts, StandingFacts, StorageError,
};

/// How often facts are read again because access changed between their statements. Ours: a change
/// takes an exclusive lock and a commit, so that even two in a row are rare.
const TRIES: usize = 5;

/// The first part of what is known of somebody: who they are, and with what they came.
pub(super) struct Identity {
    pub(super) epoch: Epoch,
    pub(super) who: PrincipalFacts,
    pub(super) session: Option<SessionFacts>,
    pub(super) key: Option<KeyFacts>,
}

impl Session {
    async fn identity_shown(
        &mut self,
        of: &CredentialRef,
    ) -> Result<Option<Identity>, StorageError> {
        match *of {
            CredentialRef::Token {
                org,
                user,
                session,
                token,
            } => self.user_by_token(org, user, session, token).await,
            CredentialRef::ApiKey { org, user, key } => self.user_by_key(org, user, key).await,
            CredentialRef::AgentToken {
                org, agent, token, ..
            } => self.agent_facts(org, agent, Some(token)).await,
            CredentialRef::AgentKey { org, agent, .. } => self.agent_facts(org, agent, None).await,
        }
    }

    async fn identity_known(
        &mut self,
        org: OrgId,
        who: Principal,
    ) -> Result<Option<Identity>, StorageError> {
        match who {
            Principal::User(user) => self.user_alone(org, user).await,
            Principal::Agent(agent) => self.agent_facts(org, agent, None).await,
        }
    }

    /// Three statements, of one state without a transaction: each brings the epoch that it saw,
    /// and every change of access raises it.
    async fn facts_of(
        &mut self,
        org: OrgId,
        who: Principal,
        shown: Option<&CredentialRef>,
    ) -> Result<Option<StandingFacts>, StorageError> {
        for _ in 0..TRIES {
            let identity = match shown {
                Some(of) => self.identity_shown(of).await?,
                None => self.identity_known(org, who).await?,
            };
            let Some(identity) = identity else {
                return Ok(None);
            };
            let grants = self.grants_of(org, who).await?;
            let rules = self.ip_rules_of(org).await?;
            if [grants.epoch, rules.epoch] == [Some(identity.epoch); 2] {
                return Ok(Some(StandingFacts {
                    epoch: identity.epoch,
                    is_platform: rules.is_platform,
                    who: identity.who,
                    session: identity.session,
                    key: identity.key,
                    grants: grants.readable,
                    unreadable: grants.unreadable,
                    ip_rules: rules.rules,
                }));
            }
        }
        tracing::warn!(%org, "access kept changing while it was read");
        Err(StorageError::Unavailable(
            "access kept changing while it was read".into(),
        ))
    }
}

#[async_trait]
impl ReadAccess for Session {
    async fn standing(
        &mut self,
        of: &CredentialRef,
    ) -> Result<Option<StandingFacts>, StorageError> {
        self.facts_of(of.org(), of.principal(), Some(of)).await
    }

    async fn standing_of(
        &mut self,
        org: OrgId,
        who: Principal,
    ) -> Result<Option<StandingFacts>, StorageError> {
        self.facts_of(org, who, None).await
    }

    async fn epoch(&mut self, org: OrgId) -> Result<Option<Epoch>, StorageError> {
        let org = StoredId::from(org);
        let epoch: Option<i64> = find!(
            self,
            "orgs",
            orgs::table
                .filter(orgs::id.eq(org))
                .select(orgs::authz_epoch)
        )?;
        Ok(epoch.map(Epoch))
    }

    async fn vault_owner(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<(Epoch, Option<VaultOwner>)>, StorageError> {
        self.owner_of_vault(org, vault).await
    }

    async fn agent_owner(
        &mut self,
        org: OrgId,
        agent: AgentId,
    ) -> Result<Option<(Epoch, Option<AgentOwner>)>, StorageError> {
        self.owner_of_agent(org, agent).await
    }

    async fn member_role(
        &mut self,
        org: OrgId,
        user: UserId,
    ) -> Result<Option<Role>, StorageError> {
        let (org, user) = (StoredId::from(org), StoredId::from(user));
        let role: Option<String> = find!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select(users::role)
        )?;
        role.map(|word| super::role_of(&word)).transpose()
    }

    async fn ip_rules(&mut self, org: OrgId) -> Result<Vec<IpRule>, StorageError> {
        let org = StoredId::from(org);
        let rows: Vec<IpRuleRow> = load!(
            self,
            "ip_rules",
            ip_rules::table
                .filter(ip_rules::org_id.eq(org))
                .order((ip_rules::created_at.asc(), ip_rules::id.asc()))
                .select(IpRuleRow::as_select())
        )?;
        rows.into_iter().map(IpRuleRow::parse).collect()
    }
}
