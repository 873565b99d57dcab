//! Embedded SQLite: one connection that writes, several that read.

mod connect;
mod lane;
mod lease;
mod pool;

pub(crate) use lease::SqliteLease;
pub(crate) use pool::SqlitePool;
