//! A throwaway Postgres: one cluster per run, one database per test, nothing left behind. Postgres 15 or newer.
//!
//! ```no_run
//! # async fn example() -> Result<(), oneclaw_testkit::postgres::PostgresError> {
//! use oneclaw_testkit::postgres;
//!
//! let cluster = postgres::shared();
//! let template = cluster
//!     .template("app_3f9a", async |url| migrate(&url).await)
//!     .await?;
//! let database = cluster.create_database(Some(&template))?;
//! connect(database.url()).await;
//! # Ok(())
//! # }
//! # async fn migrate(_: &str) -> Result<(), std::io::Error> { Ok(()) }
//! # async fn connect(_: &str) {}
//! ```

mod binaries;
mod cluster;
mod database;
mod error;
mod server;
mod session;

pub use cluster::{Cluster, URL_VARIABLE, shared};
pub use database::TestDatabase;
pub use error::PostgresError;
