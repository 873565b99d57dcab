//! Shares.

use crate::{Guarded, SealedVersion, StorageError};
use async_trait::async_trait;
use oneclaw_domain::{
    Email, Epoch, OrgId, Page, PageSize, Principal, SecretId, Share, ShareId, ShareReader,
    Timestamp, VaultOwner,
};
use oneclaw_policy::{
    AcceptShare, Access, CreateShare, DeclineShare, InAccount, InOrg, ListShares, ReadSecret,
    RevokeShare, SecretAt,
};

/// The last share of a page: lists go newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: ShareId,
}

/// A share that somebody wants to read, with all that decides it, from one statement.
#[derive(Debug)]
pub struct SharedSecret {
    /// The share: neither revoked nor unknown.
    pub share: Share,
    /// The passphrase's hash (PHC string), where one is asked for.
    pub passphrase_hash: Option<String>,
    /// What the secret is, to judge its maker by.
    pub at: SecretAt,
    /// The epoch of its organization in the same snapshot.
    pub epoch: Epoch,
    /// The facts of its vault.
    pub vault: VaultOwner,
    /// The newest version, closed: the right of who shares opens it. Deleted ones are among them.
    pub version: Guarded<SealedVersion, ReadSecret>,
}

/// Reads of shares.
#[async_trait]
pub trait ReadShares: Send {
    /// A share that somebody wants to read; `None` = unknown or revoked. The id is the bearer's
    /// proof, so no organization is named.
    async fn find_to_read(&mut self, share: ShareId) -> Result<Option<SharedSecret>, StorageError>;

    /// A share that somebody wants to end, in their organization; `None` = unknown or revoked.
    async fn find(&mut self, org: OrgId, share: ShareId) -> Result<Option<Share>, StorageError>;

    /// Where a secret of the organization lies, whether deleted or not.
    async fn locate(
        &mut self,
        org: OrgId,
        secret: SecretId,
    ) -> Result<Option<SecretAt>, StorageError>;

    /// Those that the caller made, newest first; revoked ones are left out.
    async fn list_outbound(
        &mut self,
        access: &Access<ListShares>,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError>;

    /// Those that are for the reader, in whatever organization, newest first; revoked and declined
    /// ones are left out, links are nobody's.
    async fn list_inbound(
        &mut self,
        access: &Access<ListShares>,
        reader: &ShareReader,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError>;
}

/// Writes to shares.
#[async_trait]
pub trait WriteShares: Send {
    /// Whether the secret at the proof's path still is this one and lives; it stays so until the
    /// commit.
    async fn lock_secret(
        &mut self,
        access: &Access<CreateShare>,
        secret: SecretId,
    ) -> Result<bool, StorageError>;

    /// Adds a share.
    async fn insert(
        &mut self,
        access: &Access<CreateShare>,
        share: &Share,
        passphrase_hash: Option<&str>,
    ) -> Result<(), StorageError>;

    /// Finds and locks a share that somebody answers, in whatever organization: `None` = unknown,
    /// revoked, or not for this reader.
    async fn lock_for(
        &mut self,
        share: ShareId,
        reader: &ShareReader,
    ) -> Result<Option<Share>, StorageError>;

    /// Notes that its recipient took it. [`WriteShares::lock_for`] came before.
    async fn accept(
        &mut self,
        access: &Access<AcceptShare>,
        share: &Share,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Notes that its recipient refused it. [`WriteShares::lock_for`] came before.
    async fn decline(
        &mut self,
        access: &Access<DeclineShare>,
        share: &Share,
        now: Timestamp,
    ) -> Result<(), StorageError>;

    /// Ends a share; tells whether it was there.
    async fn revoke(
        &mut self,
        access: &Access<RevokeShare>,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Ends all that these made or that name them as their recipient; gives their ids, so that mail
    /// about them can be cancelled.
    async fn revoke_of(
        &mut self,
        org: InOrg,
        whose: &[Principal],
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError>;

    /// The address of an account, where it was proved; it stays so until the commit.
    async fn proved_email(&mut self, account: InAccount) -> Result<Option<Email>, StorageError>;
}
