//! What a store has done since it was opened.

use oneclaw_storage::StoreStatistics;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The counters behind [`StoreStatistics`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    reads: AtomicU64,
    writes: AtomicU64,
    journal_commits: AtomicU64,
    journal_events: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) {
        self.reads.fetch_add(1, Relaxed);
    }

    pub(crate) fn write(&self) {
        self.writes.fetch_add(1, Relaxed);
    }

    pub(crate) fn journal(&self, events: usize) {
        self.journal_commits.fetch_add(1, Relaxed);
        self.journal_events.fetch_add(events as u64, Relaxed);
    }

    pub(crate) fn snapshot(&self) -> StoreStatistics {
        StoreStatistics {
            read_round_trips: self.reads.load(Relaxed),
            write_round_trips: self.writes.load(Relaxed),
            journal_commits: self.journal_commits.load(Relaxed),
            journal_events: self.journal_events.load(Relaxed),
        }
    }
}
