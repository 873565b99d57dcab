//! Vaults.

use crate::{Sighting, StorageError, WrappedKey, guarded::Guarded};
use async_trait::async_trait;
use oneclaw_domain::{OrgId, Page, PageSize, ShareId, Timestamp, Vault, VaultId};
use oneclaw_policy::{
    Access, CreateVault, DeleteVault, FindAgentKeysVault, InOrg, ListVaults, ReadVault,
};

/// A vault to store, with its wrapped key.
#[derive(Clone, Debug)]
pub struct NewVault {
    /// The vault.
    pub vault: Vault,
    /// Its key, wrapped by the master key.
    pub key: WrappedKey,
}

/// What went with a vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaultGone {
    /// How many live secrets.
    pub secrets: i64,
    /// The shares that had not ended.
    pub shares: Vec<ShareId>,
}

/// The last vault of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: VaultId,
}

/// Reads of vaults.
#[async_trait]
pub trait ReadVaults: Send {
    /// A vault, closed, with the facts to judge it by. `None` = no such organization.
    async fn find(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<Sighting<Guarded<Vault, ReadVault>>>, StorageError>;

    /// The vaults that the caller sees by the proof's reach, oldest first.
    async fn list(
        &mut self,
        access: &Access<ListVaults>,
        after: Option<VaultCursor>,
        size: PageSize,
    ) -> Result<Page<Vault>, StorageError>;

    /// The vault that keeps the agents' identity keys, where there is one.
    async fn agent_keys(
        &mut self,
        access: &Access<FindAgentKeysVault>,
    ) -> Result<Option<VaultId>, StorageError>;
}

/// Writes to vaults.
#[async_trait]
pub trait WriteVaults: Send {
    /// Adds a vault.
    async fn insert(
        &mut self,
        access: &Access<CreateVault>,
        vault: &NewVault,
    ) -> Result<(), StorageError>;

    /// The vault that keeps the agents' identity keys, where there is one.
    async fn agent_keys(&mut self, org: InOrg) -> Result<Option<VaultId>, StorageError>;

    /// Whether all of these are vaults of the organization.
    async fn all_exist(&mut self, org: InOrg, vaults: &[VaultId]) -> Result<bool, StorageError>;

    /// Deletes a vault with its secrets, their versions and its key, and what is shared of them;
    /// `None` where it was gone already.
    async fn delete(
        &mut self,
        access: &Access<DeleteVault>,
    ) -> Result<Option<VaultGone>, StorageError>;
}
