//! A fresh, migrated store per test.

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::postgres::{self, TestDatabase};
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use tempfile::TempDir;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A file in a folder of its own.
    Sqlite,
    /// A database of its own.
    Postgres,
}

/// Where a test's store lives; deleted when this is dropped.
pub(crate) struct Home {
    pub(crate) url: String,
    _folder: Option<TempDir>,
    _database: Option<TestDatabase>,
}

impl Home {
    pub(crate) async fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/oneclaw.db", folder.path().display());
                Self {
                    url,
                    _folder: Some(folder),
                    _database: None,
                }
            }
            Kind::Postgres => Self::of(database(None).await),
        }
    }

    pub(crate) async fn migrated(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let home = Self::empty(kind).await;
                migrate(&home.url).await;
                home
            }
            Kind::Postgres => {
                let name = format!("store_{:016x}", schema_hash());
                let build = async |url: String| {
                    migrate(&url).await;
                    Ok::<(), Infallible>(())
                };
                let template = postgres::shared().template(&name, build).await.unwrap();
                Self::of(database(Some(template)).await)
            }
        }
    }

    fn of(database: TestDatabase) -> Self {
        Self {
            url: database.url().to_owned(),
            _folder: None,
            _database: Some(database),
        }
    }

    pub(crate) async fn open(&self) -> DieselStore {
        self.open_with(StoreOptions::default()).await
    }

    pub(crate) async fn open_with(&self, options: StoreOptions) -> DieselStore {
        DieselStore::open(&StoreUrl::parse(&self.url).unwrap(), options)
            .await
            .unwrap()
    }
}

async fn database(template: Option<String>) -> TestDatabase {
    let create = move || {
        postgres::shared()
            .create_database(template.as_deref())
            .unwrap()
    };
    tokio::task::spawn_blocking(create).await.unwrap()
}

async fn migrate(url: &str) {
    let store = DieselStore::open(&StoreUrl::parse(url).unwrap(), StoreOptions::default())
        .await
        .unwrap();
    store.migrate().await.unwrap();
    store.close().await;
}

/// A server that outlives the run keeps its templates, so their name changes with the schema.
fn schema_hash() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file.join("up.sql"))
            .unwrap()
            .hash(&mut hasher);
    }
    hasher.finish()
}
