//! What both stores do alike with a batch.

use crate::audit::NewEvent;
use crate::types::StoredId;
use oneclaw_domain::{OrgId, VersionId};
use oneclaw_storage::{Admission, JournalEntry};
use std::collections::{BTreeMap, HashMap};

/// Reads that a batch wants of one version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wanted {
    pub(super) org: StoredId,
    pub(super) version: StoredId,
    pub(super) reads: i64,
}

/// What a batch wants, in the order in which versions are locked: by id.
pub(super) fn wanted(batch: &[JournalEntry]) -> Vec<Wanted> {
    let mut reads: BTreeMap<VersionId, (OrgId, i64)> = BTreeMap::new();
    for read in batch.iter().filter_map(|entry| entry.read) {
        reads.entry(read.version()).or_insert((read.org(), 0)).1 += 1;
    }
    reads
        .into_iter()
        .map(|(version, (org, reads))| Wanted {
            org: org.into(),
            version: version.into(),
            reads,
        })
        .collect()
}

/// Admits entries in their order as long as their version was granted reads, and says what is to be
/// written of each. A version that is gone was granted none.
pub(super) fn admit(
    batch: &[JournalEntry],
    mut granted: HashMap<StoredId, i64>,
) -> (Vec<Admission>, Vec<NewEvent>) {
    let mut admissions = Vec::with_capacity(batch.len());
    let mut rows = Vec::with_capacity(batch.len());
    for entry in batch {
        let admitted = entry.read.is_none_or(|read| {
            let left = granted.entry(read.version().into()).or_insert(0);
            *left -= 1;
            *left >= 0
        });
        if admitted {
            admissions.push(Admission::Admitted);
            rows.push(NewEvent::from(&entry.event));
        } else {
            admissions.push(Admission::UsedUp);
            rows.push(NewEvent::from(&entry.event.clone().denied("used_up")));
        }
    }
    (admissions, rows)
}
