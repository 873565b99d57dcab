//! How a store is opened.

use std::time::Duration;

/// Sizes and waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreOptions {
    /// Connections to Postgres, for reading and writing together. 16 unless told: each is a process
    /// of the server's.
    pub postgres_connections: usize,
    /// Connections to SQLite for reading, beside the one for writing. 8 unless told.
    pub sqlite_readers: usize,
    /// How long SQLite waits for the lock of another process. 5 seconds unless told.
    pub busy_timeout: Duration,
    /// How long to wait for a free connection. 5 seconds unless told.
    pub acquire_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            postgres_connections: 16,
            sqlite_readers: 8,
            busy_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
        }
    }
}
