//! What a batch of the journal writes.

use oneclaw_domain::{AuditEvent, OrgId, VersionId};

/// A value that is about to be given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountedRead {
    /// The organization.
    pub org: OrgId,
    /// The version.
    pub version: VersionId,
}

/// One event, and the read that it allows if the version's count does.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// The event.
    pub event: AuditEvent,
    /// The read to count.
    pub read: Option<CountedRead>,
}

/// What became of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    /// The event is on disk, and the read, where there was one, is counted.
    Admitted,
    /// The version was given out as often as it may: the event is on disk as denied (`used_up`).
    UsedUp,
}
