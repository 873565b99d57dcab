//! A store with somebody in it.

use crate::home::{Home, Kind};
use crate::keeper::TestKeeper;
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use oneclaw_domain::{
    Actor, AgentId, AuditEvent, AuditRequest, AuditResource, AuthMethod, Description, DisplayName,
    Email, EventId, Metadata, Org, OrgId, OrgName, Outcome, Principal, Role, SecretId, SecretPath,
    SecretType, Timestamp, User, UserId, Vault, VaultId, VaultName, VersionId, VersionNumber,
};
use oneclaw_policy::{
    Access, Account, Action, AgentAt, Installation, ManageKeys, MemberAt, OrgScope, ReadSecret,
    SecretAt, SystemReason, VaultScope,
};
use oneclaw_storage::{
    Chains, CountedRead, LockMode, NewVault, NewVersion, SealedVersion, Stale, StorageError, Store,
    Tx, WrappedKey,
};
use oneclaw_storage_diesel::DieselStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// An id that no other thing has.
pub(crate) fn id() -> Uuid {
    let serial = NEXT.fetch_add(1, Ordering::Relaxed);
    Uuid::from_u128((0x0190_6f2e_7c1a_7a3b << 64) | 0x8000_0000_0000_0000 | u128::from(serial))
}

/// The moment at which tests happen.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_771_416_000_123)
}

/// A proof without a judge: these tests are not about who may.
pub(crate) fn may<A: Action>(on: A::On) -> Access<A> {
    Access::system(on, SystemReason::FirstStart)
}

/// The read of a version in an organization, as a proof for any path of it gives it.
pub(crate) fn read_in(org: OrgId, version: VersionId) -> CountedRead {
    let at = SecretAt {
        org,
        vault: VaultId::from_uuid(id()),
        path: SecretPath::parse("any").unwrap(),
    };
    CountedRead::of(&may::<ReadSecret>(at), version)
}

/// An event of an organization.
pub(crate) fn event(org: Option<OrgId>) -> AuditEvent {
    AuditEvent {
        id: EventId::from_uuid(id()),
        org,
        action: "secret.read",
        actor: Actor::System,
        resource: AuditResource::user(UserId::from_uuid(id())),
        details: serde_json::Map::new(),
        outcome: Outcome::Ok,
        request: AuditRequest {
            request_id: "req-1".to_owned(),
            ip: "192.0.2.7".parse().ok(),
            metered: None,
        },
        created_at: now(),
        usage: None,
    }
}

/// Somebody with an organization.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tenant {
    pub(crate) org: OrgId,
    pub(crate) user: UserId,
}

impl Tenant {
    pub(crate) fn account(&self) -> Account {
        Account {
            org: self.org,
            user: self.user,
        }
    }

    pub(crate) fn scope(&self) -> OrgScope {
        OrgScope { org: self.org }
    }

    pub(crate) fn in_vault(&self, vault: VaultId) -> VaultScope {
        VaultScope {
            org: self.org,
            vault,
        }
    }

    pub(crate) fn at(&self, vault: VaultId, path: &str) -> SecretAt {
        SecretAt {
            org: self.org,
            vault,
            path: SecretPath::parse(path).unwrap(),
        }
    }

    pub(crate) fn agent(&self, agent: AgentId) -> AgentAt {
        AgentAt {
            org: self.org,
            agent,
        }
    }

    pub(crate) fn member(&self) -> MemberAt {
        MemberAt {
            org: self.org,
            user: self.user,
        }
    }

    pub(crate) fn principal(&self) -> Principal {
        Principal::User(self.user)
    }

    pub(crate) fn person(&self) -> User {
        User {
            id: self.user,
            org: self.org,
            email: Email::parse(&format!("u{}@x.test", self.user.uuid().simple())).unwrap(),
            display_name: DisplayName::parse("Ada").unwrap(),
            auth_method: AuthMethod::Password,
            role: Role::Owner,
            email_verified: false,
            marketing_emails: false,
            created_at: now(),
        }
    }

    pub(crate) fn own_org(&self) -> Org {
        Org {
            id: self.org,
            name: OrgName::parse("Acme").unwrap(),
            plan: None,
            is_platform: false,
            created_at: now(),
        }
    }
}

/// Runs a test on threads enough to race on.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    runtime.unwrap().block_on(test);
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// One test's store.
pub(crate) struct World {
    pub(crate) kind: Kind,
    pub(crate) store: DieselStore,
    pub(crate) home: Home,
}

impl World {
    pub(crate) async fn on(kind: Kind) -> Self {
        let home = Home::migrated(kind).await;
        let store = home.open().await;
        keep_chains(&store).await;
        Self { kind, store, home }
    }

    /// The store as another instance has it: with connections of its own.
    pub(crate) async fn another(&self) -> DieselStore {
        self.another_with(Arc::new(TestKeeper::default())).await
    }

    /// The same with a keeper of one's choice.
    pub(crate) async fn another_with(&self, keeper: Arc<TestKeeper>) -> DieselStore {
        let store = self.home.open().await;
        store.keep_chains(keeper);
        store
    }

    /// What a whole round of housekeeping at a moment takes away.
    pub(crate) async fn sweep(&self, at: Timestamp) -> u64 {
        let mut swept = 0;
        for stale in Stale::ALL {
            let before = stale.ended_before(at);
            swept += self.store.sweep(stale, before, 100).await.unwrap();
        }
        swept
    }

