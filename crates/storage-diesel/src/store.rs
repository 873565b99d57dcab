//! The store.

use crate::books::Books;
use crate::counters::Counters;
use crate::migrations::{
    apply_to_postgres, apply_to_sqlite, pending_on_postgres, pending_on_sqlite,
};
use crate::postgres::PostgresPool;
use crate::reader::DieselReader;
use crate::session::{Conn, Purpose, Session};
use crate::sqlite::SqlitePool;
use crate::tx::DieselTx;
use crate::{OpenError, StoreOptions, StoreUrl};
use async_trait::async_trait;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use oneclaw_domain::{MailId, OrgId, Quota, Timestamp};
use oneclaw_storage::{
    Admission, AttemptKey, Attempts, ClaimedMail, JournalEntry, MailOutcome, Reader, Stale,
    StorageError, Store, StoreStatistics, Tx,
};
use std::sync::Arc;
use uuid::Uuid;

/// A store on Postgres or on SQLite. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct DieselStore {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool,
    books: Arc<Books>,
    counters: Arc<Counters>,
    name: String,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(Box<PostgresPool>),
}

impl DieselStore {
    /// Opens a store and connects to it. A SQLite file that is missing is made, for its owner alone,
    /// in a folder that must exist. Connections to Postgres are driven by the runtime that this is
    /// called on, so it must outlive the store's use.
    ///
    /// # Errors
    /// [`OpenError`]; among others for a store whose schema is newer than this program.
    pub async fn open(url: &StoreUrl, options: StoreOptions) -> Result<Self, OpenError> {
        let pool = match url {
            StoreUrl::Sqlite(path) => {
                let path = path.clone();
                Pool::Sqlite(blocking(move || SqlitePool::open(&path, options)).await?)
            }
            StoreUrl::Postgres(url) => {
                Pool::Postgres(Box::new(PostgresPool::open(url, options).await?))
            }
        };
        let shared = Shared {
            pool,
            books: Arc::default(),
            counters: Arc::default(),
            name: url.to_string(),
        };
        let store = Self {
            shared: Arc::new(shared),
        };
        store.pending_migrations().await?;
        Ok(store)
    }

    /// Applies the migrations that the store lacks and gives their names. Safe to call from several
    /// processes at once.
    ///
    /// # Errors
    /// [`OpenError::Migration`] if one fails: all of them were rolled back.
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        match &self.shared.pool {
            Pool::Sqlite(_) => self.with_sqlite(apply_to_sqlite).await,
            Pool::Postgres(pool) => {
                let mut connection = AsyncConnectionWrapper::from(pool.connect().await?);
                blocking(move || apply_to_postgres(&mut connection)).await
            }
        }
    }

    /// The names of the migrations that the store lacks. Writes nothing.
    ///
    /// # Errors
    /// [`OpenError::SchemaNewer`], or that the store does not answer.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, OpenError> {
        match &self.shared.pool {
            Pool::Sqlite(_) => self.with_sqlite(pending_on_sqlite).await,
            Pool::Postgres(pool) => {
                let mut connection = AsyncConnectionWrapper::from(pool.connect().await?);
                blocking(move || pending_on_postgres(&mut connection)).await
            }
        }
    }

    /// Closes the connections that are idle, and the others when they come back. Whoever asks for
    /// one afterwards gets [`StorageError::Unavailable`].
    pub async fn close(&self) {
        match &self.shared.pool {
            Pool::Sqlite(pool) => pool.close(),
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    async fn with_sqlite<T: Send + 'static>(
        &self,
        work: fn(&mut diesel::SqliteConnection) -> Result<T, OpenError>,
    ) -> Result<T, OpenError> {
        let shared = Arc::clone(&self.shared);
        blocking(move || match &shared.pool {
            Pool::Sqlite(pool) => work(&mut pool.connect()?),
            Pool::Postgres(_) => Err(OpenError::migration("not a SQLite store")),
        })
        .await
    }

    async fn session(&self, purpose: Purpose) -> Result<Session, StorageError> {
        let conn = match (&self.shared.pool, purpose) {
            (Pool::Sqlite(pool), Purpose::Read) => Conn::Sqlite(pool.reader().await?),
            (Pool::Sqlite(pool), Purpose::Write | Purpose::Journal) => {
                Conn::Sqlite(pool.writer().await?)
            }
            (Pool::Postgres(pool), _) => Conn::Postgres(Box::new(pool.acquire().await?)),
        };
        Ok(Session::new(
            conn,
            Arc::clone(&self.shared.books),
            Arc::clone(&self.shared.counters),
            purpose,
        ))
    }

    pub(crate) async fn reading(&self) -> Result<Session, StorageError> {
        self.session(Purpose::Read).await
    }

    pub(crate) fn books(&self) -> &Books {
        &self.shared.books
    }

    pub(crate) async fn unit(&self) -> Result<Session, StorageError> {
        self.session(Purpose::Write).await?.begin().await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(OpenError::migration(error)))
}

