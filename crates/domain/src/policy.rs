//! Policies: who may do what at which paths of a vault.

use crate::{
    AttributeConditions, Conditions, Effect, Metadata, OrgId, PathPattern, Permissions, PolicyId,
    Principal, Priority, Timestamp, VaultId,
};

/// What a policy grants or denies, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantTerms {
    /// The paths.
    pub pattern: PathPattern,
    /// What may, or may not, be done there.
    pub permissions: Permissions,
    /// Whether it grants or denies.
    pub effect: Effect,
    /// Which of several decides: the highest.
    pub priority: Priority,
    /// When it holds.
    pub conditions: Conditions,
    /// For whom of those that it names it holds.
    pub attributes: AttributeConditions,
    /// When it ends: not applied at that very moment any more.
    pub expires_at: Option<Timestamp>,
}

impl GrantTerms {
    /// Whether it is over at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A policy as the judge needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// The policy.
    pub policy: PolicyId,
    /// The vault that it is about.
    pub vault: VaultId,
    /// What it says.
    pub terms: GrantTerms,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// The organization.
    pub org: OrgId,
    /// The vault that it is about.
    pub vault: VaultId,
    /// Whom it is for.
    pub principal: Principal,
    /// What it says.
    pub terms: GrantTerms,
    /// Conditions on transactions: kept and shown, without effect on secrets.
    pub tx_conditions: Option<Metadata>,
    /// The form that the client wrote it in, 1 or 2; without effect.
    pub schema_version: i64,
    /// Who made it.
    pub created_by: Principal,
    /// When.
    pub created_at: Timestamp,
}
