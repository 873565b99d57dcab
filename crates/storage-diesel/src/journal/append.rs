//! A batch, from beginning to commit.
//!
//! On Postgres six round trips in the common case, whatever its size: begin, count reads, hold
//! chains, read quotas, write, commit. Where shares are read, or an organization may be over its limit,
//! three more; where credits are spent, some more for each organization that spends them.

use super::batch::{Admitted, Left, admit, places, shares_of, wanted};
use crate::error::{failure, is_retryable};
use crate::session::{Conn, Session};
use oneclaw_domain::{ChainHead, Month, Quota};
use oneclaw_storage::{Admission, JournalEntry, StorageError};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::runtime::Handle;

/// How often a batch is tried when the server asks for it (40001, 40P01).
const TRIES: usize = 3;

/// How a batch is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pace {
    /// Versions are counted before it is known whether their reads are paid for.
    Fast,
    /// Versions and shares are locked first, and counted once it is known.
    Careful,
}

/// What became of a batch that is written and not committed yet.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) admissions: Vec<Admission>,
    /// The chains' new ends.
    pub(crate) heads: Vec<ChainHead>,
    /// How organizations stand, each at the event of that number.
    pub(crate) quotas: Vec<(i64, Quota)>,
}

impl Session {
    /// Writes a batch and commits it.
    pub(crate) async fn append(
        self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        match self.conn {
            Conn::Sqlite(_) => self.append_on_sqlite(batch).await,
            Conn::Postgres(_) => self.append_on_postgres(batch).await,
        }
    }

    async fn append_on_postgres(
        mut self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        let mut pace = self.pace_of(batch);
        self = self.begin().await?;
        let mut tries = 1;
        loop {
            match self.write_batch(batch, pace).await {
                Ok(Some(recorded)) => return self.commit_recorded(recorded).await,
                Ok(None) => {
                    pace = Pace::Careful;
                    self = self.restart().await?;
                }
                Err(error) if tries < TRIES && is_retryable(&error) => {
                    tries += 1;
                    self = self.restart().await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// On one thread that may wait, from beginning to commit: its statements run where they are called.
    async fn append_on_sqlite(
        mut self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        let batch = batch.to_vec();
        let runtime = Handle::current();
        let whole = async move {
            self.begin_here()?;
            let written = self.write_batch(&batch, Pace::Careful).await?;
            let recorded = written.unwrap_or_default();
            self.commit_here()?;
            self.books.committed(&recorded.heads, &recorded.quotas);
            Ok(recorded.admissions)
        };
        let task = tokio::task::spawn_blocking(move || runtime.block_on(whole));
        task.await.unwrap_or_else(|error| {
            let error = diesel::result::Error::QueryBuilderError(Box::new(error));
            Err(failure("audit_events", error))
        })
    }

    /// Commits what is written, and takes note of it.
    pub(crate) async fn commit_recorded(
        self,
        recorded: Recorded,
    ) -> Result<Vec<Admission>, StorageError> {
        let books = Arc::clone(&self.books);
        self.commit().await?;
        books.committed(&recorded.heads, &recorded.quotas);
        Ok(recorded.admissions)
    }

    /// Writes the event that ends a unit of work. [`StorageError::Unpaid`] where nothing pays for it.
    pub(crate) async fn record(&mut self, entry: JournalEntry) -> Result<Recorded, StorageError> {
        let batch = [entry];
        let (chains, mut accounts) = (
            self.hold_chains(&places(&batch)).await?,
            self.hold_accounts(&batch).await?,
        );
        let admitted = admit(&batch, Left::default(), &mut accounts)?;
        if let Some(Admission::Unpaid(quota)) = admitted.admissions.first() {
            return Err(StorageError::Unpaid(quota.clone()));
        }
        self.write_admitted(admitted, &mut accounts, chains).await
    }

    /// Writes a batch; `None` = it must be begun again, carefully.
    async fn write_batch(
        &mut self,
        batch: &[JournalEntry],
        pace: Pace,
    ) -> Result<Option<Recorded>, StorageError> {
        let wanted = wanted(batch);
        let shares = shares_of(batch);
        let is_careful = pace == Pace::Careful || !shares.is_empty();
        let left = if wanted.is_empty() {
            Left::default()
        } else if is_careful {
            self.lock_left(&wanted, shares).await?
        } else {
            self.count_reads(&wanted).await?
        };
        let chains = self.hold_chains(&places(batch)).await?;
        let mut accounts = self.hold_accounts(batch).await?;
        let admitted: Admitted<'_> = admit(batch, left, &mut accounts)?;
        if is_careful {
            self.count_taken(&admitted).await?;
        } else if admitted.has_unpaid_read(batch) {
            return Ok(None);
        }
        self.write_admitted(admitted, &mut accounts, chains)
            .await
            .map(Some)
    }

    /// Careful where it is known that the batch may bring an organization over its limit.
    fn pace_of(&self, batch: &[JournalEntry]) -> Pace {
        let mut requests = HashMap::new();
        for event in batch.iter().map(|entry| &entry.event) {
            if let (Some(_), Some(org)) = (&event.usage, event.org) {
                let counted = requests.entry((org, Month::of(event.created_at)));
                *counted.or_insert(0_i64) += 1;
            }
        }
        let is_short = |((org, month), more): ((_, Month), i64)| {
            self.books.last_quota(org).is_some_and(|quota| {
                let used = quota.used.saturating_add(more - 1);
                quota.month == month && Quota { used, ..quota }.is_spent()
            })
        };
        if requests.into_iter().any(is_short) {
            Pace::Careful
        } else {
            Pace::Fast
        }
    }
}
