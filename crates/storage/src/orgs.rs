//! Organizations.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Epoch, Limit, Org, OrgId, Resource, ShareId, VaultId, VaultOwner};
use oneclaw_policy::{Access, DeleteAccount, InOrg, SignUp};

/// How a unit of work holds what it judged by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockMode {
    /// Others may judge by it too, nobody may change it until the commit.
    Shared,
    /// For work that changes access itself: taken at once, so that two such never deadlock.
    Exclusive,
}

/// What went with an organization.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgGone {
    /// Its vaults.
    pub vaults: Vec<VaultId>,
    /// The shares that had not ended.
    pub shares: Vec<ShareId>,
}

/// Writes to organizations.
#[async_trait]
pub trait WriteOrgs: Send {
    /// Adds an organization. The first of an installation becomes the platform's: the flag in
    /// `org` is ignored, the answer tells what it became. Serialized: of two first ones, one.
    async fn insert(&mut self, access: &Access<SignUp>, org: &Org) -> Result<Org, StorageError>;

    /// Locks the organization's access against change and tells its epoch.
    async fn lock(&mut self, org: OrgId, mode: LockMode) -> Result<Option<Epoch>, StorageError>;

    /// Locks a vault against deletion and tells its facts.
    async fn lock_vault(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<VaultOwner>, StorageError>;

    /// Says that access in the organization changed. Needs [`LockMode::Exclusive`].
    async fn raise_epoch(&mut self, org: InOrg) -> Result<(), StorageError>;

    /// The organization's own row.
    async fn find(&mut self, org: InOrg) -> Result<Option<Org>, StorageError>;

    /// Deletes the organization of an account with everything in it; what was done stays in the
    /// audit log.
    async fn delete(&mut self, access: &Access<DeleteAccount>) -> Result<OrgGone, StorageError>;

    /// Counts one more of a resource, unless that is more than `limit`; tells whether it did.
    async fn claim(
        &mut self,
        org: InOrg,
        what: Resource,
        limit: Limit,
    ) -> Result<bool, StorageError>;

    /// Counts fewer of a resource.
    async fn release(&mut self, org: InOrg, what: Resource, many: i64) -> Result<(), StorageError>;
}
