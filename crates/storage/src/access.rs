//! What is known of who asks.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{
    ApiKeyId, AuthMethod, Epoch, OrgId, Role, Scopes, SessionId, Timestamp, TokenId, UserId,
    VaultId, VaultOwner,
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
}

impl CredentialRef {
    /// The organization.
    pub const fn org(&self) -> OrgId {
        match self {
            Self::Token { org, .. } | Self::ApiKey { org, .. } => *org,
        }
    }

    /// Whose credential.
    pub const fn user(&self) -> UserId {
        match self {
            Self::Token { user, .. } | Self::ApiKey { user, .. } => *user,
        }
    }
}

/// What the store knows of a credential, all from one statement.
#[derive(Clone, Debug)]
pub struct StandingFacts {
    /// The organization's epoch in the same snapshot.
    pub epoch: Epoch,
    /// The user's role today.
    pub role: Role,
    /// The token's session, where the credential is a token.
    pub session: Option<SessionFacts>,
    /// The API key: shown directly, or the one that the session came from.
    pub key: Option<KeyFacts>,
}

/// A session, as far as it decides whether its tokens live.
#[derive(Clone, Debug)]
pub struct SessionFacts {
    /// How it was opened.
    pub method: AuthMethod,
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
    /// What is known of a credential, or `None` where there is no such user in that organization,
    /// no such session of theirs, or no such key.
    async fn standing(&mut self, of: &CredentialRef)
    -> Result<Option<StandingFacts>, StorageError>;

    /// The organization's epoch alone.
    async fn epoch(&mut self, org: OrgId) -> Result<Option<Epoch>, StorageError>;

    /// The organization's epoch and a vault's facts in one statement. The outer `None` = no such
    /// organization.
    async fn vault_owner(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<(Epoch, Option<VaultOwner>)>, StorageError>;
}
