//! A connection in use, whichever store it leads to.

use crate::books::Books;
use crate::counters::Counters;
use crate::error::{breaks_connection, failure};
use crate::postgres::PostgresLease;
use crate::sqlite::SqliteLease;
use diesel::QueryResult;
use diesel::result::Error;
use oneclaw_storage::StorageError;
use std::sync::Arc;

/// A connection of either kind.
pub(crate) enum Conn {
    /// To the embedded store. Statements run in place: they take microseconds.
    Sqlite(SqliteLease),
    /// To a server.
    Postgres(Box<PostgresLease>),
}

/// What a session may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// Read, a statement at a time.
    Read,
    /// Change something.
    Write,
    /// Write the journal, whose commits and events are counted instead of its statements.
    Journal,
}

/// A connection in use. Every repository trait is implemented on this one struct; which of them a
/// caller sees depends on whether they hold a reader or a unit of work.
pub(crate) struct Session {
    pub(crate) conn: Conn,
    pub(crate) books: Arc<Books>,
    counters: Arc<Counters>,
    purpose: Purpose,
    failed: bool,
}

impl Session {
    pub(crate) fn new(
        conn: Conn,
        books: Arc<Books>,
        counters: Arc<Counters>,
        purpose: Purpose,
    ) -> Self {
        Self {
            conn,
            books,
            counters,
            purpose,
            failed: false,
        }
    }

    /// Counts a round trip that is about to be made.
    pub(crate) fn count(&self) {
        match self.purpose {
            Purpose::Read => self.counters.read(),
            Purpose::Write => self.counters.write(),
            Purpose::Journal => {}
        }
    }

    /// What a statement on `table` came to.
    pub(crate) fn settle<T>(
        &mut self,
        table: &str,
        outcome: QueryResult<T>,
    ) -> Result<T, StorageError> {
        outcome.map_err(|error| {
            self.failed = true;
            if breaks_connection(&error)
                && let Conn::Postgres(lease) = &mut self.conn
            {
                lease.give_up();
            }
            failure(table, error)
        })
    }

    /// As [`Session::settle`]; no row is not a failure.
    pub(crate) fn settle_optional<T>(
        &mut self,
        table: &str,
        outcome: QueryResult<T>,
    ) -> Result<Option<T>, StorageError> {
        match outcome {
            Err(Error::NotFound) => Ok(None),
            other => self.settle(table, other.map(Some)),
        }
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(mut self) -> Result<Self, StorageError> {
        self.count();
        match self.conn {
            Conn::Sqlite(lease) => match lease.begin().await {
                Ok(lease) => Ok(Self {
                    conn: Conn::Sqlite(lease),
                    ..self
                }),
                Err(error) => Err(failure("BEGIN", error)),
            },
            Conn::Postgres(ref mut lease) => {
                let begun = lease.begin().await;
                self.settle("BEGIN", begun)?;
                Ok(self)
            }
        }
    }

    /// Begins on SQLite, on a thread that may wait.
    pub(crate) fn begin_here(&mut self) -> Result<(), StorageError> {
        let begun = match &mut self.conn {
            Conn::Sqlite(lease) => lease.begin_here(),
            Conn::Postgres(_) => Err(Error::BrokenTransactionManager),
        };
        self.settle("BEGIN", begun)
    }

    /// Commits on SQLite, on a thread that may wait.
    pub(crate) fn commit_here(&mut self) -> Result<(), StorageError> {
        let committed = match &mut self.conn {
            Conn::Sqlite(lease) => lease.commit_here(),
            Conn::Postgres(_) => Err(Error::BrokenTransactionManager),
        };
        self.settle("COMMIT", committed)
    }

    /// Commits; on disk when it returns. Refuses if a statement failed, because Postgres would
    /// answer such a commit with a rollback that looks like success.
    pub(crate) async fn commit(mut self) -> Result<(), StorageError> {
        if self.failed {
            return Err(StorageError::Backend(
                "a statement of this unit of work failed".into(),
            ));
        }
        self.count();
        match self.conn {
            Conn::Sqlite(lease) => match lease.commit().await {
                Ok(_) => Ok(()),
                Err(error) => Err(failure("COMMIT", error)),
            },
            Conn::Postgres(ref mut lease) => {
                let committed = lease.commit().await;
                self.settle("COMMIT", committed)
            }
        }
    }

    /// Rolls a failed transaction back, so that it can be tried again on the same connection.
    pub(crate) async fn restart(mut self) -> Result<Self, StorageError> {
        if let Conn::Postgres(lease) = &mut self.conn {
            let ended = lease.rollback().await;
            self.settle("ROLLBACK", ended)?;
        }
        self.failed = false;
        self.begin().await
    }
}
