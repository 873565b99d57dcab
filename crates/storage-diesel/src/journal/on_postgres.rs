//! A batch on Postgres: four round trips, whatever its size, and three more where shares are read.

use super::batch::{Admitted, Left, Wanted, admit, left_of, shares_of, wanted};
use super::statements::{CountReads, CountShares, CountVersions, InsertEvents, LockLeft};
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
        let shares = shares_of(batch);
        let admitted = if wanted.is_empty() {
            admit(batch, Left::default())
        } else if shares.is_empty() {
            let versions = self.count_reads(&wanted).await?;
            admit(
                batch,
                Left {
                    versions,
                    ..Left::default()
                },
            )
        } else {
            let versions = wanted.iter().map(|want| (want.version, want.org));
            let left = Left {
                versions: self.lock_left(LockLeft::versions(versions)).await?,
                shares: self.lock_left(LockLeft::shares(shares)).await?,
            };
            let admitted = admit(batch, left);
            self.count_taken(&admitted).await?;
            admitted
        };
        self.insert_events(admitted.rows).await?;
        Ok(admitted.admissions)
    }

    async fn lock_left(&mut self, lock: LockLeft) -> Result<HashMap<StoredId, i64>, StorageError> {
        self.count();
        let table = lock.table;
        let locked = match self.postgres()?.connection() {
            Ok(connection) => {
                lock.get_results::<(StoredId, Option<i64>)>(connection)
                    .await
            }
            Err(error) => Err(error),
        };
        let rows = self.settle(table, locked)?.into_iter();
        Ok(rows.map(|(id, left)| (id, left_of(left))).collect())
    }

    /// Both counters in one transaction, whose rows are locked.
    async fn count_taken(&mut self, admitted: &Admitted) -> Result<(), StorageError> {
        self.count();
        let counted = match self.postgres()?.connection() {
            Ok(connection) => {
                let versions = CountVersions::of(&admitted.versions);
                versions.execute(connection).await
            }
            Err(error) => Err(error),
        };
        self.settle("secret_versions", counted)?;
        self.count();
        let counted = match self.postgres()?.connection() {
            Ok(connection) => {
                let shares = CountShares::of(&admitted.shares);
                shares.execute(connection).await
            }
            Err(error) => Err(error),
        };
        self.settle("shares", counted).map(|_| ())
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
