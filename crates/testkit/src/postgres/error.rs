//! What can go wrong between a test and its database.

use std::{error::Error, io};

/// Why there is no cluster, or no database on it.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server binaries, and no way to install them here.
    #[error(
        "no Postgres server: looked for `initdb` and `postgres` in PATH, in `pg_config --bindir` and in \
         /usr/lib/postgresql/*/bin, and could not install them ({reason}); install the Debian package \
         `postgresql`, or set {variable} to the URL of a server whose user may create databases",
        variable = super::URL_VARIABLE
    )]
    NoServer {
        /// Why they could not be installed.
        reason: String,
    },
    /// The server that the caller named does not answer, or not to that user.
    #[error("cannot use the server that {variable} names: {0}", variable = super::URL_VARIABLE)]
    Named(Box<PostgresError>),
    /// A program that was started failed; `output` is what it said.
    #[error("{program} failed: {output}")]
    Program {
        /// The program's name.
        program: String,
        /// The end of its output, or why it could not be started.
        output: String,
    },
    /// The server was started and does not answer; `log` is the end of its log.
    #[error("the postgres server did not come up: {log}")]
    NotReady {
        /// The end of the server's log.
        log: String,
    },
    /// A name that is not `[a-z0-9_]{1,40}`.
    #[error("template name {0:?} is not 1 to 40 characters of a-z, 0-9 and _")]
    TemplateName(String),
    /// The caller's code that fills a template failed.
    #[error("could not build the template database {name}: {}", chain(.source.as_ref()))]
    Template {
        /// The template that was being built.
        name: String,
        /// What the caller's code returned.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server refused a statement or a connection.
    #[error("could not {doing}: {}", chain(.source))]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// Files or processes could not be used.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl PostgresError {
    /// For `map_err`: a failed system call while `doing` something.
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    /// For `map_err`: a refused statement while `doing` something.
    pub(super) fn sql(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Sql { doing, source }
    }
}

/// The error and its causes in one line: a failing test prints only the outermost message.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
