//! Proof that an event is on disk.

/// Proof that the event of a read is on disk. Only the journal makes one; without it no value is
/// revealed.
#[must_use]
#[derive(Debug)]
pub struct Receipt(());

impl Receipt {
    pub(super) const fn on_disk() -> Self {
        Self(())
    }

    /// What the event was about, now that it may leave.
    pub(crate) fn covers<T>(self, answer: T) -> T {
        let Self(()) = self;
        answer
    }
}
