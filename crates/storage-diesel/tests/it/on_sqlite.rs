//! What only the embedded store has: a file.

use crate::home::{Home, Kind};
use crate::world::{World, may, put, run};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use oneclaw_policy::ReadSecret;
use oneclaw_storage::{StorageError, Store};
use oneclaw_storage_diesel::{DieselStore, OpenError, StoreOptions, StoreUrl};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

fn file(home: &Home) -> &str {
    home.url.strip_prefix("sqlite://").unwrap()
}

#[test]
fn what_was_committed_is_there_after_a_restart() {
    run(async {
        let world = World::on(Kind::Sqlite).await;
        let (who, vault) = world.tenant_with_vault().await;
        let at = who.at(vault, "k");
        put(&world.store, who, &at, |_| {}).await.unwrap();
        let mut unfinished = world.begin().await;
        unfinished
            .secrets()
            .delete(&may(at.clone()), crate::world::now())
            .await
            .unwrap();
        drop(unfinished);
        world.store.close().await;
        let reopened = world.another().await;
        let mut reader = reopened.read().await.unwrap();
        let seen = reader.secrets().find_latest(&at).await.unwrap().unwrap();
        assert!(
            !seen
                .row
                .unwrap()
                .open(&may::<ReadSecret>(at))
                .unwrap()
                .version
                .deleted
        );
    });
}

#[test]
fn the_file_is_its_owners_alone() {
    run(async {
        let world = World::on(Kind::Sqlite).await;
        let _written = world.tenant().await;
        for suffix in ["", "-wal", "-shm"] {
            let mode = std::fs::metadata(format!("{}{suffix}", file(&world.home)))
                .unwrap()
                .permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{suffix}");
        }
    });
}

#[test]
fn a_missing_folder_is_one_line() {
    run(async {
        let home = Home::empty(Kind::Sqlite).await;
        let url = StoreUrl::parse(&home.url.replace("oneclaw.db", "none/oneclaw.db")).unwrap();
        let error = DieselStore::open(&url, StoreOptions::default())
            .await
            .err()
            .unwrap();
        assert!(matches!(error, OpenError::File { .. }));
        assert!(!error.to_string().contains('\n'));
    });
}

#[test]
fn flt_04_a_lock_held_by_another_process_is_unavailable_in_time() {
    run(async {
        let home = Home::migrated(Kind::Sqlite).await;
        let brief = Duration::from_millis(100);
        let options = StoreOptions {
            busy_timeout: brief,
            acquire_timeout: brief,
            ..StoreOptions::default()
        };
        let store = home.open_with(options).await;
        let mut other = SqliteConnection::establish(file(&home)).unwrap();
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        assert!(matches!(
            store.begin().await.err().unwrap(),
            StorageError::Unavailable(_)
        ));
        assert!(matches!(
            store.ping().await.unwrap_err(),
            StorageError::Unavailable(_)
        ));
        let mut reader = store.read().await.unwrap();
        assert!(
            !reader.users().any().await.unwrap(),
            "readers do not wait for the writer"
        );
        other.batch_execute("ROLLBACK").unwrap();
        store.ping().await.unwrap();
    });
}

#[test]
fn flt_04_waiting_for_the_writer_is_bounded() {
    run(async {
        let home = Home::migrated(Kind::Sqlite).await;
        let patience = Duration::from_millis(100);
        let store = home
            .open_with(StoreOptions {
                acquire_timeout: patience,
                ..StoreOptions::default()
            })
            .await;
        let held = store.begin().await.unwrap();
        assert!(matches!(
            store.begin().await.err().unwrap(),
            StorageError::Unavailable(_)
        ));
        drop(held);
        drop(store.begin().await.unwrap());
    });
}

#[test]
fn flt_10_a_newer_schema_is_refused_in_one_line() {
    run(async {
        let home = Home::migrated(Kind::Sqlite).await;
        let mut other = SqliteConnection::establish(file(&home)).unwrap();
        other
            .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
            .unwrap();
        let url = StoreUrl::parse(&home.url).unwrap();
        let error = DieselStore::open(&url, StoreOptions::default())
            .await
            .err()
            .unwrap();
        assert!(matches!(&error, OpenError::SchemaNewer(version) if version == "9999"));
        assert!(!error.to_string().contains('\n'));
    });
}

#[test]
fn flt_10_of_two_who_migrate_one_does() {
    run(async {
        let home = Home::empty(Kind::Sqlite).await;
        let (one, two) = (home.open().await, home.open().await);
        let pending = one.pending_migrations().await.unwrap().len();
        assert!(pending > 0);
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        let (first, second) = (first.unwrap().len(), second.unwrap().len());
        assert_eq!((first + second, first.min(second)), (pending, 0));
        assert!(one.pending_migrations().await.unwrap().is_empty());
    });
}

#[test]
fn flt_11_a_row_that_does_not_read_names_its_place_and_not_its_content() {
    run(async {
        let world = World::on(Kind::Sqlite).await;
        let (who, vault) = world.tenant_with_vault().await;
        let at = who.at(vault, "k");
        put(&world.store, who, &at, |_| {}).await.unwrap();
        let mut other = SqliteConnection::establish(file(&world.home)).unwrap();
        other
            .batch_execute("UPDATE secret_versions SET metadata = '{hunter2'")
            .unwrap();
        let mut reader = world.store.read().await.unwrap();
        let error = reader.secrets().find_latest(&at).await.err().unwrap();
        assert!(matches!(error, StorageError::Corrupt(_)));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert!(error.to_string().contains("metadata"), "{error}");
    });
}

#[test]
fn it_works_on_a_runtime_of_one_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let world = World::on(Kind::Sqlite).await;
        let (who, vault) = world.tenant_with_vault().await;
        put(&world.store, who, &who.at(vault, "k"), |_| {})
            .await
            .unwrap();
    });
}
