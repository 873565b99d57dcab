//! What a person takes along: everything that they made or manage, without values.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{
    Agent, AgentId, Page, PageSize, Policy, PolicyId, SecretId, SecretPath, SecretType, Timestamp,
    Vault, VaultId, VersionNumber,
};
use oneclaw_policy::{Access, ExportData};

/// A secret in an export: its newest version.
#[derive(Clone, Debug)]
pub struct ExportedSecret {
    /// The secret.
    pub id: SecretId,
    /// Its vault.
    pub vault: VaultId,
    /// Its path.
    pub path: SecretPath,
    /// What kind of value it holds.
    pub kind: SecretType,
    /// The newest version's number.
    pub version: VersionNumber,
    /// When that was written.
    pub created_at: Timestamp,
}

/// Reads for an export. Owners and admins manage everything in their organization; others what they
/// made. All by id.
#[async_trait]
pub trait ReadExport: Send {
    /// Vaults.
    async fn vaults(
        &mut self,
        access: &Access<ExportData>,
        after: Option<VaultId>,
        size: PageSize,
    ) -> Result<Page<Vault>, StorageError>;

    /// Agents.
    async fn agents(
        &mut self,
        access: &Access<ExportData>,
        after: Option<AgentId>,
        size: PageSize,
    ) -> Result<Page<Agent>, StorageError>;

    /// Live secrets of those vaults.
    async fn secrets(
        &mut self,
        access: &Access<ExportData>,
        after: Option<SecretId>,
        size: PageSize,
    ) -> Result<Page<ExportedSecret>, StorageError>;

    /// Policies on those vaults; those that cannot be read are left out.
    async fn policies(
        &mut self,
        access: &Access<ExportData>,
        after: Option<PolicyId>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError>;
}
