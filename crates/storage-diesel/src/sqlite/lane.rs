//! Connections of one kind, and the queue for them.

use super::connect::Connector;
use super::lease::SqliteLease;
use diesel::SqliteConnection;
use oneclaw_storage::StorageError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// At most so many connections, made when first needed.
pub(super) struct Lane {
    connector: Connector,
    writes: bool,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Lane {
    pub(super) fn new(connector: Connector, writes: bool, size: usize) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(size));
        Arc::new(Self {
            connector,
            writes,
            permits,
            idle: Mutex::default(),
        })
    }

    /// Waits for a connection, first come, first served.
    pub(super) async fn acquire(
        self: &Arc<Self>,
        patience: Duration,
    ) -> Result<SqliteLease, StorageError> {
        let permit = self.permit(patience).await?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(SqliteLease::new(connection, Arc::clone(self), permit))
    }

    async fn permit(&self, patience: Duration) -> Result<OwnedSemaphorePermit, StorageError> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let queued = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(patience, queued).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(StorageError::Unavailable("the store was closed".into())),
            Err(_) => Err(StorageError::Unavailable(
                "no connection came free in time".into(),
            )),
        }
    }

    async fn connect(self: &Arc<Self>) -> Result<SqliteConnection, StorageError> {
        let lane = Arc::clone(self);
        let connected =
            tokio::task::spawn_blocking(move || lane.connector.connect(lane.writes)).await;
        match connected {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(StorageError::Unavailable(Box::new(error))),
            Err(error) => Err(StorageError::Unavailable(Box::new(error))),
        }
    }

    /// Takes a connection back.
    pub(super) fn give_back(&self, connection: SqliteConnection) {
        if !self.permits.is_closed() {
            self.idle().push(connection);
        }
    }

    /// Lets nobody wait any more, and closes what is idle.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
