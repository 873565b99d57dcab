//! Making the file and a connection to it.

use crate::OpenError;
use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, ConnectionResult, SqliteConnection};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// How to connect to one file.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    path: String,
    busy_timeout: Duration,
}

impl Connector {
    /// Makes the file, for its owner alone, where there is none. Its folder must be there.
    pub(super) fn prepare(path: &Path, busy_timeout: Duration) -> Result<Self, OpenError> {
        let refused = |reason: String| OpenError::File {
            path: path.display().to_string(),
            reason,
        };
        let text = path
            .to_str()
            .ok_or_else(|| refused("its name is not UTF-8".to_owned()))?;
        match OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
        {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(refused(error.to_string())),
        }
        Ok(Self {
            path: text.to_owned(),
            busy_timeout,
        })
    }

    /// Connects. WAL, so that readers and the writer do not wait for each other; FULL, so that what
    /// was committed survives a loss of power.
    pub(super) fn connect(&self, writes: bool) -> ConnectionResult<SqliteConnection> {
        let mut connection = SqliteConnection::establish(&self.path)?;
        let settings = format!(
            "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA query_only = {};",
            self.busy_timeout.as_millis(),
            if writes { "OFF" } else { "ON" },
        );
        connection
            .batch_execute(&settings)
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    pub(super) fn refused(&self, error: &ConnectionError) -> OpenError {
        OpenError::File {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}
