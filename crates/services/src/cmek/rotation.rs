//! A rotation that this process works at.

use oneclaw_crypto::CmekKey;
use oneclaw_domain::{CmekFingerprint, CmekJob, CmekJobId, OrgId, Timestamp, VaultId, VersionId};
use oneclaw_policy::VaultScope;

/// How long a rotation is nobody else's after each of its batches, in seconds. One that stands still
/// for longer was cut off, and a new request takes its place.
pub(super) const HELD: i64 = 30;

/// A rotation with both keys, which are nowhere else and go with it.
pub(crate) struct Rotation {
    pub(super) org: OrgId,
    pub(super) vault: VaultId,
    pub(super) job: CmekJobId,
    /// The request that asked for it, for its events.
    pub(super) request_id: String,
    pub(super) old: (CmekFingerprint, CmekKey),
    pub(super) new: (CmekFingerprint, CmekKey),
    /// Up to where this pass over the versions has come.
    pub(super) after: Option<VersionId>,
    /// Whether the pass is through: the next batch shuts writers out and looks for what they added.
    pub(super) at_end: bool,
    /// Until when it is this process's.
    pub(super) held_until: Timestamp,
}

impl Rotation {
    pub(super) fn new(job: &CmekJob, request_id: String, [old, new]: [CmekKey; 2]) -> Self {
        Self {
            org: job.org,
            vault: job.vault,
            job: job.id,
            request_id,
            old: (job.old.clone(), old),
            new: (job.new.clone(), new),
            after: None,
            at_end: false,
            held_until: job.held_until,
        }
    }

    /// Notes a batch that is on disk, which came up to `after`; `None` = there are no more.
    pub(super) fn go_on(&mut self, after: Option<VersionId>, held_until: Timestamp) {
        self.held_until = held_until;
        // writers who added more than one batch, before they were shut out, are let in again
        self.at_end = !self.at_end && after.is_none();
        self.after = after;
    }

    /// Until when nobody else takes its place.
    pub(crate) const fn held_until(&self) -> Timestamp {
        self.held_until
    }

    pub(super) const fn on(&self) -> VaultScope {
        VaultScope {
            org: self.org,
            vault: self.vault,
        }
    }
}
