//! The cluster that tests share, whether it is ours or somebody's.

use std::{
    collections::HashSet,
    env,
    error::Error,
    sync::{Mutex, OnceLock, PoisonError},
};

use super::{PostgresError, TestDatabase, binaries::Binaries, server::Server, session};

/// Names the server to use instead of a throwaway one: a URL whose user may create databases.
pub const URL_VARIABLE: &str = "ONECLAW_TEST_DATABASE_URL";

/// A Postgres server for tests. If we started it, it is stopped and deleted when this is dropped, and
/// also when the process ends in any other way.
#[derive(Debug)]
pub struct Cluster {
    /// The maintenance database, from where others are created.
    url: String,
    /// Templates that this process knows to be there.
    templates: Mutex<HashSet<String>>,
    /// Held for its `Drop`; `None` if the server is not ours.
    _server: Option<Server>,
}

/// The cluster of this process, obtained by the first call and shared by all tests. Under
/// `with-postgres` it is the one that is shared by all processes.
///
/// # Panics
/// If there is none to be had, with the reason: a test that needs Postgres never passes without.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Result<Cluster, PostgresError>> = OnceLock::new();
    match SHARED.get_or_init(Cluster::obtain) {
        Ok(cluster) => cluster,
        Err(error) => panic!("{error}"),
    }
}

impl Cluster {
    /// Uses the server that [`URL_VARIABLE`] names; else starts a throwaway one from the binaries on
    /// this machine; else, as root on Debian, installs them first. Blocks until the server answers.
    ///
    /// # Errors
    /// [`PostgresError::NoServer`] says what is missing and how to mend it; the others, what failed.
    pub fn obtain() -> Result<Self, PostgresError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "tests are configured by this one variable"
        )]
        match env::var(URL_VARIABLE) {
            Ok(url) if !url.is_empty() => {
                session::execute(&url, "connect", "")
                    .map_err(|error| PostgresError::Named(Box::new(error)))?;
                Ok(Self::new(url, None))
            }
            _ => Self::start(),
        }
    }

    /// Starts a throwaway server even where [`URL_VARIABLE`] names another.
    ///
    /// # Errors
    /// As [`Cluster::obtain`].
    pub fn start() -> Result<Self, PostgresError> {
        Self::started(false)
    }

    /// Starts a throwaway server that writes through to the disk, for measurements.
    ///
    /// # Errors
    /// As [`Cluster::obtain`].
    pub fn start_durable() -> Result<Self, PostgresError> {
        Self::started(true)
    }

    fn started(durable: bool) -> Result<Self, PostgresError> {
        let server = Server::start(&Binaries::obtain()?, durable)?;
        Ok(Self::new(server.url(), Some(server)))
    }

    fn new(url: String, server: Option<Server>) -> Self {
        Self {
            url,
            templates: Mutex::default(),
            _server: server,
        }
    }

    /// The URL of the database of that name, which need not exist.
    pub fn url(&self, database: &str) -> String {
        with_database(&self.url, database)
    }

    /// The URL of the maintenance database, as [`URL_VARIABLE`] takes it.
    pub fn maintenance_url(&self) -> &str {
        &self.url
    }

    /// Creates a database, empty or as a copy of a template. Blocks for the time of one
    /// `CREATE DATABASE` (tens of milliseconds), inside a runtime as well.
    ///
    /// # Errors
    /// [`PostgresError::Sql`] if the server refuses.
    pub fn create_database(&self, template: Option<&str>) -> Result<TestDatabase, PostgresError> {
        TestDatabase::create(&self.url, |name| self.url(name), template)
    }

    /// The template database of that name, for [`Cluster::create_database`]; `build` gets the URL of an
    /// empty database and fills it, once per cluster, however many processes ask at once. It must have
    /// closed its connections when it returns. A server that outlives the run keeps its templates, so
    /// `name` must change with what `build` does: put a hash of the migrations into it.
    ///
    /// # Errors
    /// [`PostgresError::TemplateName`], [`PostgresError::Template`] if `build` fails, or
    /// [`PostgresError::Sql`].
    pub async fn template<B, E>(&self, name: &str, build: B) -> Result<String, PostgresError>
    where
        B: AsyncFnOnce(String) -> Result<(), E>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || name.len() > 40 || !name.chars().all(valid) {
            return Err(PostgresError::TemplateName(name.to_owned()));
        }
        let template = format!("testkit_template_{name}");
        if !self.known().contains(&template) {
            self.ensure(&template, build).await?;
            self.known().insert(template.clone());
        }
        Ok(template)
    }

    /// Builds the template unless it is there. The lock goes with the session, so that a process that
    /// dies here leaves no lock, only a half-built database that the next one replaces.
    async fn ensure<B, E>(&self, template: &str, build: B) -> Result<(), PostgresError>
    where
        B: AsyncFnOnce(String) -> Result<(), E>,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let client = session::open(&self.url).await?;
        let failed = || PostgresError::sql("build a template database");
        client
            .execute(
                "SELECT pg_advisory_lock(hashtextextended($1, 0))",
                &[&template],
            )
            .await
            .map_err(failed())?;
        let found = client
            .query_opt("SELECT FROM pg_database WHERE datname = $1", &[&template])
            .await
            .map_err(failed())?;
        if found.is_some() {
            return Ok(());
        }
        let draft = format!("{template}_draft");
        for sql in [
            format!(r#"DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)"#),
            format!(r#"CREATE DATABASE "{draft}" TEMPLATE template0"#),
        ] {
            client.batch_execute(&sql).await.map_err(failed())?;
        }
        build(self.url(&draft))
            .await
            .map_err(|error| PostgresError::Template {
                name: template.to_owned(),
                source: error.into(),
            })?;
        for sql in [
            // Nobody may connect to a database while it is being copied.
            format!(r#"ALTER DATABASE "{draft}" ALLOW_CONNECTIONS false"#),
            format!(r#"ALTER DATABASE "{draft}" RENAME TO "{template}""#),
        ] {
            client.batch_execute(&sql).await.map_err(failed())?;
        }
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same server and parameters, another database.
fn with_database(url: &str, database: &str) -> String {
    let (base, parameters) = match url.split_once('?') {
        Some((base, parameters)) => (base, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let authority = base.find("://").map_or(0, |at| at + 3);
    let end = base
        .get(authority..)
        .and_then(|rest| rest.find('/'))
        .map_or(base.len(), |at| authority + at);
    let server = base.get(..end).unwrap_or(base);
    format!("{server}/{database}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_in_a_url_is_replaced() {
        for (url, expected) in [
            (
                "postgres://me@127.0.0.1:5/postgres",
                "postgres://me@127.0.0.1:5/x",
            ),
            ("postgres://me:a%2Fb@db", "postgres://me:a%2Fb@db/x"),
            (
                "postgresql://me@db/?host=/run&a=b",
                "postgresql://me@db/x?host=/run&a=b",
            ),
        ] {
            assert_eq!(with_database(url, "x"), expected);
        }
    }
}
