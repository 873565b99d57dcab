//! Why a store does not open.

use std::error::Error;

/// A store that cannot be opened or migrated. One line each, without credentials.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be made or opened.
    #[error("could not open the SQLite file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server cannot be reached, or does not let us in.
    #[error("could not connect to {server}: {reason}")]
    Connect {
        /// The server and the database.
        server: String,
        /// What it says.
        reason: String,
    },
    /// The store was migrated by a later version of this program.
    #[error(
        "the store's schema is newer than this program: it has migration {0}, which is not known here"
    )]
    SchemaNewer(String),
    /// A migration failed, and was rolled back.
    #[error("could not migrate the store: {0}")]
    Migration(#[source] Box<dyn Error + Send + Sync>),
}

impl OpenError {
    pub(crate) fn migration(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Migration(source.into())
    }
}
