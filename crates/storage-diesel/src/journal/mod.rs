//! The journal: audit events and counted reads, many in one commit.

mod batch;
mod on_postgres;
mod on_sqlite;
mod statements;
