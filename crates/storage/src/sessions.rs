//! Sessions, refresh tokens, and tokens that were revoked before their time.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{OrgId, Session, SessionId, Timestamp, TokenId, User};
use oneclaw_policy::{Access, EndSession, InAccount, LogIn, RevokeToken};

/// A refresh token to store: only its keyed hash.
#[derive(Clone, Debug)]
pub struct NewRefreshToken {
    /// The keyed hash.
    pub hash: [u8; 32],
    /// Its session.
    pub session: SessionId,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A refresh token that was found, with all that decides what it is worth.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Whose it is, as they are today.
    pub user: User,
    /// Its session.
    pub session: Session,
    /// Whether that was ended.
    pub session_revoked: bool,
    /// When the token stops working.
    pub expires_at: Timestamp,
    /// Whether it was used before.
    pub spent: bool,
}

/// Writes to sessions.
#[async_trait]
pub trait WriteSessions: Send {
    /// Opens a session.
    async fn insert(
        &mut self,
        access: &Access<LogIn>,
        session: &Session,
    ) -> Result<(), StorageError>;

    /// Adds a refresh token to a session.
    async fn insert_refresh(
        &mut self,
        access: &Access<LogIn>,
        token: &NewRefreshToken,
    ) -> Result<(), StorageError>;

    /// Which organization a refresh token belongs to, so that the organization can be locked
    /// before the token.
    async fn refresh_org(&mut self, hash: &[u8; 32]) -> Result<Option<OrgId>, StorageError>;

    /// Finds and locks a refresh token in its organization.
    async fn lock_refresh(
        &mut self,
        org: OrgId,
        hash: &[u8; 32],
    ) -> Result<Option<RefreshToken>, StorageError>;

    /// Marks a refresh token as used.
    async fn spend_refresh(
        &mut self,
        access: &Access<LogIn>,
        hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Ends a session: its tokens and refresh tokens are dead.
    async fn end(
        &mut self,
        access: &Access<EndSession>,
        session: SessionId,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Ends all sessions of the person, but `keep`.
    async fn end_others(
        &mut self,
        account: InAccount,
        keep: Option<SessionId>,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Notes that the person of a session proved a second factor since.
    async fn mark_second_factor(
        &mut self,
        account: InAccount,
        session: SessionId,
    ) -> Result<(), StorageError>;

    /// Revokes one token of the person until `expires_at`, and the refresh tokens of its session,
    /// which is not to be refreshed any more.
    async fn revoke_token(
        &mut self,
        access: &Access<RevokeToken>,
        session: SessionId,
        token: TokenId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
