//! Rows that come closed, because one query brings the row and the facts to judge it by.

use oneclaw_domain::{Epoch, VaultOwner};
use oneclaw_policy::{Access, Action};
use std::fmt;

/// A row that only a proof for the very thing it is opens.
pub struct Guarded<T, A: Action> {
    on: A::On,
    row: T,
}

impl<T, A: Action> Guarded<T, A> {
    /// Closes a row.
    pub const fn seal(on: A::On, row: T) -> Self {
        Self { on, row }
    }

    /// The row, if the proof is for what the row is; else nothing.
    pub fn open(self, access: &Access<A>) -> Option<T> {
        (access.on() == &self.on).then_some(self.row)
    }
}

impl<T, A: Action> fmt::Debug for Guarded<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("on", &self.on)
            .finish_non_exhaustive()
    }
}

/// What one query saw: the epoch of the organization, the vault's facts, and the row.
#[derive(Debug)]
pub struct Sighting<T> {
    /// The organization's epoch in the same snapshot as the row.
    pub epoch: Epoch,
    /// The vault's facts; `None` = no such vault in this organization.
    pub vault: Option<VaultOwner>,
    /// The row; `None` = never was.
    pub row: Option<T>,
}
