//! What one process knows of the outbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Notify};

/// How long a stop waits for mail that is under way.
const PARTING: Duration = Duration::from_secs(3);

/// Who wakes whom, and whose turn it is.
#[derive(Default)]
pub(crate) struct Outbox {
    queued: Arc<Notify>,
    turn: Mutex<()>,
    closing: AtomicBool,
}

impl Outbox {
    /// What wakes whoever delivers.
    pub(super) fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.queued)
    }

    /// Waits for something to be queued.
    pub(crate) fn queued(&self) -> Arc<Notify> {
        Arc::clone(&self.queued)
    }

    /// Waits until no other round of this process delivers.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Whether to take no more.
    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Takes no more, and waits a while for what is under way. What is not handed over by then is
    /// sent by whoever starts next.
    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        if tokio::time::timeout(PARTING, self.turn()).await.is_err() {
            tracing::warn!(
                "mail is under way to a server that does not answer: it is sent again later"
            );
        }
    }
}
