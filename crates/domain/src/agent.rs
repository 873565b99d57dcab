//! Agents: programs that act by grants alone.

use crate::{
    AgentExtras, AgentId, AgentKeyId, AgentName, Description, Environment, Invalid, KeyPrefix,
    OrgId, Scopes, Timestamp, UserId, VaultId,
};

/// Life of an agent's token in seconds: 60 to 86,400 (contract 13).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenTtl(i64);

impl TokenTtl {
    /// The longest life of an agent's token, in seconds (contract 13).
    pub const MAX: i64 = 86_400;

    /// Checks the bounds.
    ///
    /// # Errors
    /// Below 60 or above 86,400.
    pub const fn parse(seconds: i64) -> Result<Self, Invalid> {
        if seconds >= 60 && seconds <= Self::MAX {
            Ok(Self(seconds))
        } else {
            Err(Invalid::new("must be 60 to 86400 seconds"))
        }
    }

    /// Seconds.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// The vaults that an agent is bound to. Empty = not bound. A vault that is deleted stays named, so
/// that losing the last one leaves none and not all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Binding(Vec<VaultId>);

impl Binding {
    /// Most vaults that an agent can be bound to.
    pub const MAX: usize = 1_000;

    /// A binding to these; doubles count once.
    ///
    /// # Errors
    /// More than [`Binding::MAX`].
    pub fn parse(mut vaults: Vec<VaultId>) -> Result<Self, Invalid> {
        let mut seen = std::collections::HashSet::new();
        vaults.retain(|vault| seen.insert(*vault));
        if vaults.len() > Self::MAX {
            return Err(Invalid::because(format!(
                "must be at most {} vaults",
                Self::MAX
            )));
        }
        Ok(Self(vaults))
    }

    /// The vaults, in the order in which they were given.
    pub fn as_slice(&self) -> &[VaultId] {
        &self.0
    }

    /// Whether the agent is bound at all.
    pub fn is_bound(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether it lets the agent near a vault.
    pub fn admits(&self, vault: VaultId) -> bool {
        self.0.is_empty() || self.0.contains(&vault)
    }
}

/// What may be shown of an agent's API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentKey {
    /// Which issue of it; tokens name it, and die with it. Deactivating the agent makes another one
    /// of the same key.
    pub id: AgentKeyId,
    /// Its first characters.
    pub prefix: KeyPrefix,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// The public halves of an agent's identity keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityKeys {
    /// Ed25519, 32 bytes (RFC 8032).
    pub ssh: [u8; 32],
    /// P-256, the uncompressed point: 65 bytes (SEC 1, 2.3.3).
    pub ecdh: [u8; 65],
}

/// An agent.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the wire and in the store"
)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// The organization.
    pub org: OrgId,
    /// What people call it.
    pub name: AgentName,
    /// What it is for.
    pub description: Description,
    /// What cuts its grants: labels and path patterns (contract 4.5).
    pub scopes: Scopes,
    /// Whether it may act.
    pub is_active: bool,
    /// Whether it uses values through intents only: it reads no private keys.
    pub intents_api_enabled: bool,
    /// Kept and shown, without effect.
    pub shroud_enabled: bool,
    /// Life of its tokens; `None` = the installation's default.
    pub token_ttl: Option<TokenTtl>,
    /// The vaults that it is bound to.
    pub binding: Binding,
    /// Its API key.
    pub key: AgentKey,
    /// The public halves of its identity keys.
    pub identity: IdentityKeys,
    /// The environment that it is tagged with.
    pub environment: Option<Environment>,
    /// Whether that may not be changed.
    pub environment_locked: bool,
    /// Kept and shown, without effect.
    pub env_auto_resolve: Option<bool>,
    /// What clients keep with it.
    pub extras: AgentExtras,
    /// Who registered or approved it; `None` once that person is gone.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops.
    pub expires_at: Option<Timestamp>,
    /// When it last got a token.
    pub last_active_at: Option<Timestamp>,
}

/// The facts by which the right to keep an agent is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgentOwner {
    /// The organization.
    pub org: OrgId,
    /// The agent.
    pub agent: AgentId,
    /// Who registered or approved it.
    pub created_by: Option<UserId>,
}
