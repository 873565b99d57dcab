//! A batch on Postgres: four round trips, whatever its size.

use super::batch::{Wanted, admit, wanted};
use super::statements::{CountReads, InsertEvents};
use crate::audit::NewEvent;
use crate::error::is_retryable;
use crate::postgres::PostgresLease;
use crate::session::{Conn, Session};
use crate::types::StoredId;
use diesel_async::RunQueryDsl;
use oneclaw_storage::{Admission, JournalEntry, StorageError};
use std::collections::HashMap;

/// How often a batch is tried when the server asks for it (40001, 40P01).
const TRIES: usize = 3;
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
        self.insert_events(rows).await?;
        Ok(admissions)
    }

    async fn count_reads(
        &mut self,
        wanted: &[Wanted],
    ) -> Result<HashMap<StoredId, i64>, StorageError> {
        let count = CountReads {
            orgs: wanted.iter().map(|want| want.org).collect(),
            versions: wanted.iter().map(|want| want.version).collect(),
            reads: wanted.iter().map(|want| want.reads).collect(),
        };
        self.count();
        let counted = match self.postgres()?.connection() {
            Ok(connection) => count.get_results::<(StoredId, i64)>(connection).await,
            Err(error) => Err(error),
        };
        let rows = self.settle("secret_versions", counted)?;
        Ok(rows.into_iter().collect())
    }

    async fn insert_events(&mut self, rows: Vec<NewEvent>) -> Result<(), StorageError> {
        self.count();
        let inserted = match self.postgres()?.connection() {
            Ok(connection) => InsertEvents::of(rows).execute(connection).await,
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