impl DieselStore {
    /// Notes which versions are spent. They are looked for by a reader: no index tells which are used
    /// up, and others may write meanwhile.
    async fn note_spent(&self, now: Timestamp, many: i64) -> Result<u64, StorageError> {
        let mut reader = self.session(Purpose::Read).await?;
        let spent = reader.spent_versions(now, many).await?;
        drop(reader);
        if spent.is_empty() {
            return Ok(0);
        }
        let mut session = self.unit().await?;
        let noted = session.note_spent(spent, now).await?;
        session.commit().await?;
        Ok(noted)
    }
}

#[async_trait]
impl Store for DieselStore {
    fn describe(&self) -> String {
        self.shared.name.clone()
    }

    async fn begin(&self) -> Result<Box<dyn Tx>, StorageError> {
        Ok(Box::new(DieselTx(self.unit().await?)))
    }

    async fn read(&self) -> Result<Box<dyn Reader>, StorageError> {
        Ok(Box::new(DieselReader(self.session(Purpose::Read).await?)))
    }

    async fn append(&self, batch: &[JournalEntry]) -> Result<Vec<Admission>, StorageError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.session(Purpose::Journal).await?;
        let admissions = session.append(batch).await?;
        self.shared.counters.journal(batch.len());
        Ok(admissions)
    }

    fn last_quota(&self, org: OrgId) -> Option<Quota> {
        self.shared.books.last_quota(org)
    }

    async fn count_attempt(
        &self,
        key: AttemptKey,
        now: Timestamp,
        tries: i64,
        window_seconds: i64,
    ) -> Result<Attempts, StorageError> {
        let mut session = self.unit().await?;
        let attempts = session.count_try(key, now, tries, window_seconds).await?;
        session.commit().await?;
        Ok(attempts)
    }

    async fn attempts_so_far(&self, key: AttemptKey, now: Timestamp) -> Result<i64, StorageError> {
        let mut session = self.session(Purpose::Read).await?;
        session.tries_so_far(key, now).await
    }

    async fn give_back_attempt(&self, key: AttemptKey) -> Result<(), StorageError> {
        let mut session = self.unit().await?;
        session.give_back_try(key).await?;
        session.commit().await
    }

    async fn clear_attempts(&self, key: AttemptKey) -> Result<(), StorageError> {
        let mut session = self.unit().await?;
        session.forget_tries(key).await?;
        session.commit().await
    }

    async fn lease(
        &self,
        name: &str,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut session = self.unit().await?;
        let taken = session.take_lease(name, holder, now, until).await?;
        session.commit().await?;
        Ok(taken)
    }

    async fn release_lease(&self, name: &str, holder: Uuid) -> Result<(), StorageError> {
        let mut session = self.unit().await?;
        session.drop_lease(name, holder).await?;
        session.commit().await
    }

    async fn claim_mail(
        &self,
        many: i64,
        holder: Uuid,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<ClaimedMail>, StorageError> {
        let mut session = self.unit().await?;
        let claimed = session.claim_due_mail(many, holder, now, until).await?;
        session.commit().await?;
        Ok(claimed)
    }

    async fn settle_mail(
        &self,
        mail: MailId,
        holder: Uuid,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut session = self.unit().await?;
        let settled = session
            .settle_claimed_mail(mail, holder, outcome, now)
            .await?;
        session.commit().await?;
        Ok(settled)
    }

    async fn sweep(&self, stale: Stale, before: Timestamp, many: i64) -> Result<u64, StorageError> {
        if stale == Stale::SpentVersions {
            return self.note_spent(before, many).await;
        }
        let mut session = self.unit().await?;
        let swept = session.sweep_stale(stale, before, many).await?;
        session.commit().await?;
        Ok(swept)
    }

    async fn last_event_at(&self) -> Result<Option<Timestamp>, StorageError> {
        let mut session = self.session(Purpose::Read).await?;
        session.newest_event().await
    }

    /// Takes the right to write and touches a row, which a full disk, a read-only replica and a
    /// lock that somebody holds all refuse.
    async fn ping(&self) -> Result<(), StorageError> {
        let mut session = self.unit().await?;
        session.touch().await?;
        session.commit().await
    }

    fn statistics(&self) -> StoreStatistics {
        self.shared.counters.snapshot()
    }
}
