//! What was done.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Principal, SecretPath, Timestamp};
use oneclaw_policy::{Access, DryRunPolicy};
use std::net::IpAddr;

/// An access to a secret that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedAccess {
    /// Its place in the journal.
    pub seq: i64,
    /// The action's name.
    pub action: String,
    /// The path.
    pub path: SecretPath,
    /// Whether it was let through.
    pub allowed: bool,
    /// From where.
    pub ip: Option<IpAddr>,
    /// When.
    pub at: Timestamp,
}

/// Reads of what was done.
#[async_trait]
pub trait ReadAudit: Send {
    /// Accesses to paths of the vault by one principal since a moment, newest first, below
    /// `before`: those among the next `examine` events of theirs, of whatever kind, and where those
    /// end (`None` = at the last, or before that moment).
    async fn accesses(
        &mut self,
        access: &Access<DryRunPolicy>,
        by: Principal,
        since: Timestamp,
        before: Option<i64>,
        examine: i64,
    ) -> Result<(Vec<RecordedAccess>, Option<i64>), StorageError>;
}