    pub(crate) async fn begin(&self) -> Box<dyn Tx> {
        self.store.begin().await.unwrap()
    }

    pub(crate) async fn tenant(&self) -> Tenant {
        let who = Tenant {
            org: OrgId::from_uuid(id()),
            user: UserId::from_uuid(id()),
        };
        sign_up(&self.store, who).await.unwrap();
        who
    }

    /// Somebody else in the same organization.
    pub(crate) async fn member(&self, of: Tenant, role: Role) -> Tenant {
        let who = Tenant {
            org: of.org,
            user: UserId::from_uuid(id()),
        };
        let person = User {
            role,
            ..who.person()
        };
        let mut tx = self.begin().await;
        tx.users()
            .insert(&may(who.account()), &person, Some("$argon2id$x"))
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
        who
    }

    pub(crate) async fn vault(&self, who: Tenant) -> VaultId {
        let vault = VaultId::from_uuid(id());
        let mut tx = self.begin().await;
        tx.vaults()
            .insert(&may(who.scope()), &new_vault(who, vault))
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
        vault
    }

    /// Somebody with a vault.
    pub(crate) async fn tenant_with_vault(&self) -> (Tenant, VaultId) {
        let who = self.tenant().await;
        (who, self.vault(who).await)
    }

    /// The newest version of a path that is there.
    pub(crate) async fn latest(&self, at: &SecretAt) -> SealedVersion {
        let mut reader = self.store.read().await.unwrap();
        let seen = reader.secrets().find_latest(at).await.unwrap().unwrap();
        seen.row
            .unwrap()
            .open(&may::<ReadSecret>(at.clone()))
            .unwrap()
    }

    /// One number from the database itself, asked beside the store.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        match self.kind {
            Kind::Sqlite => {
                let file = self.home.url.strip_prefix("sqlite://").unwrap();
                let mut connection = SqliteConnection::establish(file).unwrap();
                sql_query(query)
                    .get_result::<Number>(&mut connection)
                    .unwrap()
                    .n
            }
            Kind::Postgres => self
                .client()
                .await
                .query_one(query, &[])
                .await
                .unwrap()
                .get(0),
        }
    }

    /// Changes rows beside the store, as nothing of the product does.
    pub(crate) async fn tamper(&self, statement: &str) {
        match self.kind {
            Kind::Sqlite => {
                let file = self.home.url.strip_prefix("sqlite://").unwrap();
                let mut connection = SqliteConnection::establish(file).unwrap();
                connection.batch_execute(statement).unwrap();
            }
            Kind::Postgres => self.client().await.batch_execute(statement).await.unwrap(),
        }
    }

    /// A connection of its own to the Postgres of this test.
    pub(crate) async fn client(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.home.url, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client
    }
}

/// Links the store's events from now on.
pub(crate) async fn keep_chains(store: &DieselStore) {
    store.keep_chains(Arc::new(TestKeeper::default()));
    let access = may::<ManageKeys>(Installation);
    while store.adopt_events(&access, 100).await.unwrap() > 0 {}
}

pub(crate) async fn sign_up(store: &dyn Store, who: Tenant) -> Result<Org, StorageError> {
    let mut tx = store.begin().await?;
    let org = tx
        .orgs()
        .insert(&may(who.account()), &who.own_org())
        .await?;
    tx.users()
        .insert(&may(who.account()), &who.person(), Some("$argon2id$x"))
        .await?;
    commit(tx, who).await?;
    Ok(org)
}

pub(crate) async fn commit(tx: Box<dyn Tx>, who: Tenant) -> Result<(), StorageError> {
    let committed = tx.commit(event(Some(who.org))).await?;
    committed.yields(()).into_inner();
    Ok(())
}

pub(crate) fn new_vault(who: Tenant, vault: VaultId) -> NewVault {
    NewVault {
        vault: Vault {
            id: vault,
            org: who.org,
            name: VaultName::parse("production").unwrap(),
            description: Description::parse("").unwrap(),
            created_by: Principal::User(who.user),
            created_at: now(),
            is_system: false,
            cmek: None,
        },
        key: WrappedKey {
            master_key: [7; 16],
            bytes: b"wrapped kek".to_vec(),
        },
    }
}

pub(crate) fn new_version(who: Tenant, secret: SecretId, number: VersionNumber) -> NewVersion {
    NewVersion {
        id: VersionId::from_uuid(id()),
        secret,
        number,
        kind: SecretType::generic(),
        metadata: Metadata::default(),
        rotation_policy: None,
        envelope: b"sealed".to_vec(),
        created_by: Principal::User(who.user),
        created_at: now(),
        expires_at: None,
        max_access_count: None,
        cmek: None,
    }
}

/// Writes a version as the product does: hold what was judged by, take a number, add, commit.
pub(crate) async fn put(
    store: &dyn Store,
    who: Tenant,
    at: &SecretAt,
    adjust: impl FnOnce(&mut NewVersion),
) -> Result<NewVersion, StorageError> {
    let mut tx = store.begin().await?;
    tx.orgs().lock(at.org, LockMode::Shared).await?;
    tx.orgs().lock_vault(at.org, at.vault).await?;
    let access = may(at.clone());
    let taken = tx
        .secrets()
        .reserve(&access, SecretId::from_uuid(id()), now())
        .await?;
    let mut version = new_version(who, taken.secret, taken.number);
    adjust(&mut version);
    tx.secrets().insert_version(&access, &version).await?;
    commit(tx, who).await?;
    Ok(version)
}
