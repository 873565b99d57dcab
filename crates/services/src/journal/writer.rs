//! One task that gathers the events of concurrent requests and commits them together.

use super::Receipt;
use crate::core::{Step, Stop};
use crate::metering::refused;
use crate::{Refusal, ShareEnd};
use oneclaw_domain::{AuditEvent, VersionState};
use oneclaw_storage::{Admission, CountedRead, JournalEntry, StorageError, Store};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Entries in one commit: bounds the memory and the time of one.
const BATCH: usize = 256;
/// Entries that may wait for the writer; more wait for a place.
const QUEUE: usize = 4096;
/// How long an answer waits for the journal before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// What an answer says that could not be given, as usage counts it.
const UNAVAILABLE: u16 = 503;

/// The journal of one process.
pub(crate) struct Journal {
    queue: Mutex<Option<mpsc::Sender<Pending>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

struct Pending {
    entry: JournalEntry,
    done: oneshot::Sender<Option<Admission>>,
}

impl Pending {
    /// A value whose asker gave up waiting will not leave: that is told as it is, and no read of it
    /// is spent.
    fn at_its_turn(mut self) -> Self {
        if self.done.is_closed() && self.entry.read.take().is_some() {
            let mut event = self.entry.event.denied("not_answered");
            refused(&mut event, UNAVAILABLE);
            self.entry.event = event;
        }
        self
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the journal did not confirm in time, or is closed")]
struct NotConfirmed;

impl Journal {
    /// Starts the writer on the current runtime.
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
        let (queue, pending) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(write_batches(store, pending));
        Self {
            queue: Mutex::new(Some(queue)),
            writer: Mutex::new(Some(writer)),
        }
    }

    /// Puts an event on disk. Where it cannot be paid, it is on disk as denied.
    pub(crate) async fn record(&self, event: AuditEvent) -> Step<Receipt> {
        admitted(self.submit(JournalEntry { event, read: None }).await?)
    }

    /// Puts the event of a read on disk and counts the read, in one commit. Where the version was
    /// given out as often as it may, the event is on disk as denied, and the answer is `Gone`.
    pub(crate) async fn record_read(&self, event: AuditEvent, read: CountedRead) -> Step<Receipt> {
        let read = Some(read);
        admitted(self.submit(JournalEntry { event, read }).await?)
    }

    /// Lets the writer finish what waits, and stops it.
    pub(crate) async fn close(&self) {
        drop(
            self.queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer
            && let Err(error) = writer.await
        {
            tracing::error!(%error, "the journal's writer ended badly");
        }
    }

    async fn submit(&self, entry: JournalEntry) -> Result<Admission, Refusal> {
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let unconfirmed = || Refusal::Unavailable(Box::new(NotConfirmed));
        let (done, answer) = oneshot::channel();
        let waiting = async {
            queue?.send(Pending { entry, done }).await.ok()?;
            answer.await.ok()?
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Some(admission)) => Ok(admission),
            Ok(None) | Err(_) => Err(unconfirmed()),
        }
    }
}

fn admitted(admission: Admission) -> Step<Receipt> {
    let refusal = match admission {
        Admission::Admitted => return Ok(Receipt::on_disk()),
        Admission::UsedUp => Refusal::Gone(VersionState::UsedUp),
        Admission::ShareEnded => Refusal::ShareEnded(ShareEnd::UsedUp),
        Admission::Unpaid(quota) => Refusal::QuotaSpent { quota, what: None },
    };
    Err(Stop {
        refusal,
        recorded: true,
    })
}

async fn write_batches(store: Arc<dyn Store>, mut pending: mpsc::Receiver<Pending>) {
    let mut batch = Vec::with_capacity(BATCH);
    // Taking what gathered while the last batch was committing forms batches by itself;
    // waiting for more to gather only adds latency.
    while pending.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, answers): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(Pending::at_its_turn)
            .map(|one| (one.entry, one.done))
            .unzip();
        match store.append(&entries).await {
            Ok(admissions) => tell(answers, admissions),
            Err(error) => refuse(answers, &error),
        }
    }
}

fn tell(answers: Vec<oneshot::Sender<Option<Admission>>>, admissions: Vec<Admission>) {
    for (answer, admission) in answers.into_iter().zip(admissions) {
        // a receiver that is gone hung up: its event stands all the same
        let _hung_up = answer.send(Some(admission));
    }
}

fn refuse(answers: Vec<oneshot::Sender<Option<Admission>>>, error: &StorageError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        events = answers.len(),
        "could not write the journal"
    );
    for answer in answers {
        let _hung_up = answer.send(None);
    }
}
