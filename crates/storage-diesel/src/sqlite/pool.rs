//! The connections to one file.

use super::connect::Connector;
use super::lane::Lane;
use super::lease::SqliteLease;
use crate::{OpenError, StoreOptions};
use diesel::SqliteConnection;
use oneclaw_storage::StorageError;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// One writer, because with more of them a transaction that reads and then writes fails where it
/// could have waited; and readers that cannot write.
pub(crate) struct SqlitePool {
    connector: Connector,
    writer: Arc<Lane>,
    readers: Arc<Lane>,
    patience: Duration,
}

impl SqlitePool {
    /// Opens the file. Blocks.
    pub(crate) fn open(path: &Path, options: StoreOptions) -> Result<Self, OpenError> {
        let connector = Connector::prepare(path, options.busy_timeout)?;
        let writer = Lane::new(connector.clone(), true, 1);
        let first = connector
            .connect(true)
            .map_err(|error| connector.refused(&error))?;
        writer.give_back(first);
        let readers = Lane::new(connector.clone(), false, options.sqlite_readers.max(1));
        Ok(Self {
            connector,
            writer,
            readers,
            patience: options.acquire_timeout,
        })
    }

    pub(crate) async fn writer(&self) -> Result<SqliteLease, StorageError> {
        self.writer.acquire(self.patience).await
    }

    pub(crate) async fn reader(&self) -> Result<SqliteLease, StorageError> {
        self.readers.acquire(self.patience).await
    }

    /// A connection beside the pool's, for migrations. Blocks.
    pub(crate) fn connect(&self) -> Result<SqliteConnection, OpenError> {
        self.connector
            .connect(true)
            .map_err(|error| self.connector.refused(&error))
    }

    pub(crate) fn close(&self) {
        self.writer.close();
        self.readers.close();
    }
}
