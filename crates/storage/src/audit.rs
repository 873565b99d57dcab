//! What was done.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{
    ChainHead, ChainedEvent, Page, PageSize, Principal, SecretPath, Timestamp, VaultId,
};
use oneclaw_policy::{Access, DryRunPolicy, ExportAudit, ListEvents, VerifyAudit};
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

/// Which events are wanted; `None` = whatever it is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Of this action, by its whole name.
    pub action: Option<String>,
    /// Of who has this id.
    pub actor: Option<String>,
    /// About the resource of this id, or about this path or vault.
    pub resource: Option<String>,
    /// About resources of this kind.
    pub resource_type: Option<String>,
    /// In this vault.
    pub vault: Option<VaultId>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
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

    /// Events that fit, newest first, below row `before`, without the first `skip`. Who does not
    /// manage the organization sees their own.
    async fn events(
        &mut self,
        access: &Access<ListEvents>,
        filter: &EventFilter,
        before: Option<i64>,
        skip: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError>;

    /// How many fit. All of an organization's are not counted but known from the chain's ends, where
    /// those without a place in it are left out.
    async fn count_events(
        &mut self,
        access: &Access<ListEvents>,
        filter: &EventFilter,
    ) -> Result<i64, StorageError>;

    /// Where a chain ends.
    async fn chain_head(
        &mut self,
        access: &Access<VerifyAudit>,
    ) -> Result<Option<ChainHead>, StorageError>;

    /// The first and the last place in the chain of the events between two moments, `from` included
    /// and `to` not; `None` = there are none.
    async fn chain_range(
        &mut self,
        access: &Access<VerifyAudit>,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Result<Option<(i64, i64)>, StorageError>;

    /// Events of the chain from a place on, in their order.
    async fn chain_events(
        &mut self,
        access: &Access<VerifyAudit>,
        from_position: i64,
        size: PageSize,
    ) -> Result<Vec<ChainedEvent>, StorageError>;

    /// How many events of the chain have no place in it.
    async fn unchained(&mut self, access: &Access<VerifyAudit>) -> Result<i64, StorageError>;

    /// Events that fit, in the order of the chain: behind `after`, a place and the number of the row
    /// that stands there, and up to the place `until`.
    async fn export_events(
        &mut self,
        access: &Access<ExportAudit>,
        filter: &EventFilter,
        after: (i64, i64),
        until: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError>;

    /// Events that fit and have no place in the chain, oldest first, behind row `after`.
    async fn export_unchained(
        &mut self,
        access: &Access<ExportAudit>,
        filter: &EventFilter,
        after: i64,
        size: PageSize,
    ) -> Result<Page<ChainedEvent>, StorageError>;
}
