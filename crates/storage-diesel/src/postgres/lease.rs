//! A connection on loan.

use diesel::QueryResult;
use diesel::result::Error;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::runtime::Handle;

/// What is known of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Between transactions.
    Idle,
    /// In a transaction that has not ended.
    Open,
    /// Dead, or in a state that is not known.
    Broken,
}

/// A connection that goes back into the pool when this is dropped, but never with an open
/// transaction: that is rolled back first, or the connection is closed.
pub(crate) struct PostgresLease {
    object: Option<Object<AsyncPgConnection>>,
    pool: Pool<AsyncPgConnection>,
    runtime: Handle,
    state: State,
}

impl PostgresLease {
    pub(super) fn new(
        object: Object<AsyncPgConnection>,
        pool: Pool<AsyncPgConnection>,
        runtime: Handle,
    ) -> Self {
        Self {
            object: Some(object),
            pool,
            runtime,
            state: State::Idle,
        }
    }

    /// The connection.
    pub(crate) fn connection(&mut self) -> QueryResult<&mut AsyncPgConnection> {
        self.object
            .as_deref_mut()
            .ok_or(Error::BrokenTransactionManager)
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&mut self) -> QueryResult<()> {
        // Open before the answer: a caller who goes away in between leaves it open.
        self.state = State::Open;
        self.connection()?.batch_execute("BEGIN").await
    }

    /// Commits; on disk when it returns.
    pub(crate) async fn commit(&mut self) -> QueryResult<()> {
        self.end("COMMIT").await
    }

    /// Rolls back, to go on with the same connection.
    pub(crate) async fn rollback(&mut self) -> QueryResult<()> {
        self.end("ROLLBACK").await
    }

    async fn end(&mut self, how: &str) -> QueryResult<()> {
        self.connection()?.batch_execute(how).await?;
        self.state = State::Idle;
        Ok(())
    }

    /// Says that the connection is of no more use. What else is idle was most likely cut with it.
    pub(crate) fn give_up(&mut self) {
        self.state = State::Broken;
        drop(self.pool.retain(|_, _| false));
    }
}

impl Drop for PostgresLease {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        match self.state {
            State::Idle => drop(object),
            State::Open => {
                let doubtful = Doubtful(Some(object));
                self.runtime.spawn(doubtful.roll_back());
            }
            State::Broken => drop(Doubtful(Some(object))),
        }
    }
}

/// A connection that must not go back into the pool as it is. Dropped, also by a runtime that
/// ends, it is closed, and the server rolls back.
struct Doubtful(Option<Object<AsyncPgConnection>>);

impl Doubtful {
    /// Rolls back, behind whatever statement still runs, and lets the connection go back.
    async fn roll_back(mut self) {
        if let Some(connection) = self.0.as_deref_mut()
            && connection.batch_execute("ROLLBACK").await.is_ok()
        {
            drop(self.0.take());
        }
    }
}

impl Drop for Doubtful {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::<AsyncPgConnection>::take(object));
        }
    }
}
