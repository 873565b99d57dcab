//! Counters of tries, shared by all instances.

use oneclaw_domain::Timestamp;

/// What is counted: a keyed hash, so that the table tells no address and no account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AttemptKey(pub [u8; 32]);

/// A counter after one more try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempts {
    /// Tries in this window, this one included.
    pub count: i64,
    /// When the window ends and counting starts anew.
    pub window_ends_at: Timestamp,
}
