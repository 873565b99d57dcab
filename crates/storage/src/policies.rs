//! Policies.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Policy, PolicyId, Principal, Timestamp};
use oneclaw_policy::{
    Access, CreatePolicy, CreateVault, DeletePolicy, DryRunPolicy, InOrg, ListPolicies,
    UpdatePolicy,
};

/// The last policy of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: PolicyId,
}

/// Reads of policies.
#[async_trait]
pub trait ReadPolicies: Send {
    /// The policies on the vault, oldest first, expired ones among them: all where the proof says
    /// that the caller manages the vault, else those that name them.
    async fn list(
        &mut self,
        access: &Access<ListPolicies>,
        after: Option<PolicyCursor>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError>;

    /// One policy of the vault.
    async fn find(
        &mut self,
        access: &Access<DryRunPolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError>;
}

/// Writes to policies.
#[async_trait]
pub trait WritePolicies: Send {
    /// Whether there is such a user or agent in the organization.
    async fn knows(&mut self, org: InOrg, who: Principal) -> Result<bool, StorageError>;

    /// Adds a policy.
    async fn insert(
        &mut self,
        access: &Access<CreatePolicy>,
        policy: &Policy,
    ) -> Result<(), StorageError>;

    /// Adds the policy of the person behind an agent on a vault that the agent makes.
    async fn insert_with_vault(
        &mut self,
        access: &Access<CreateVault>,
        policy: &Policy,
    ) -> Result<(), StorageError>;

    /// Finds and locks a policy of the vault.
    async fn lock(
        &mut self,
        access: &Access<UpdatePolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError>;

    /// Writes what a policy of the vault says now; its pattern and principal stay.
    async fn update(
        &mut self,
        access: &Access<UpdatePolicy>,
        policy: &Policy,
    ) -> Result<(), StorageError>;

    /// Deletes a policy of the vault and gives it back; `None` = there is none.
    async fn delete(
        &mut self,
        access: &Access<DeletePolicy>,
        policy: PolicyId,
    ) -> Result<Option<Policy>, StorageError>;
}
