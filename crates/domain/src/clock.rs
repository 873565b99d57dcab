//! The seams through which time and identity come in.

use crate::Timestamp;
use uuid::Uuid;

/// Where the present moment comes from.
pub trait Clock: Send + Sync {
    /// Now, in whole milliseconds.
    fn now(&self) -> Timestamp;
}

/// Where new identifiers come from. They are not secrets.
pub trait Ids: Send + Sync {
    /// A new UUID that sorts by the time it was made (version 7, RFC 9562).
    fn next(&self) -> Uuid;
}
