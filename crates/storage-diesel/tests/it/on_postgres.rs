//! What only the server has: connections that end.

use crate::home::{Home, Kind};
use crate::world::{World, event, put, read_in, run};
use oneclaw_storage::{Admission, JournalEntry, StorageError, Store};
use oneclaw_storage_diesel::{DieselStore, OpenError, StoreOptions, StoreUrl};
use std::time::Duration;
use uuid::Uuid;

const CUT_ALL: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[test]
fn flt_02_cut_connections_are_unavailable_once_and_replaced() {
    run(async {
        let world = World::on(Kind::Postgres).await;
        let (who, vault) = world.tenant_with_vault().await;
        let readers = [
            world.store.read().await.unwrap(),
            world.store.read().await.unwrap(),
        ];
        drop(readers);
        let admin = world.client().await;
        let open = world.begin().await;
        admin.query_one(CUT_ALL, &[]).await.unwrap();
        let error = crate::world::commit(open, who).await.unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
        // The first failure took the other idle connections with it.
        put(&world.store, who, &who.at(vault, "k"), |_| {})
            .await
            .unwrap();
        world.store.ping().await.unwrap();
    });
}

#[test]
fn flt_04_a_full_pool_is_unavailable_in_time() {
    run(async {
        let home = Home::migrated(Kind::Postgres).await;
        let options = StoreOptions {
            postgres_connections: 2,
            acquire_timeout: Duration::from_millis(200),
            ..StoreOptions::default()
        };
        let store = home.open_with(options).await;
        let held = [store.begin().await.unwrap(), store.begin().await.unwrap()];
        assert!(matches!(
            store.read().await.err().unwrap(),
            StorageError::Unavailable(_)
        ));
        drop(held);
        let mut reader = store.read().await.unwrap();
        assert!(!reader.users().any().await.unwrap());
    });
}

#[test]
fn flt_04_a_lock_that_is_not_given_is_unavailable_in_time() {
    run(async {
        let world = World::on(Kind::Postgres).await;
        let who = world.tenant().await;
        let mut holder = world.client().await;
        let transaction = holder.transaction().await.unwrap();
        transaction
            .execute("LOCK TABLE orgs IN ACCESS EXCLUSIVE MODE", &[])
            .await
            .unwrap();
        let mut reader = world.store.read().await.unwrap();
        let error = reader.access().epoch(who.org).await.unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
        transaction.rollback().await.unwrap();
        assert!(reader.access().epoch(who.org).await.unwrap().is_some());
    });
}

#[test]
fn flt_06_a_stale_plan_is_unavailable_once() {
    run(async {
        let world = World::on(Kind::Postgres).await;
        let who = world.tenant().await;
        let mut reader = world.store.read().await.unwrap();
        reader.access().epoch(who.org).await.unwrap();
        let admin = world.client().await;
        admin
            .batch_execute("ALTER TABLE orgs ALTER authz_epoch TYPE integer")
            .await
            .unwrap();
        admin
            .batch_execute("ALTER TABLE orgs ALTER authz_epoch TYPE numeric")
            .await
            .unwrap();
        let error = reader.access().epoch(who.org).await.unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
        drop(reader);
        admin
            .batch_execute("ALTER TABLE orgs ALTER authz_epoch TYPE bigint")
            .await
            .unwrap();
        let mut reader = world.store.read().await.unwrap();
        assert!(reader.access().epoch(who.org).await.unwrap().is_some());
    });
}

/// The journal waits for one version while it holds another that somebody else wants: the server
/// ends one of the two, and the journal tries again.
#[test]
fn flt_06_a_deadlocked_batch_is_tried_again() {
    run(async {
        let world = World::on(Kind::Postgres).await;
        let (who, vault) = world.tenant_with_vault().await;
        let mut entries = Vec::new();
        for path in ["a", "b"] {
            let at = who.at(vault, path);
            let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
            let read = Some(read_in(who.org, version));
            entries.push(JournalEntry {
                event: event(Some(who.org)),
                read,
            });
        }
        let ids: Vec<_> = entries
            .iter()
            .map(|entry| entry.read.unwrap().version().uuid())
            .collect();
        let touch =
            |id: &Uuid| format!("UPDATE secret_versions SET disabled = false WHERE id = '{id}'");
        let mut client = world.client().await;
        // Too patient to be the one that is ended: the batch can only succeed by beginning again.
        client
            .batch_execute("SET deadlock_timeout = '60s'")
            .await
            .unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.batch_execute(&touch(&ids[1])).await.unwrap();
        let store = world.store.clone();
        let append = tokio::spawn(async move { store.append(&entries).await });
        let waiting = "SELECT count(*) AS n FROM pg_locks l JOIN pg_stat_activity a USING (pid) \
                       WHERE NOT granted AND datname = current_database()";
        while world.number(waiting).await == 0 {}
        transaction.batch_execute(&touch(&ids[0])).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(
            append.await.unwrap().unwrap(),
            [Admission::Admitted, Admission::Admitted]
        );
        assert_eq!(
            world
                .number("SELECT min(access_count) AS n FROM secret_versions")
                .await,
            1
        );
    });
}

#[test]
fn flt_10_of_two_who_migrate_one_does() {
    run(async {
        let home = Home::empty(Kind::Postgres).await;
        let (one, two) = (home.open().await, home.open().await);
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        assert!(one.pending_migrations().await.unwrap().is_empty());
        assert!(two.migrate().await.unwrap().is_empty());
    });
}

#[test]
fn flt_10_a_newer_schema_is_refused() {
    run(async {
        let world = World::on(Kind::Postgres).await;
        let admin = world.client().await;
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";
        admin.batch_execute(newer).await.unwrap();
        let url = StoreUrl::parse(&world.home.url).unwrap();
        let error = DieselStore::open(&url, StoreOptions::default())
            .await
            .err()
            .unwrap();
        assert!(matches!(error, OpenError::SchemaNewer(_)));
    });
}

#[test]
fn a_server_that_is_not_there_is_one_line_without_the_password() {
    run(async {
        let url = StoreUrl::parse("postgres://me:hunter2@127.0.0.1:1/app").unwrap();
        let error = DieselStore::open(&url, StoreOptions::default())
            .await
            .err()
            .unwrap()
            .to_string();
        assert!(
            error.contains("127.0.0.1:1/app") && !error.contains('\n'),
            "{error}"
        );
        assert!(!error.contains("hunter2"));
    });
}

#[test]
fn migrations_go_back_as_they_came() {
    run(async {
        let home = Home::migrated(Kind::Postgres).await;
        let (client, connection) = tokio_postgres::connect(&home.url, tokio_postgres::NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
        let mut migrations: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        migrations.sort();
        for migration in migrations.iter().rev() {
            let down = std::fs::read_to_string(migration.join("down.sql")).unwrap();
            client.batch_execute(&down).await.unwrap();
        }
        client
            .batch_execute("DELETE FROM __diesel_schema_migrations")
            .await
            .unwrap();
        let store = home.open().await;
        assert_eq!(store.migrate().await.unwrap().len(), migrations.len());
    });
}

#[test]
fn it_works_on_a_runtime_of_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let home = Home::empty(Kind::Postgres).await;
        let store = home.open().await;
        assert!(!store.migrate().await.unwrap().is_empty());
        store.ping().await.unwrap();
        store.close().await;
    });
}
