//! Which store a test runs on, and a fresh database on it.

use crate::postgres::{self, TestDatabase};
use oneclaw_services::Store;
use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A kind of store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoreKind {
    /// Embedded SQLite, in a folder of its own.
    Sqlite,
    /// A database of its own in the shared Postgres.
    Postgres,
}

/// A fresh, migrated database, deleted when it is dropped.
pub struct TestStore {
    folder: TempDir,
    url: StoreUrl,
    /// Dropped last, when no connection is left.
    database: Option<TestDatabase>,
}

impl TestStore {
    /// Makes one.
    ///
    /// # Panics
    /// The store cannot be made: the message says what is missing.
    pub async fn create(kind: StoreKind) -> Self {
        let folder =
            tempfile::tempdir().unwrap_or_else(|error| panic!("no temporary folder: {error}"));
        let (url, database) = match kind {
            StoreKind::Sqlite => {
                let url = StoreUrl::Sqlite(folder.path().join("oneclaw.db"));
                migrate(&url).await;
                (url, None)
            }
            StoreKind::Postgres => {
                let database = clone_template().await;
                let url = parse(database.url());
                (url, Some(database))
            }
        };
        Self {
            folder,
            url,
            database,
        }
    }

    /// Where it is.
    pub const fn url(&self) -> &StoreUrl {
        &self.url
    }

    /// The URL as a server is told it.
    pub fn url_text(&self) -> String {
        match (&self.url, &self.database) {
            (_, Some(database)) => database.url().to_owned(),
            (StoreUrl::Sqlite(path), None) => format!("sqlite://{}", path.display()),
            (StoreUrl::Postgres(_), None) => String::new(),
        }
    }

    /// A folder for the test's own files, the master key among them.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Opens it, as one more instance would.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn open(&self) -> DieselStore {
        self.open_with(StoreOptions::default()).await
    }

    /// Opens it with options.
    ///
    /// # Panics
    /// It cannot be opened.
    pub async fn open_with(&self, options: StoreOptions) -> DieselStore {
        DieselStore::open(&self.url, options)
            .await
            .unwrap_or_else(|error| panic!("could not open the test store: {error}"))
    }

    /// Keeps everybody else from a table until what this gives is dropped. `SQLite` knows no such
    /// lock: there, nobody else writes to the file.
    ///
    /// # Panics
    /// The store is not there, or there is no such table.
    pub async fn hold(&self, table: &str) -> impl Send + use<> {
        let Some(database) = &self.database else {
            let store = self.open().await;
            let unit = Store::begin(&store).await;
            let unit = unit.unwrap_or_else(|error| panic!("the file is held already: {error}"));
            return (Some((unit, store)), None);
        };
        let (client, connection) = tokio_postgres::connect(database.url(), tokio_postgres::NoTls)
            .await
            .unwrap_or_else(|error| panic!("could not connect to the test store: {error}"));
        tokio::spawn(connection);
        client
            .batch_execute(&format!(
                "BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"
            ))
            .await
            .unwrap_or_else(|error| panic!("could not hold {table}: {error}"));
        (None, Some(client))
    }
}

fn parse(url: &str) -> StoreUrl {
    StoreUrl::parse(url).unwrap_or_else(|error| panic!("the test store's URL: {error}"))
}

async fn migrate(url: &StoreUrl) {
    let store = DieselStore::open(url, StoreOptions::default())
        .await
        .unwrap_or_else(|error| panic!("could not open the test store: {error}"));
    let _applied = store
        .migrate()
        .await
        .unwrap_or_else(|error| panic!("could not migrate: {error}"));
    store.close().await;
}

async fn clone_template() -> TestDatabase {
    let cluster = tokio::task::spawn_blocking(postgres::shared)
        .await
        .unwrap_or_else(|error| panic!("no test Postgres: {error}"));
    let name = format!("oneclaw_{:016x}", migrations_hash());
    let template = cluster
        .template(&name, async |url: String| {
            migrate(&parse(&url)).await;
            Ok::<(), std::convert::Infallible>(())
        })
        .await
        .unwrap_or_else(|error| panic!("could not make the template database: {error}"));
    let clone = move || cluster.create_database(Some(&template));
    match tokio::task::spawn_blocking(clone).await {
        Ok(Ok(database)) => database,
        Ok(Err(error)) => panic!("could not clone the template database: {error}"),
        Err(error) => panic!("could not clone the template database: {error}"),
    }
}

/// Changes with every migration's text, so that a long-lived test server never serves an old
/// template.
fn migrations_hash() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path().join("up.sql")))
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish()
}
