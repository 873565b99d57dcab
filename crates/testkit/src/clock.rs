//! Time and identity, as a test wants them.

use oneclaw_domain::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A clock that goes only when it is told to.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    /// 2026-03-01T12:00:00Z.
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(1_772_366_400_000)))
    }
}

impl TestClock {
    /// Moves time by so many seconds (back, if negative).
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// Sets the time.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.millis(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
