//! Who people are to OpenID Connect issuers.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{FederatedIdentity, OrgId, Timestamp, UserId};
use oneclaw_policy::{Access, InAccount, LinkIdentity};

/// Writes to identities.
#[async_trait]
pub trait WriteIdentities: Send {
    /// The account that somebody at an issuer has here, in whatever organization: a login names
    /// none.
    async fn account_of(
        &mut self,
        identity: &FederatedIdentity,
    ) -> Result<Option<(OrgId, UserId)>, StorageError>;

    /// Whether the account is tied to anybody at this issuer.
    async fn is_linked(
        &mut self,
        access: &Access<LinkIdentity>,
        issuer: &str,
    ) -> Result<bool, StorageError>;

    /// Ties the account to somebody. [`StorageError::Conflict`] where they have one.
    async fn insert(
        &mut self,
        access: &Access<LinkIdentity>,
        identity: &FederatedIdentity,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Unties the account from everybody, so that from then on a password leads to it; tells from
    /// how many.
    async fn untie(&mut self, account: InAccount) -> Result<u64, StorageError>;
}
