//! A batch on Postgres: four round trips, whatever its size.

use super::batch::{Wanted, admit, wanted};
use crate::audit::NewEvent;
use crate::error::is_retryable;
use crate::postgres::PostgresLease;
use crate::schema::audit_events;
use crate::session::{Conn, Session};
use crate::types::{StoredId, sql};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt};
use diesel_async::RunQueryDsl;
use oneclaw_storage::{Admission, JournalEntry, StorageError};
use std::collections::HashMap;

/// How often a batch is tried when the server asks for it (40001, 40P01).
const TRIES: usize = 3;
/// Most rows of one INSERT: Postgres takes 65,535 parameters, and a row has 12.
const ROWS_PER_INSERT: usize = 4096;

/// Locks the versions in the order of their ids, grants what their maximum allows, and counts it.
/// A row that somebody else counted meanwhile is read again after the wait.
const COUNT: &str = "\
    WITH wanted AS (SELECT * FROM unnest($1, $2, $3) AS w (org_id, id, reads)), \
    locked AS (\
        SELECT v.id, CASE WHEN v.max_access_count IS NULL THEN w.reads \
            ELSE GREATEST(LEAST(w.reads, v.max_access_count - v.access_count), 0) END AS granted \
        FROM secret_versions v JOIN wanted w ON v.id = w.id AND v.org_id = w.org_id \
        ORDER BY v.id FOR NO KEY UPDATE OF v) \
    UPDATE secret_versions v SET access_count = v.access_count + l.granted \
    FROM locked l WHERE v.id = l.id RETURNING v.id, l.granted";

#[derive(Debug, QueryableByName)]
struct Granted {
    #[diesel(sql_type = sql::Id)]
    id: StoredId,
    #[diesel(sql_type = BigInt)]
    granted: i64,
}

impl Session {
    /// Writes a batch and commits it.
    pub(crate) async fn append_on_postgres(
        mut self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        self = self.begin().await?;
        let mut tries = 1;
        loop {
            match self.write_batch(batch).await {
                Ok(admissions) => {
                    self.commit().await?;
                    return Ok(admissions);
                }
                Err(error) if tries < TRIES && is_retryable(&error) => {
                    tries += 1;
                    self = self.restart().await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn write_batch(
        &mut self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        let wanted = wanted(batch);
        let granted = if wanted.is_empty() {
            HashMap::new()
        } else {
            self.count_reads(&wanted).await?
        };
        let (admissions, rows) = admit(batch, granted);
        for rows in rows.chunks(ROWS_PER_INSERT) {
            self.insert_events(rows).await?;
        }
        Ok(admissions)
    }

    async fn count_reads(
        &mut self,
        wanted: &[Wanted],
    ) -> Result<HashMap<StoredId, i64>, StorageError> {
        let orgs: Vec<StoredId> = wanted.iter().map(|want| want.org).collect();
        let versions: Vec<StoredId> = wanted.iter().map(|want| want.version).collect();
        let reads: Vec<i64> = wanted.iter().map(|want| want.reads).collect();
        self.count();
        let counted = match self.postgres()?.connection() {
            Ok(connection) => {
                diesel::sql_query(COUNT)
                    .bind::<Array<sql::Id>, _>(orgs)
                    .bind::<Array<sql::Id>, _>(versions)
                    .bind::<Array<BigInt>, _>(reads)
                    .get_results::<Granted>(connection)
                    .await
            }
            Err(error) => Err(error),
        };
        let rows = self.settle("secret_versions", counted)?;
        Ok(rows.into_iter().map(|row| (row.id, row.granted)).collect())
    }

    async fn insert_events(&mut self, rows: &[NewEvent]) -> Result<(), StorageError> {
        self.count();
        let inserted = match self.postgres()?.connection() {
            Ok(connection) => {
                diesel::insert_into(audit_events::table)
                    .values(rows)
                    .execute(connection)
                    .await
            }
            Err(error) => Err(error),
        };
        self.settle("audit_events", inserted).map(|_| ())
    }

    fn postgres(&mut self) -> Result<&mut PostgresLease, StorageError> {
        match &mut self.conn {
            Conn::Postgres(lease) => Ok(lease),
            Conn::Sqlite(_) => Err(StorageError::Backend("not a connection to Postgres".into())),
        }
    }
}
