//! What the storage contract promises, held on both stores, and what each of the two adds.
//!
//! One binary: each behaviour is written once, against `dyn Store`, and runs on both.

mod contract;
mod home;
mod on_postgres;
mod on_sqlite;
mod timing;
mod world;
