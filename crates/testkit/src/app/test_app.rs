//! A store with one instance or more, and what is checked of every test.

use super::instance::Start;
use super::mail::mailer_to;
use super::runner::First;
use super::{Instance, Person};
use crate::{Fixture, Issuer, Mailbox, StoreKind, TestClock, TestStore, Till, logs};
use oneclaw_domain::{Plans, Tier};
use oneclaw_http::{HttpSettings, status_of};
use oneclaw_services::{
    AttemptLimit, FileKeyProvider, IdentityVerifier, KeyProvider, Mailer, PasswordPolicyParams,
    Payments, Settings,
};
use oneclaw_storage_diesel::StoreOptions;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What must never be logged, and who signed up first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<String>>>, Arc<OnceLock<First>>);

impl Notes {
    pub(crate) fn add(&self, secrets: impl IntoIterator<Item = String>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(secrets);
    }

    pub(crate) fn note_first(&self, person: &Person) {
        self.1.get_or_init(|| person.into());
    }

    pub(crate) fn first(&self) -> Option<First> {
        self.1.get().cloned()
    }

    fn all(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The whole product on a fresh store. Clones are the same one; it acts like its first instance.
#[derive(Clone)]
pub struct TestApp(Arc<Inner>);

pub(super) struct Inner {
    kind: StoreKind,
    store: TestStore,
    clock: TestClock,
    pub(super) mailbox: Mailbox,
    issuer: Issuer,
    till: Till,
    pub(super) first: Instance,
    instances: Mutex<Vec<Instance>>,
    notes: Notes,
    log_mark: usize,
}

impl std::ops::Deref for TestApp {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.0.first
    }
}

impl Fixture for TestApp {
    async fn set_up(kind: StoreKind) -> Self {
        let (store, clock, notes) = (
            TestStore::create(kind).await,
            TestClock::default(),
            Notes::default(),
        );
        let log_mark = logs::mark();
        notes.add(Till::secrets());
        let (mailbox, issuer) = (Mailbox::start(), Issuer::start());
        let till = Till::start();
        let around = (mailer_to(&mailbox), &mailbox);
        let start = usual((&store, &clock, &notes), around, (&issuer, &till)).await;
        let first = Instance::start(start).await;
        let instances = Mutex::new(vec![first.clone()]);
        Self(Arc::new(Inner {
            kind,
            store,
            clock,
            mailbox,
            issuer,
            till,
            first,
            instances,
            notes,
            log_mark,
        }))
    }

    /// Stops every instance; then nothing that was ever a secret may occur in the log.
    async fn tear_down(self) {
        let instances = self
            .0
            .instances
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for instance in instances {
            instance.stop().await;
        }
        let logged = logs::since(self.0.log_mark);
        for secret in self.0.notes.all().iter().filter(|secret| secret.len() >= 8) {
            assert!(
                !logged.contains(secret.as_str()),
                "a secret of this test is in the log"
            );
        }
    }
}

impl TestApp {
    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Which kind of store it runs on.
    pub fn kind(&self) -> StoreKind {
        self.0.kind
    }

    /// Its time, which stands still until it is moved.
    pub fn clock(&self) -> &TestClock {
        &self.0.clock
    }

    /// Its store.
    pub fn test_store(&self) -> &TestStore {
        &self.0.store
    }

    /// One more instance on the same store.
    pub async fn another_instance(&self) -> Instance {
        self.instance_with(|_, _| ()).await
    }

    /// One more instance on the same store, with other settings.
    pub async fn instance_with(
        &self,
        change: impl FnOnce(&mut Settings, &mut HttpSettings),
    ) -> Instance {
        self.instance_mailing(mailer_to(&self.0.mailbox), change)
            .await
    }

    /// One more instance on the same store, with other settings, whose mail goes elsewhere.
    pub async fn instance_mailing(
        &self,
        mailer: Arc<dyn Mailer>,
        change: impl FnOnce(&mut Settings, &mut HttpSettings),
    ) -> Instance {
        let mut start = self.usual().await;
        change(&mut start.services, &mut start.http);
        let start = Start { mailer, ..start };
        self.keeping(Instance::start(start).await)
    }

    /// One more instance on the same store, which takes the word of other issuers.
    pub async fn instance_believing(&self, identities: Arc<dyn IdentityVerifier>) -> Instance {
        let start = self.usual().await;
        let start = Start {
            identities,
            ..start
        };
        self.keeping(Instance::start(start).await)
    }

    /// One more instance on the same store, over a key provider of the test's own.
    pub async fn instance_over(&self, key_provider: Arc<dyn KeyProvider>) -> Instance {
        let start = self.usual().await;
        let start = Start {
            key_provider,
            ..start
        };
        self.keeping(Instance::start(start).await)
    }

    /// One more instance on the same store, whose payments go elsewhere.
    pub async fn instance_paid_by(&self, payments: Arc<dyn Payments>) -> Instance {
        let start = self.usual().await;
        let start = Start { payments, ..start };
        self.keeping(Instance::start(start).await)
    }

    /// With what an instance is started of which the test says nothing.
    async fn usual(&self) -> Start {
        let parts = (&self.0.store, &self.0.clock, &self.0.notes);
        let around = (mailer_to(&self.0.mailbox), &self.0.mailbox);
        usual(parts, around, (&self.0.issuer, &self.0.till)).await
    }

