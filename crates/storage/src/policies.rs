//! Policies.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Policy, PolicyId, Principal, Timestamp};
use oneclaw_policy::{
    Access, CreatePolicy, CreateVault, DeletePolicy, InOrg, InVault, ListPolicies, UpdatePolicy,
};

/// The last policy of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: PolicyId,
}

/// A policy that was deleted, as far as it could be read.
#[derive(Debug)]
pub enum DeletedPolicy {
    /// All of it.
    Readable(Box<Policy>),
    /// Not all of it: it denied everything on its vault. These are the texts that were stored.
    Unreadable {
        /// Whom it was for.
        principal: String,
        /// Its paths.
        pattern: String,
    },
}

impl DeletedPolicy {
    /// Whom it was for; `None` = nobody, by a text that names none.
    pub fn principal(&self) -> Option<Principal> {
        match self {
            Self::Readable(policy) => Some(policy.principal),
            Self::Unreadable { principal, .. } => Principal::parse(principal).ok(),
        }
    }
}

/// Reads of policies.
#[async_trait]
pub trait ReadPolicies: Send {
    /// The policies on the vault, oldest first, expired ones among them: all where the proof says
    /// that the caller manages the vault, else those that name them. What cannot be read is left
    /// out, and logged with its id.
    async fn list(
        &mut self,
        access: &Access<ListPolicies>,
        after: Option<PolicyCursor>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError>;

    /// One policy of the vault.
    async fn find(&mut self, on: InVault, policy: PolicyId)
    -> Result<Option<Policy>, StorageError>;

    /// How many policies name somebody, in the whole organization.
    async fn count_about(&mut self, org: InOrg, who: Principal) -> Result<i64, StorageError>;

    /// How many policies there are on the vault.
    async fn count_on(&mut self, on: InVault) -> Result<i64, StorageError>;
}

/// Writes to policies.
#[async_trait]
pub trait WritePolicies: ReadPolicies {
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

    /// Deletes a policy of the vault, whether it can be read or not, and tells what it was; `None` =
    /// there is none.
    async fn delete(
        &mut self,
        access: &Access<DeletePolicy>,
        policy: PolicyId,
    ) -> Result<Option<DeletedPolicy>, StorageError>;
}
