//! What a batch of the journal writes.

use oneclaw_domain::{AuditEvent, OrgId, ShareId, VersionId};
use oneclaw_policy::{Access, ReadSecret};

/// A value that is about to be given out, by proof: what it counts is what the proof is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountedRead {
    org: OrgId,
    version: VersionId,
    share: Option<ShareId>,
}

impl CountedRead {
    /// The read of one version of what the proof is for.
    pub fn of(access: &Access<ReadSecret>, version: VersionId) -> Self {
        Self {
            org: access.org(),
            version,
            share: None,
        }
    }

    /// The same read through a share, which counts it too, and counts as taken by it.
    #[must_use]
    pub const fn by_share(self, share: ShareId) -> Self {
        Self {
            share: Some(share),
            ..self
        }
    }

    /// The organization.
    pub const fn org(&self) -> OrgId {
        self.org
    }

    /// The version.
    pub const fn version(&self) -> VersionId {
        self.version
    }

    /// The share through which it is read.
    pub const fn share(&self) -> Option<ShareId> {
        self.share
    }
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
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Admission {
    /// The event is on disk, and the read, where there was one, is counted.
    Admitted,
    /// The version was given out as often as it may: the event is on disk as denied (`used_up`).
    UsedUp,
    /// The share was read as often as it may be, or has ended: the event is on disk as denied
    /// (`share_ended`), and neither was counted.
    ShareEnded,
    /// The month's requests are spent, and credits do not cover one more: the event is on disk as
    /// denied (`quota_spent`), and nothing was counted as read.
    Unpaid(Box<oneclaw_domain::Quota>),
}
