//! What both stores do alike with a batch.

use crate::chains::WantedPlaces;
use crate::types::{StoredId, StoredTime};
use crate::usage::{Accounts, Fare, NewUsage};
use oneclaw_domain::{AuditEvent, Chain, OrgId, VersionId};
use oneclaw_storage::{Admission, CountedRead, JournalEntry, StorageError};
use std::borrow::Cow;
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

/// One entry as it is to be written.
#[derive(Debug)]
pub(super) struct Outcome<'b> {
    pub(super) event: Cow<'b, AuditEvent>,
    pub(super) usage: Option<NewUsage>,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Admitted<'b> {
    pub(super) admissions: Vec<Admission>,
    pub(super) outcomes: Vec<Outcome<'b>>,
    pub(super) versions: BTreeMap<StoredId, Taken>,
    pub(super) shares: BTreeMap<StoredId, Taken>,
}

impl Admitted<'_> {
    /// Whether a read that was wanted was not paid for.
    pub(super) fn has_unpaid_read(&self, batch: &[JournalEntry]) -> bool {
        let mut entries = batch.iter().zip(&self.admissions);
        entries.any(|(entry, one)| entry.read.is_some() && matches!(one, Admission::Unpaid(_)))
    }

    fn take(&mut self, read: CountedRead, at: StoredTime) {
        let first = Taken {
            org: read.org().into(),
            reads: 0,
            at,
        };
        let version = self.versions.entry(read.version().into());
        version.or_insert(first).reads += 1;
        if let Some(share) = read.share() {
            self.shares.entry(share.into()).or_insert(first).reads += 1;
        }
    }
}

/// Admits entries in their order as long as they are paid for, their version has reads left, and
/// their share where they come by one: then both have one less, else neither.
pub(super) fn admit<'b>(
    batch: &'b [JournalEntry],
    mut left: Left,
    accounts: &mut Accounts,
) -> Result<Admitted<'b>, StorageError> {
    let mut admitted = Admitted::default();
    for entry in batch {
        let fare = accounts.fare(&entry.event);
        let admission = match (&fare, entry.read) {
            (Fare::Unpaid(quota), _) => Admission::Unpaid(quota.clone()),
            (_, Some(read)) => left.take(&read),
            (_, None) => Admission::Admitted,
        };
        let event = told(&entry.event, &admission);
        let status = status_of(&entry.event, &admission);
        let usage = accounts.meter(&event, status, &fare)?;
        if let (Admission::Admitted, Some(read)) = (&admission, entry.read) {
            admitted.take(read, entry.event.created_at.into());
        }
        admitted.admissions.push(admission);
        admitted.outcomes.push(Outcome { event, usage });
    }
    Ok(admitted)
}

/// The event as it stands on disk.
fn told<'b>(event: &'b AuditEvent, admission: &Admission) -> Cow<'b, AuditEvent> {
    let denied = |reason| Cow::Owned(event.clone().denied(reason));
    match admission {
        Admission::Admitted => Cow::Borrowed(event),
        Admission::UsedUp => denied("used_up"),
        Admission::ShareEnded => denied("share_ended"),
        Admission::Unpaid(_) => denied("quota_spent"),
    }
}

/// The status that its request is answered with.
fn status_of(event: &AuditEvent, admission: &Admission) -> u16 {
    let Some(usage) = &event.usage else {
        return 0;
    };
    match admission {
        Admission::Admitted => usage.status,
        Admission::UsedUp => usage.refused.used_up,
        Admission::ShareEnded => usage.refused.share_ended,
        Admission::Unpaid(_) => usage.refused.unpaid,
    }
}

/// What a batch wants of each chain.
pub(super) fn places(batch: &[JournalEntry]) -> BTreeMap<Chain, WantedPlaces> {
    let mut places = BTreeMap::new();
    for event in batch.iter().map(|entry| &entry.event) {
        let at = event.created_at;
        let none = WantedPlaces {
            events: 0,
            first: at,
            last: at,
        };
        let want: &mut WantedPlaces = places.entry(Chain::of(event.org)).or_insert(none);
        want.events += 1;
        want.first = at.min(want.first);
        want.last = at.max(want.last);
    }
    places
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
