//! The storage contract on Postgres and on embedded SQLite, by diesel.
//!
//! Owns SQL, connections, migrations and what the two stores do differently: each query is written
//! once and runs on both. Must never know why a caller was let in, what a sealed value holds, or
//! how anything is shown.

mod access;
mod agents;
mod api_keys;
mod attempts;
mod audit;
mod audit_reads;
mod audit_rows;
mod billing;
mod books;
mod chains;
mod cmek;
mod counters;
mod devices;
mod enrollments;
mod error;
mod export;
mod identities;
mod installation;
mod invites;
mod ip_rules;
mod journal;
mod keys;
mod leases;
mod members;
mod migrations;
mod open_error;
mod options;
mod orgs;
mod outbox;
mod policies;
mod postgres;
mod proofs;
mod query;
#[cfg(feature = "raw-sql")]
mod raw_sql;
mod reader;
mod schema;
mod second_factors;
mod secrets;
mod session;
mod sessions;
mod shares;
mod signups;
mod sqlite;
mod store;
mod store_url;
mod sweep;
mod tx;
mod types;
mod usage;
mod users;
mod vaults;

pub use open_error::OpenError;
pub use options::StoreOptions;
pub use store::DieselStore;
pub use store_url::{InvalidStoreUrl, SecretUrl, StoreUrl};
