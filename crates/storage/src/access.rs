//! What is known of who asks.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{
    AgentId, AgentKeyId, AgentOwner, ApiKeyId, AuthMethod, Binding, Environment, Epoch, Grant,
    IpRule, OrgId, Principal, Role, Scopes, SessionId, Timestamp, TokenId, UserId, VaultId,
    VaultOwner,
};

/// Which credential to look up.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CredentialRef {
    /// An access token of a user.
    Token {
        /// The organization that the token names.
        org: OrgId,
        /// Whose token.
        user: UserId,
        /// Its session.
        session: SessionId,
        /// Itself.
        token: TokenId,
    },
    /// A personal API key, shown directly.
    ApiKey {
        /// The organization that the key belongs to.
        org: OrgId,
        /// Whose key.
        user: UserId,
        /// Itself.
        key: ApiKeyId,
    },
    /// An access token of an agent.
    AgentToken {
        /// The organization that the token names.
        org: OrgId,
        /// Whose token.
        agent: AgentId,
        /// The issue of the agent's key that it came from.
        key: AgentKeyId,
        /// Itself.
        token: TokenId,
    },
    /// An agent's API key, shown directly.
    AgentKey {
        /// The organization that the agent belongs to.
        org: OrgId,
        /// Whose key.
        agent: AgentId,
        /// Its keyed hash.
        hash: [u8; 32],
    },
}

impl CredentialRef {
    /// The organization.
    pub const fn org(&self) -> OrgId {
        match self {
            Self::Token { org, .. }
            | Self::ApiKey { org, .. }
            | Self::AgentToken { org, .. }
            | Self::AgentKey { org, .. } => *org,
        }
    }

    /// Whose credential.
    pub const fn principal(&self) -> Principal {
        match self {
            Self::Token { user, .. } | Self::ApiKey { user, .. } => Principal::User(*user),
            Self::AgentToken { agent, .. } | Self::AgentKey { agent, .. } => {
                Principal::Agent(*agent)
            }
        }
    }
}

/// What the store knows of a credential, all from one state: no change of access lies between any
/// two of these.
#[derive(Clone, Debug)]
pub struct StandingFacts {
    /// The organization's epoch in that state.
    pub epoch: Epoch,
    /// Whether the organization runs the installation.
    pub is_platform: bool,
    /// Whose credential it is, as they are today.
    pub who: PrincipalFacts,
    /// The token's session, where the credential is a user's token.
    pub session: Option<SessionFacts>,
    /// The API key: shown directly, or the one that the session came from.
    pub key: Option<KeyFacts>,
    /// The policies that name them, and could be read.
    pub grants: Vec<Grant>,
    /// The vaults of those that could not.
    pub unreadable: Vec<VaultId>,
    /// The organization's rules about callers' addresses.
    pub ip_rules: Vec<IpRule>,
}

/// Somebody, as they are today.
#[derive(Clone, Debug)]
pub enum PrincipalFacts {
    /// A person with their role.
    User(Role),
    /// An agent.
    Agent(Box<AgentFacts>),
}

/// An agent, as far as it decides what it may do.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column, none depends on another"
)]
pub struct AgentFacts {
    /// Whether it may act.
    pub is_active: bool,
    /// When it stops.
    pub expires_at: Option<Timestamp>,
    /// The issue of its key that tokens live by: another one after each deactivation.
    pub key: AgentKeyId,
    /// The keyed hash of the key that works.
    pub key_hash: [u8; 32],
    /// When that stops working.
    pub key_expires_at: Option<Timestamp>,
    /// Whether the very token was revoked.
    pub token_revoked: bool,
    /// What cuts its grants.
    pub scopes: Scopes,
    /// The vaults that it is bound to.
    pub binding: Binding,
    /// The environment that it is tagged with.
    pub environment: Option<Environment>,
    /// Whether it never sees private keys.
    pub intents_only: bool,
    /// Whether it never sees any value.
    pub requires_tee: bool,
}

/// A session, as far as it decides whether its tokens live.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column, none depends on another"
)]
pub struct SessionFacts {
    /// How it was opened.
    pub method: AuthMethod,
    /// Whether a second factor was proved for it.
    pub second_factor: bool,
    /// When the person logged in.
    pub auth_time: Timestamp,
    /// When it ends for good.
    pub expires_at: Timestamp,
    /// Whether it was ended before its time.
    pub revoked: bool,
    /// Whether somebody logged out of it: its other tokens run out, and none is refreshed.
    pub logged_out: bool,
    /// Whether the very token was revoked.
    pub token_revoked: bool,
}

/// An API key, as far as it decides whether it and its tokens live.
#[derive(Clone, Debug)]
pub struct KeyFacts {
    /// What it is limited to.
    pub scopes: Scopes,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// Reads of what decides access.
#[async_trait]
pub trait ReadAccess: Send {
    /// What is known of a credential, or `None` where there is no such user or agent in that
    /// organization, no such session of theirs, or no such key.
    async fn standing(&mut self, of: &CredentialRef)
    -> Result<Option<StandingFacts>, StorageError>;

    /// The same of somebody who showed no credential: for those who ask about others.
    async fn standing_of(
        &mut self,
        org: OrgId,
        who: Principal,
    ) -> Result<Option<StandingFacts>, StorageError>;

    /// The organization's epoch alone.
    async fn epoch(&mut self, org: OrgId) -> Result<Option<Epoch>, StorageError>;

    /// The organization's epoch and a vault's facts in one statement. The outer `None` = no such
    /// organization.
    async fn vault_owner(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<(Epoch, Option<VaultOwner>)>, StorageError>;

    /// The organization's epoch and an agent's facts in one statement. The outer `None` = no such
    /// organization.
    async fn agent_owner(
        &mut self,
        org: OrgId,
        agent: AgentId,
    ) -> Result<Option<(Epoch, Option<AgentOwner>)>, StorageError>;

    /// The role of a member today; `None` = not a member.
    async fn member_role(&mut self, org: OrgId, user: UserId)
    -> Result<Option<Role>, StorageError>;

    /// The organization's rules about callers' addresses.
    async fn ip_rules(&mut self, org: OrgId) -> Result<Vec<IpRule>, StorageError>;
}
