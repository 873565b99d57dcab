//! Vaults.

use crate::{CmekFingerprint, Description, OrgId, Principal, Timestamp, VaultId, VaultName};

/// A place for secrets, with its own key.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Its id.
    pub id: VaultId,
    /// The organization it belongs to.
    pub org: OrgId,
    /// What people call it.
    pub name: VaultName,
    /// What it is for.
    pub description: Description,
    /// Who made it.
    pub created_by: Principal,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it is the system's own (`__agent-keys`): it cannot be deleted.
    pub is_system: bool,
    /// The customer's key under which values come in, where there is one.
    pub cmek: Option<CmekFingerprint>,
}

/// The facts by which access to a vault is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultOwner {
    /// The organization it belongs to.
    pub org: OrgId,
    /// The vault.
    pub vault: VaultId,
    /// Who made it, and so manages it.
    pub created_by: Principal,
    /// Whether it is the system's own: then its maker does not manage it, only the organization's
    /// owners and admins do.
    pub is_system: bool,
}
