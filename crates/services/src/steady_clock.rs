//! Time that does not go back, whatever the machine's clock does: what has expired stays so.

use oneclaw_domain::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// How far the machine's clock may be behind what this process goes by, in milliseconds, before that
/// is a fault.
const APART: i64 = 60_000;

/// The later of the machine's clock and the latest moment that is known of: one that this clock told
/// before, or one that the journal has an event of.
pub(crate) struct SteadyClock {
    machine: Arc<dyn Clock>,
    latest: AtomicI64,
}

impl SteadyClock {
    pub(crate) fn new(machine: Arc<dyn Clock>) -> Self {
        Self {
            machine,
            latest: AtomicI64::new(i64::MIN),
        }
    }

    /// Takes notice of a moment that has passed.
    pub(crate) fn heed(&self, passed: Timestamp) {
        self.latest.fetch_max(passed.millis(), Ordering::Relaxed);
    }

    /// What the machine's clock says, which goes on while time stands still here.
    pub(crate) fn machine(&self) -> Timestamp {
        self.machine.now()
    }

    /// How many seconds the machine's clock is behind, where that is a fault.
    pub(crate) fn behind(&self) -> Option<i64> {
        let behind = self.latest.load(Ordering::Relaxed) - self.machine.now().millis().max(0);
        (behind > APART).then_some(behind / 1000)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let now = self.machine.now().millis();
        let before = self.latest.fetch_max(now, Ordering::Relaxed);
        Timestamp::from_millis(now.max(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn flt_07_it_stands_until_the_machine_catches_up_and_tells_when_they_are_apart() {
        let hand = Arc::new(Hand(AtomicI64::new(1_000_000)));
        let clock = SteadyClock::new(hand.clone());
        let told = |at: i64| {
            hand.0.store(at, Ordering::Relaxed);
            (clock.now().millis(), clock.behind())
        };
        assert_eq!(told(1_000_000), (1_000_000, None));
        assert_eq!(told(940_000), (1_000_000, None), "a minute is no fault");
        assert_eq!(told(939_999), (1_000_000, Some(60)));
        assert_eq!(told(1_000_001), (1_000_001, None));
        clock.heed(Timestamp::from_millis(5_000_000));
        assert_eq!(told(1_000_002), (5_000_000, Some(3_999)));
        clock.heed(Timestamp::from_millis(2_000_000));
        assert_eq!(told(6_000_000), (6_000_000, None));
    }
}
