//! What one process knows of the rotations that it works at.

use super::Rotation;
use crate::Refusal;
use crate::core::Core;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, Semaphore, SemaphorePermit};

/// Batches that one process works at at once: each holds a connection to the store.
const AT_ONCE: usize = 2;
/// How long a stop waits for batches that are under way.
const PARTING: Duration = Duration::from_secs(3);

/// The rotations of one process.
pub(crate) struct Rotations {
    /// To the worker, where there is one.
    to_worker: OnceLock<UnboundedSender<Rotation>>,
    /// What waits for [`Core::turn_rotations`], where there is no worker.
    waiting: Mutex<Vec<Rotation>>,
    turns: Semaphore,
    /// Shared by those that are worked at.
    at_work: Arc<RwLock<()>>,
    closing: AtomicBool,
}

impl Default for Rotations {
    fn default() -> Self {
        Self {
            to_worker: OnceLock::new(),
            waiting: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
            at_work: Arc::default(),
            closing: AtomicBool::new(false),
        }
    }
}

impl Rotations {
    /// What a worker receives from now on.
    pub(crate) fn for_worker(&self) -> UnboundedReceiver<Rotation> {
        let (sender, receiver) = unbounded_channel();
        // a second worker would be given nothing
        let _first = self.to_worker.set(sender);
        receiver
    }

    /// Gives a rotation that was begun to whoever works at it here.
    pub(super) fn hand_over(&self, rotation: Rotation) {
        let left = match self.to_worker.get() {
            Some(worker) => worker.send(rotation).err().map(|unsent| unsent.0),
            None => Some(rotation),
        };
        self.waiting().extend(left);
    }

    /// Says that somebody is at work as long as the guard lives. A stop waits for it.
    pub(crate) async fn at_work(&self) -> OwnedRwLockReadGuard<()> {
        Arc::clone(&self.at_work).read_owned().await
    }

    /// Waits for a turn to do one batch.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Whether to begin no more batches.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Begins no more batches, and waits a while for those under way. A rotation that is cut off so
    /// says it at once; else it is told by its time.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        if tokio::time::timeout(PARTING, self.at_work.write())
            .await
            .is_err()
        {
            tracing::warn!("a rotation of customers' keys is under way: it is cut off");
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Rotation>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Does one batch of each rotation that waits here, and gives how many are not over yet.
    pub(crate) async fn turn_rotations(&self) -> Result<usize, Refusal> {
        let begun = std::mem::take(&mut *self.rotations.waiting());
        let mut failure = None;
        for mut rotation in begun {
            match self.rotation_batch(&mut rotation).await {
                Ok(true) => {}
                Ok(false) => self.rotations.waiting().push(rotation),
                Err(refusal) => {
                    self.rotations.waiting().push(rotation);
                    failure = Some(refusal);
                }
            }
        }
        match failure {
            Some(refusal) => Err(refusal),
            None => Ok(self.rotations.waiting().len()),
        }
    }
}
