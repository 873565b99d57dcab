//! Applying migrations. Everything here blocks: it runs on threads that may.

use super::embedded::{POSTGRES, SQLITE, lacking};
use crate::OpenError;
use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::MigrationHarness;

/// Lets others read which migrations there are, and none apply one.
const EXCLUSIVE: &str = "LOCK TABLE __diesel_schema_migrations IN SHARE ROW EXCLUSIVE MODE";
const APPLIED: &str = "SELECT version FROM __diesel_schema_migrations ORDER BY version";

type Postgres = AsyncConnectionWrapper<AsyncPgConnection>;

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

fn versions(rows: QueryResult<Vec<Version>>) -> Result<Vec<String>, OpenError> {
    let rows = rows.map_err(OpenError::migration)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// What a Postgres store lacks. Writes nothing.
pub(crate) fn pending_on_postgres(connection: &mut Postgres) -> Result<Vec<String>, OpenError> {
    let table: Found =
        sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS found")
            .get_result(connection)
            .map_err(OpenError::migration)?;
    let applied = if table.found {
        versions(sql_query(APPLIED).load(connection))?
    } else {
        Vec::new()
    };
    lacking::<Pg>(&POSTGRES, &applied)
}

/// What a SQLite store lacks. Writes nothing.
pub(crate) fn pending_on_sqlite(
    connection: &mut SqliteConnection,
) -> Result<Vec<String>, OpenError> {
    let table: Found = sql_query(
        "SELECT count(*) > 0 AS found FROM sqlite_master WHERE name = '__diesel_schema_migrations'",
    )
    .get_result(connection)
    .map_err(OpenError::migration)?;
    let applied = if table.found {
        versions(sql_query(APPLIED).load(connection))?
    } else {
        Vec::new()
    };
    lacking::<Sqlite>(&SQLITE, &applied)
}

/// Applies what a Postgres store lacks, all in one transaction that keeps other processes out.
pub(crate) fn apply_to_postgres(connection: &mut Postgres) -> Result<Vec<String>, OpenError> {
    connection.batch_execute("SET statement_timeout = 0; SET lock_timeout = '60s'")?;
    // Of two processes that make the table of migrations at once, one fails, and then finds it.
    if connection.applied_migrations().is_err() {
        connection
            .applied_migrations()
            .map_err(OpenError::Migration)?;
    }
    connection.transaction(|connection| {
        connection.batch_execute(EXCLUSIVE)?;
        let pending = pending_on_postgres(connection)?;
        if !pending.is_empty() {
            connection
                .run_pending_migrations(POSTGRES)
                .map_err(OpenError::Migration)?;
        }
        Ok(pending)
    })
}

/// Applies what a SQLite store lacks, all in one transaction that keeps other processes out.
pub(crate) fn apply_to_sqlite(connection: &mut SqliteConnection) -> Result<Vec<String>, OpenError> {
    connection.immediate_transaction(|connection| {
        let pending = pending_on_sqlite(connection)?;
        if !pending.is_empty() {
            connection
                .run_pending_migrations(SQLITE)
                .map_err(OpenError::Migration)?;
        }
        Ok(pending)
    })
}

impl From<diesel::result::Error> for OpenError {
    fn from(error: diesel::result::Error) -> Self {
        Self::migration(error)
    }
}
