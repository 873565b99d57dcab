//! Tidies up: one instance at a time, a few rows at a time, so that nobody waits for it.

use super::task::Task;
use crate::Refusal;
use crate::core::{Core, boxed};
use oneclaw_domain::{AuditEvent, EventId, Timestamp};
use oneclaw_storage::{Stale, StorageError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// How often it is done.
const EVERY: Duration = Duration::from_mins(10);
/// Between two batches, so that writers who wait for the embedded store's one place get it.
const PAUSE: Duration = Duration::from_millis(20);
/// How long one instance has it, in seconds, unless it says again that it is at it.
const LEASE: i64 = 60;
/// Whose turn it is.
const TURN: &str = "housekeeping";

/// What one process knows of its housekeeping.
pub(crate) struct Housekeeping {
    holder: Uuid,
    /// Of several rounds at once in this process, one goes on.
    turn: Mutex<()>,
    closing: AtomicBool,
    rows: [AtomicU64; Stale::ALL.len()],
    finished_at: AtomicI64,
}

impl Housekeeping {
    pub(crate) fn new(holder: Uuid) -> Self {
        Self {
            holder,
            turn: Mutex::default(),
            closing: AtomicBool::new(false),
            rows: Default::default(),
            finished_at: AtomicI64::new(0),
        }
    }

    /// Rows that were tidied up, by the name of their kind.
    pub(crate) fn rows(&self) -> Vec<(&'static str, u64)> {
        let counted = self.rows.iter().map(|rows| rows.load(Ordering::Relaxed));
        Stale::ALL
            .iter()
            .map(|stale| stale.name())
            .zip(counted)
            .collect()
    }

    /// When this process last ended a whole round, in seconds since 1970; 0 = never.
    pub(crate) fn finished_at(&self) -> u64 {
        u64::try_from(self.finished_at.load(Ordering::Relaxed) / 1000).unwrap_or_default()
    }

    /// Begins nothing more, and waits for the batch under way.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        drop(self.turn.lock().await);
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    fn add(&self, stale: Stale, many: u64) {
        let mut kinds = Stale::ALL.iter().zip(&self.rows);
        if let Some((_, rows)) = kinds.find(|(kind, _)| **kind == stale) {
            rows.fetch_add(many, Ordering::Relaxed);
        }
    }
}

/// Starts the worker; it ends with the services.
pub(crate) fn start(core: &Arc<Core>) {
    let core = Arc::downgrade(core);
    tokio::spawn(async move {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await; // the first tick is at once: whoever starts has other things to do
        loop {
            ticks.tick().await;
            let Some(core) = core.upgrade() else {
                return;
            };
            if let Err(error) = core.tidy_up().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "could not tidy up"
                );
            }
        }
    });
}

impl Core {
    /// Does one round, unless another instance is at it or the clocks are apart; tells how many
    /// rows were tidied up. What fails is left for the next round, and the rest is done.
    pub(crate) async fn tidy_up(&self) -> Result<u64, Refusal> {
        let _turn = self.housekeeping.turn.lock().await;
        self.write_folded(Some(self.now())).await;
        if let Some(seconds) = self.clock.behind() {
            // what is taken away does not come back when the clock is put right
            tracing::error!(
                seconds,
                "nothing is tidied up: the machine's clock is behind"
            );
            return Ok(0);
        }
        let mut failure = None;
        let mut tidied = 0;
        let mut is_whole = true;
        for task in Task::all() {
            is_whole = self.keep_turn().await?;
            if !is_whole {
                break;
            }
            match boxed(self.perform(task)).await {
                Ok(rows) if task.takes_rows() => tidied += rows,
                Ok(_) => {}
                Err(error) => {
                    let cause = &error as &dyn std::error::Error;
                    tracing::warn!(error = cause, task = task.name(), "could not tidy up");
                    failure.get_or_insert(error);
                }
            }
        }
        self.give_turn_back().await?;
        if let Some(refusal) = failure {
            return Err(refusal);
        }
        if is_whole && !self.housekeeping.is_closing() {
            let now = self.now().millis();
            self.housekeeping.finished_at.store(now, Ordering::Relaxed);
        }
        Ok(tidied)
    }

    /// Does one task by itself, as a round does it, unless another instance is at it; tells how much
    /// was done.
    pub(crate) async fn perform_alone(&self, task: Task) -> Result<u64, Refusal> {
        let _turn = self.housekeeping.turn.lock().await;
        if !self.keep_turn().await? {
            return Ok(0);
        }
        let done = boxed(self.perform(task)).await;
        self.give_turn_back().await?;
        done
    }

    async fn perform(&self, task: Task) -> Result<u64, Refusal> {
        match task {
            Task::Take(stale) => Ok(self.tidy(stale).await?),
            Task::ExpireCredits => self.expire_credits().await,
            Task::RemindOfCredits => self.remind_of_credits().await,
            Task::PruneAudit => self.prune_audit().await,
        }
    }

    /// Takes one kind, batch by batch, until there are no more.
    async fn tidy(&self, stale: Stale) -> Result<u64, StorageError> {
        let many = self.settings.housekeeping_batch;
        let mut tidied = 0;
        loop {
            let before = self.ended_before(stale);
            let rows = self.seams.store.sweep(stale, before, many).await?;
            self.housekeeping.add(stale, rows);
            tidied += rows;
            let is_last = i64::try_from(rows).is_ok_and(|rows| rows < many);
            if is_last || !self.goes_on().await? {
                return Ok(tidied);
            }
        }
    }

    fn ended_before(&self, stale: Stale) -> Timestamp {
        let now = self.now();
        match stale {
            Stale::UsageEvents => now.plus_seconds(-self.settings.usage_retention),
            other => other.ended_before(now),
        }
    }

    /// Between two batches of whatever is done in turn: lets others at the store, and tells whether
    /// the next may begin. Not inside a unit of work.
    pub(crate) async fn goes_on(&self) -> Result<bool, StorageError> {
        pause().await;
        self.keep_turn().await
    }

    /// Takes the turn, or keeps it, unless this process ends. Two at once would do no harm, but for
    /// the work.
    async fn keep_turn(&self) -> Result<bool, StorageError> {
        if self.housekeeping.is_closing() {
            return Ok(false);
        }
        let now = self.now();
        let until = now.plus_seconds(LEASE);
        let holder = self.housekeeping.holder;
        self.seams.store.lease(TURN, holder, now, until).await
    }

    async fn give_turn_back(&self) -> Result<(), StorageError> {
        let holder = self.housekeeping.holder;
        self.seams.store.release_lease(TURN, holder).await
    }

    /// Writes what was folded in the minutes that are over at `now`, or all of it.
    pub(crate) async fn write_folded(&self, now: Option<Timestamp>) {
        let events = self.folds.over(now, || self.id(EventId::from_uuid));
        for event in events {
            self.write_fold(event).await;
        }
    }

    async fn write_fold(&self, event: AuditEvent) {
        if self.journal.record(event.clone()).await.is_err() {
            // the journal told the log why
            self.folds.give_back(&event);
        }
    }
}

async fn pause() {
    let mut ticks = interval(PAUSE);
    ticks.tick().await; // the first tick is at once
    ticks.tick().await;
}
