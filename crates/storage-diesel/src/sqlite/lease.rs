//! A connection on loan.

use super::lane::Lane;
use diesel::connection::SimpleConnection;
use diesel::result::Error;
use diesel::{QueryResult, SqliteConnection};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A connection that goes back where it came from when this is dropped, never with an open
/// transaction.
pub(crate) struct SqliteLease {
    connection: Option<SqliteConnection>,
    lane: Arc<Lane>,
    in_transaction: bool,
    _permit: OwnedSemaphorePermit,
}

impl SqliteLease {
    pub(super) fn new(
        connection: SqliteConnection,
        lane: Arc<Lane>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            connection: Some(connection),
            lane,
            in_transaction: false,
            _permit: permit,
        }
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> QueryResult<&mut SqliteConnection> {
        self.connection
            .as_mut()
            .ok_or(Error::BrokenTransactionManager)
    }

    /// Begins to write. Waits for other processes, so it runs where waiting is allowed.
    pub(crate) async fn begin(self) -> QueryResult<Self> {
        self.blocking(Self::begin_here)
            .await
            .map(|(lease, ())| lease)
    }

    /// Commits, and waits for the disk. If the caller is gone meanwhile, the commit still happens.
    pub(crate) async fn commit(self) -> QueryResult<Self> {
        self.blocking(Self::commit_here)
            .await
            .map(|(lease, ())| lease)
    }

    /// Does something that takes long on a thread for that. The lease is never lost: it comes back,
    /// or is dropped there.
    pub(crate) async fn blocking<T: Send + 'static>(
        mut self,
        work: impl FnOnce(&mut Self) -> QueryResult<T> + Send + 'static,
    ) -> QueryResult<(Self, T)> {
        let task = tokio::task::spawn_blocking(move || work(&mut self).map(|made| (self, made)));
        task.await
            .unwrap_or_else(|error| Err(Error::QueryBuilderError(Box::new(error))))
    }

    pub(crate) fn begin_here(&mut self) -> QueryResult<()> {
        self.connection()?.batch_execute("BEGIN IMMEDIATE")?;
        self.in_transaction = true;
        Ok(())
    }

    pub(crate) fn commit_here(&mut self) -> QueryResult<()> {
        self.connection()?.batch_execute("COMMIT")?;
        self.in_transaction = false;
        Ok(())
    }
}

impl Drop for SqliteLease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        // A connection that cannot roll back is closed instead, which rolls back.
        if !self.in_transaction || connection.batch_execute("ROLLBACK").is_ok() {
            self.lane.give_back(connection);
        }
    }
}