    /// Remembers an instance, to stop it in the end.
    fn keeping(&self, instance: Instance) -> Instance {
        let instances = self.0.instances.lock();
        instances
            .unwrap_or_else(PoisonError::into_inner)
            .push(instance.clone());
        instance
    }

    /// Another instance's key provider over the same key file.
    pub fn key_provider(&self) -> FileKeyProvider {
        key_provider(&self.0.store)
    }

    /// Says that a text must never be logged.
    pub fn never_log(&self, secret: &str) {
        self.0.notes.add([secret.to_owned()]);
    }

    /// What was logged since the test began, by this test and those beside it.
    pub fn logged(&self) -> String {
        logs::since(self.0.log_mark)
    }

    /// The owner of the platform's organization, who has no limits.
    pub async fn owner(&self) -> Person {
        self.0.first.owner().await
    }

    /// The texts of a query's first column, as the database holds them.
    ///
    /// # Panics
    /// The query is wrong.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        self.store()
            .raw_rows(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Changes the database behind the server's back.
    ///
    /// # Panics
    /// The statement is wrong.
    pub async fn tamper(&self, sql: &str) {
        self.store()
            .raw_execute(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// So many members more for each person that there is, who came to their organization before.
    ///
    /// # Panics
    /// The statement is wrong.
    pub async fn crowd(&self, many: usize) {
        let (id, before) = match self.0.kind {
            StoreKind::Sqlite => ("randomblob(16)", "created_at - 1000"),
            StoreKind::Postgres => ("gen_random_uuid()", "created_at - interval '1 second'"),
        };
        self.tamper(&format!(
            "INSERT INTO users (id, org_id, email, display_name, auth_method, role, email_verified, \
             marketing_emails, created_at) \
             SELECT {id}, org_id, 'c' || i || email, display_name, auth_method, 'member', \
             email_verified, marketing_emails, {before} FROM users, \
             (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) \
             SELECT i FROM n) AS copies"
        ))
        .await;
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str) -> i64 {
        let rows = self
            .rows(&format!(
                "SELECT CAST(count(*) AS TEXT) AS text FROM {table}"
            ))
            .await;
        rows.first()
            .and_then(|text| text.parse().ok())
            .unwrap_or(-1)
    }

    /// The audit events so far, oldest first, as `action outcome reason`.
    pub async fn events(&self) -> Vec<String> {
        let reason = match self.0.kind {
            StoreKind::Sqlite => "coalesce(json_extract(details, '$.reason'), '')",
            StoreKind::Postgres => "coalesce(details->>'reason', '')",
        };
        let sql = format!(
            "SELECT trim(action || ' ' || outcome || ' ' || {reason}) AS text FROM audit_events ORDER BY seq"
        );
        self.rows(&sql).await
    }

    /// The newest audit event.
    pub async fn last_event(&self) -> String {
        self.events().await.pop().unwrap_or_default()
    }
}

async fn usual(
    (store, clock, notes): (&TestStore, &TestClock, &Notes),
    (mailer, mailbox): (Arc<dyn Mailer>, &Mailbox),
    (issuer, till): (&Issuer, &Till),
) -> Start {
    Start {
        store: store.open_with(options()).await,
        key_provider: Arc::new(key_provider(store)),
        clock: Arc::new(clock.clone()),
        mailer,
        mailbox: mailbox.clone(),
        identities: issuer.verifier(),
        issuer: issuer.clone(),
        payments: till.payments(),
        till: till.clone(),
        services: settings(),
        http: http_settings(),
        notes: notes.clone(),
    }
}

fn key_provider(store: &TestStore) -> FileKeyProvider {
    FileKeyProvider::open_or_create(store.folder().join("master.key"))
        .unwrap_or_else(|error| panic!("the test's master key: {error}"))
}

/// Few connections: many tests run at once on one server.
fn options() -> StoreOptions {
    StoreOptions::default()
}

/// Cheap hashes, limits that only a test of limits meets, and mail when a test asks for it.
fn settings() -> Settings {
    let plenty = AttemptLimit {
        tries: 1_000_000,
        seconds: 60,
    };
    Settings {
        password_params: PasswordPolicyParams::cheap_for_tests(),
        signups: plenty,
        logins_per_address: plenty,
        proofs_per_address: plenty,
        password_mails: plenty,
        failed_device_codes: plenty,
        device_codes: plenty,
        open_enrollments: 1_000_000, // every stage leaves one
        // who signs up is there at once; a test of proved addresses turns it on
        require_email_verification: Some(false),
        invalid_keys: plenty,
        invites: plenty,
        invites_per_address: plenty,
        enrollments: plenty,
        enrollments_per_address: plenty,
        shares: plenty,
        share_reads_per_address: plenty,
        mails_per_address: plenty,
        // who signs up has limits; the platform's own organization has none
        plans: Arc::new(Plans {
            default_tier: Tier::Free,
            ..Plans::default()
        }),
        status_of,
        refusals_apart: 1_000_000,
        housekeeping_worker: false,
        mail_worker: false,
        rotation_worker: false,
        ..Settings::default()
    }
}

fn http_settings() -> HttpSettings {
    HttpSettings {
        rate_limit: None,
        ..HttpSettings::default()
    }
}
