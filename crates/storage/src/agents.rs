//! Agents.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Agent, AgentId, AgentKey, IdentityKeys, Page, PageSize, Timestamp, TokenId};
use oneclaw_policy::{
    Access, AgentLogIn, DeleteAgent, InOrg, ListAgents, ReadAgent, ReadOwnAgent, RegisterAgent,
    RevokeAgentToken, RotateAgentKey, RotateIdentityKeys, UpdateAgent,
};

/// The last agent of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: AgentId,
}

/// Reads of agents.
#[async_trait]
pub trait ReadAgents: Send {
    /// The agent whose key has exactly this keyed hash, in whatever organization: a key names none.
    async fn find_by_key_hash(&mut self, hash: &[u8; 32]) -> Result<Option<Agent>, StorageError>;

    /// An agent.
    async fn find(&mut self, access: &Access<ReadAgent>) -> Result<Option<Agent>, StorageError>;

    /// The caller itself.
    async fn find_own(
        &mut self,
        access: &Access<ReadOwnAgent>,
    ) -> Result<Option<Agent>, StorageError>;

    /// The organization's agents, oldest first.
    async fn list(
        &mut self,
        access: &Access<ListAgents>,
        after: Option<AgentCursor>,
        size: PageSize,
    ) -> Result<Page<Agent>, StorageError>;
}

/// Writes to agents.
#[async_trait]
pub trait WriteAgents: Send {
    /// Adds an agent with its key's hash.
    async fn insert(
        &mut self,
        access: &Access<RegisterAgent>,
        agent: &Agent,
        key_hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Finds and locks an agent of the organization.
    async fn lock(&mut self, org: InOrg, agent: AgentId) -> Result<Option<Agent>, StorageError>;

    /// Writes what an agent is now, with the issue and the end of its key; the key itself and the
    /// identity stay.
    async fn update(
        &mut self,
        access: &Access<UpdateAgent>,
        agent: &Agent,
    ) -> Result<(), StorageError>;

    /// Deletes an agent with the policies that name it.
    async fn delete(&mut self, access: &Access<DeleteAgent>) -> Result<(), StorageError>;

    /// Gives an agent another key; tokens of the one before name an issue that is no more.
    async fn set_key(
        &mut self,
        access: &Access<RotateAgentKey>,
        key: &AgentKey,
        key_hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Gives an agent other identity keys.
    async fn set_identity(
        &mut self,
        access: &Access<RotateIdentityKeys>,
        identity: &IdentityKeys,
    ) -> Result<(), StorageError>;

    /// Notes that an agent got a token, or used its key.
    async fn touch(
        &mut self,
        access: &Access<AgentLogIn>,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Revokes one token of the agent until `expires_at`.
    async fn revoke_token(
        &mut self,
        access: &Access<RevokeAgentToken>,
        token: TokenId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
