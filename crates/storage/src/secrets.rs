//! Secrets and their versions.

use crate::{Sighting, StorageError, WrappedKey, guarded::Guarded};
use async_trait::async_trait;
use oneclaw_domain::{
    CmekFingerprint, MaxAccessCount, Metadata, Page, PageSize, PathPrefix, Principal, SecretHead,
    SecretId, SecretPath, SecretType, SecretVersion, ShareId, Timestamp, VersionId, VersionNumber,
};
use oneclaw_policy::{
    Access, DeleteSecret, DisableVersion, InOrg, ListSecrets, ListVersions, ReadSecret,
    RotateSecret, SecretAt, WriteSecret,
};

/// A version with its sealed value.
#[derive(Clone, Debug)]
pub struct SealedVersion {
    /// The version.
    pub version: SecretVersion,
    /// The sealed value.
    pub envelope: Vec<u8>,
    /// The vault's key, wrapped by the master key.
    pub vault_key: WrappedKey,
}

/// What a value is sealed with that comes into a vault.
#[derive(Clone, Debug)]
pub struct VaultSeal {
    /// The vault's key, wrapped by the master key.
    pub key: WrappedKey,
    /// The customer's key under which values come in now, where there is one.
    pub cmek: Option<CmekFingerprint>,
}

/// A version number that a unit of work holds.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The secret, as it was before.
    pub before: Option<SecretHead>,
    /// The kind of its newest version, live or not.
    pub kind_before: Option<SecretType>,
    /// The secret's id.
    pub secret: SecretId,
    /// The number of the new version.
    pub number: VersionNumber,
}

impl Reserved {
    /// The newest version before, where the path was live.
    pub fn live_before(&self) -> Option<VersionNumber> {
        self.before
            .as_ref()
            .filter(|head| !head.deleted)
            .map(|head| head.latest)
    }
}

/// A version to store.
#[derive(Clone, Debug)]
pub struct NewVersion {
    /// Its id.
    pub id: VersionId,
    /// Its secret.
    pub secret: SecretId,
    /// Its number.
    pub number: VersionNumber,
    /// What kind of value it holds.
    pub kind: SecretType,
    /// What people attached.
    pub metadata: Metadata,
    /// The rotation policy that was sent.
    pub rotation_policy: Option<Metadata>,
    /// The sealed value.
    pub envelope: Vec<u8>,
    /// Who wrote it.
    pub created_by: Principal,
    /// When.
    pub created_at: Timestamp,
    /// When it stops being readable.
    pub expires_at: Option<Timestamp>,
    /// How often it may be given out.
    pub max_access_count: Option<MaxAccessCount>,
    /// The customer's key under which its value came in, where there is one.
    pub cmek: Option<CmekFingerprint>,
}

/// Reads of secrets.
#[async_trait]
pub trait ReadSecrets: Send {
    /// The newest version of a path, closed, with the facts to judge it by; one statement.
    /// A deleted path gives its newest version, marked deleted. `None` = no such organization.
    async fn find_latest(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sighting<Guarded<SealedVersion, ReadSecret>>>, StorageError>;

    /// One version of a path; as [`ReadSecrets::find_latest`].
    async fn find_version(
        &mut self,
        at: &SecretAt,
        number: VersionNumber,
    ) -> Result<Option<Sighting<Guarded<SealedVersion, ReadSecret>>>, StorageError>;

    /// A path without its versions; as [`ReadSecrets::find_latest`].
    async fn find_head(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sighting<Guarded<SecretHead, ListVersions>>>, StorageError>;

    /// The newest version of each live path with this prefix, by path bytes, behind `after`.
    async fn list(
        &mut self,
        access: &Access<ListSecrets>,
        prefix: &PathPrefix,
        after: Option<&SecretPath>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError>;

    /// The versions of a path that were not deleted with it, newest first, below `before`.
    async fn list_versions(
        &mut self,
        access: &Access<ListVersions>,
        before: Option<VersionNumber>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError>;
}

/// Writes to secrets.
#[async_trait]
pub trait WriteSecrets: Send {
    /// Takes the next version number of a path and holds the path until the commit. A path that
    /// never was gets `fresh` as its id; a deleted one lives again.
    async fn reserve(
        &mut self,
        access: &Access<WriteSecret>,
        fresh: SecretId,
        now: Timestamp,
    ) -> Result<Reserved, StorageError>;

    /// What the vault's values are sealed with. The organization is locked, so it stays so until
    /// the commit.
    async fn vault_seal(
        &mut self,
        access: &Access<WriteSecret>,
    ) -> Result<Option<VaultSeal>, StorageError>;

    /// Adds a version and makes it the newest.
    async fn insert_version(
        &mut self,
        access: &Access<WriteSecret>,
        version: &NewVersion,
    ) -> Result<(), StorageError>;

    /// Locks a path that is to be rotated and gives its newest version.
    async fn lock_latest(
        &mut self,
        access: &Access<RotateSecret>,
    ) -> Result<Option<SecretVersion>, StorageError>;

    /// Locks a path that is to be deleted.
    async fn lock_for_delete(
        &mut self,
        access: &Access<DeleteSecret>,
    ) -> Result<Option<SecretHead>, StorageError>;

    /// Deletes a path with all its versions, and ends what is shared of it; gives the ids of those
    /// shares, so that mail about them can be cancelled.
    async fn delete(
        &mut self,
        access: &Access<DeleteSecret>,
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError>;

    /// Deletes what belongs to some who go: these paths, as [`WriteSecrets::delete`] does, and with
    /// them the shares that [`WriteShares::revoke_of`](crate::WriteShares::revoke_of) ends. Done one
    /// by one, it would wait for reads that are counted, and they for it.
    async fn delete_with(
        &mut self,
        org: InOrg,
        paths: &[Access<DeleteSecret>],
        whose: &[Principal],
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError>;

    /// Finds and locks a version that is to be disabled.
    async fn lock_version(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<Option<SecretVersion>, StorageError>;

    /// Disables a version.
    async fn disable(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<(), StorageError>;

    /// Disables the versions before `number`.
    async fn disable_before(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<(), StorageError>;
}
