//! What both stores do alike with a batch.

use crate::audit::NewEvent;
use crate::types::{StoredId, StoredTime};
use oneclaw_domain::{OrgId, VersionId};
use oneclaw_storage::{Admission, CountedRead, JournalEntry};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// The shares that a batch reads through, each with its organization, by id.
pub(super) fn shares_of(batch: &[JournalEntry]) -> BTreeSet<(StoredId, StoredId)> {
    let reads = batch.iter().filter_map(|entry| entry.read);
    reads
        .filter_map(|read| Some((read.share()?.into(), read.org().into())))
        .collect()
}

/// How many reads each row has left. A row that is gone, or a share that has ended, is not among
/// them and has none.
#[derive(Debug, Default)]
pub(super) struct Left {
    pub(super) versions: HashMap<StoredId, i64>,
    pub(super) shares: HashMap<StoredId, i64>,
}

/// What is left of a row with this maximum, `None` = as many as are wanted.
pub(super) fn left_of(maximum_less_count: Option<i64>) -> i64 {
    maximum_less_count.map_or(i64::MAX, |left| left.max(0))
}

/// Reads that were admitted of one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Taken {
    pub(super) org: StoredId,
    pub(super) reads: i64,
    /// When the first of them was.
    pub(super) at: StoredTime,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Admitted {
    pub(super) admissions: Vec<Admission>,
    pub(super) rows: Vec<NewEvent>,
    pub(super) versions: BTreeMap<StoredId, Taken>,
    pub(super) shares: BTreeMap<StoredId, Taken>,
}

/// Admits entries in their order as long as their version has reads left, and their share where they
/// come by one: then both have one less, else neither.
pub(super) fn admit(batch: &[JournalEntry], mut left: Left) -> Admitted {
    let mut admitted = Admitted::default();
    for entry in batch {
        let admission = entry
            .read
            .map_or(Admission::Admitted, |read| left.take(&read));
        let row = match admission {
            Admission::Admitted => NewEvent::from(&entry.event),
            Admission::UsedUp => NewEvent::from(&entry.event.clone().denied("used_up")),
            Admission::ShareEnded => NewEvent::from(&entry.event.clone().denied("share_ended")),
            Admission::Unpaid(_) => NewEvent::from(&entry.event.clone().denied("quota_spent")),
        };
        if let (Admission::Admitted, Some(read)) = (&admission, entry.read) {
            let first = Taken {
                org: read.org().into(),
                reads: 0,
                at: entry.event.created_at.into(),
            };
            let version = admitted.versions.entry(read.version().into());
            version.or_insert(first).reads += 1;
            if let Some(share) = read.share() {
                admitted.shares.entry(share.into()).or_insert(first).reads += 1;
            }
        }
        admitted.admissions.push(admission);
        admitted.rows.push(row);
    }
    admitted
}

impl Left {
    fn take(&mut self, read: &CountedRead) -> Admission {
        let of_share = match read.share() {
            None => None,
            Some(share) => match self.shares.get_mut(&share.into()) {
                Some(left) if *left > 0 => Some(left),
                Some(_) | None => return Admission::ShareEnded,
            },
        };
        let Some(of_version) = self.versions.get_mut(&read.version().into()) else {
            return Admission::UsedUp;
        };
        if *of_version <= 0 {
            return Admission::UsedUp;
        }
        *of_version -= 1;
        if let Some(left) = of_share {
            *left -= 1;
        }
        Admission::Admitted
    }
}
