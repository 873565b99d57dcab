//! Postgres: a bounded pool of connections.

mod connect;
mod lease;
mod live;
mod pool;

pub(crate) use lease::PostgresLease;
pub(crate) use pool::PostgresPool;
