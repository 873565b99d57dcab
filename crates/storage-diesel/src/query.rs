//! The leaf of every query: one expression, run on whichever connection there is.

use oneclaw_domain::PageSize;

/// One row more than the page, which tells whether there are more.
pub(crate) fn one_more(size: PageSize) -> i64 {
    i64::try_from(size.get())
        .unwrap_or(i64::MAX)
        .saturating_add(1)
}

/// Runs a query by one method of `RunQueryDsl`. With two queries, the first is SQLite's.
macro_rules! run {
    ($session:expr, $method:ident, $sqlite:expr, $postgres:expr) => {{
        let session: &mut $crate::session::Session = &mut *$session;
        $crate::session::Session::count(session);
        match &mut session.conn {
            $crate::session::Conn::Sqlite(lease) => match lease.connection() {
                Ok(connection) => diesel::RunQueryDsl::$method($sqlite, connection),
                Err(error) => Err(error),
            },
            $crate::session::Conn::Postgres(lease) => match lease.connection() {
                Ok(connection) => diesel_async::RunQueryDsl::$method($postgres, connection).await,
                Err(error) => Err(error),
            },
        }
    }};
}

/// How many rows a statement changed.
macro_rules! execute {
    ($session:expr, $table:literal, $query:expr) => {{
        let outcome = $crate::query::run!($session, execute, $query, $query);
        $session.settle($table, outcome)
    }};
}

/// All rows of a bounded query.
macro_rules! load {
    ($session:expr, $table:literal, $query:expr) => {{
        let outcome = $crate::query::run!($session, get_results, $query, $query);
        $session.settle($table, outcome)
    }};
}

/// The one row that there always is.
macro_rules! fetch {
    ($session:expr, $table:literal, $query:expr) => {{
        let outcome = $crate::query::run!($session, get_result, $query, $query);
        $session.settle($table, outcome)
    }};
}

/// The one row, or none. `for $lock` locks it on Postgres; on SQLite the unit of work holds the only
/// right to write from its beginning.
macro_rules! find {
    ($session:expr, $table:literal, $query:expr) => {{
        let outcome = $crate::query::run!($session, get_result, $query, $query);
        $session.settle_optional($table, outcome)
    }};
    ($session:expr, $table:literal, $query:expr, $lock:ident) => {{
        let outcome = $crate::query::run!($session, get_result, $query, ($query).$lock());
        $session.settle_optional($table, outcome)
    }};
}

pub(crate) use {execute, fetch, find, load, run};
