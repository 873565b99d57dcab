//! Units of work: all or nothing, whatever becomes of those who began them.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{
    Tenant, World, commit, event, id, may, new_vault, new_version, now, put, sign_up,
};
use oneclaw_domain::{EventId, SecretId, VaultId};
use oneclaw_storage::{LockMode, StorageError, Store};
use std::time::Duration;

on_both_stores! {
    dropped_it_leaves_no_trace_and_no_open_transaction
    flt_05_a_future_that_is_dropped_at_any_step_does_no_harm
    a_commit_whose_caller_left_is_all_or_nothing
    conflicts_are_named_alike
    a_unit_with_a_failed_statement_does_not_commit
    a_commit_writes_its_event
}

async fn dropped_it_leaves_no_trace_and_no_open_transaction(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let before = world.number("SELECT count(*) AS n FROM audit_events").await;
    // More than the pool has: a connection that came back open would be used again.
    for _ in 0..40 {
        let mut tx = world.begin().await;
        tx.orgs().lock(who.org, LockMode::Exclusive).await.unwrap();
        tx.vaults()
            .insert(&may(who.scope()), &new_vault(who, VaultId::from_uuid(id())))
            .await
            .unwrap();
        let access = may(who.at(vault, "dropped"));
        tx.secrets()
            .reserve(&access, SecretId::from_uuid(id()), now())
            .await
            .unwrap();
        drop(tx);
    }
    put(&world.store, who, &who.at(vault, "kept"), |_| {})
        .await
        .unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM vaults").await, 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM secrets").await, 1);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM audit_events").await,
        before + 1
    );
    none_open(&world).await;
}

/// No session of the server's is left in a transaction; a background rollback may take a moment.
async fn none_open(world: &World) {
    if world.kind == Kind::Sqlite {
        return;
    }
    let open = "SELECT count(*) AS n FROM pg_stat_activity \
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    for _ in 0..500 {
        if world.number(open).await == 0 {
            return;
        }
    }
    panic!("a transaction was left open");
}

async fn write(store: &dyn Store, who: Tenant, vault: VaultId) -> Result<(), StorageError> {
    put(store, who, &who.at(vault, "k"), |_| {})
        .await
        .map(|_| ())
}

async fn flt_05_a_future_that_is_dropped_at_any_step_does_no_harm(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let before = world.number("SELECT count(*) AS n FROM audit_events").await;
    for micros in (0..6000).step_by(75) {
        let write = write(&world.store, who, vault);
        let _cut_off = tokio::time::timeout(Duration::from_micros(micros), write).await;
    }
    write(&world.store, who, vault).await.unwrap();
    none_open(&world).await;
    let events = world.number("SELECT count(*) AS n FROM audit_events").await - before;
    let versions = world
        .number("SELECT count(*) AS n FROM secret_versions")
        .await;
    assert_eq!(events, versions, "a change and its event were parted");
    assert_eq!(
        world
            .number("SELECT latest_version AS n FROM secrets")
            .await,
        versions
    );
}

async fn a_commit_whose_caller_left_is_all_or_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let before = world.number("SELECT count(*) AS n FROM audit_events").await;
    for micros in (0..3000).step_by(50) {
        let mut tx = world.begin().await;
        let access = may(who.at(vault, "k"));
        let taken = tx
            .secrets()
            .reserve(&access, SecretId::from_uuid(id()), now())
            .await
            .unwrap();
        let version = new_version(who, taken.secret, taken.number);
        tx.secrets()
            .insert_version(&access, &version)
            .await
            .unwrap();
        let _cut_off = tokio::time::timeout(Duration::from_micros(micros), commit(tx, who)).await;
    }
    write(&world.store, who, vault).await.unwrap();
    none_open(&world).await;
    let events = world.number("SELECT count(*) AS n FROM audit_events").await - before;
    assert_eq!(
        events,
        world
            .number("SELECT count(*) AS n FROM secret_versions")
            .await
    );
}

async fn conflicts_are_named_alike(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let again = sign_up(&world.store, who).await.unwrap_err();
    assert!(matches!(again, StorageError::Conflict(name) if name == "orgs_id_key"));

    let mut tx = world.begin().await;
    let mut person = who.person();
    person.id = oneclaw_domain::UserId::from_uuid(id());
    let account = oneclaw_policy::Account {
        org: who.org,
        user: person.id,
    };
    let taken = tx
        .users()
        .insert(&may(account), &person, Some("$x"))
        .await
        .unwrap_err();
    assert!(matches!(taken, StorageError::Conflict(name) if name == "users_email_key"));
    drop(tx);

    let mut tx = world.begin().await;
    let nobody = Tenant {
        org: oneclaw_domain::OrgId::from_uuid(id()),
        ..who
    };
    let orphan = new_vault(nobody, VaultId::from_uuid(id()));
    let refused = tx
        .vaults()
        .insert(&may(nobody.scope()), &orphan)
        .await
        .unwrap_err();
    assert!(matches!(refused, StorageError::Conflict(_)));
    drop(tx);

    let mut tx = world.begin().await;
    let twice = tx
        .vaults()
        .insert(&may(who.scope()), &new_vault(who, vault))
        .await
        .unwrap_err();
    // Two constraints of the table are violated; which one is named is the store's choice.
    assert!(matches!(twice, StorageError::Conflict(name) if name.starts_with("vaults_")));
}

async fn a_unit_with_a_failed_statement_does_not_commit(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let mut tx = world.begin().await;
    tx.vaults()
        .insert(&may(who.scope()), &new_vault(who, VaultId::from_uuid(id())))
        .await
        .unwrap();
    assert!(
        tx.vaults()
            .insert(&may(who.scope()), &new_vault(who, vault))
            .await
            .is_err()
    );
    assert!(
        commit(tx, who).await.is_err(),
        "answered as done, and was not"
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM vaults").await, 1);
}

async fn a_commit_writes_its_event(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let tx = world.begin().await;
    let mut one = event(Some(who.org)).with("path", "db/x").denied("no_grant");
    one.id = EventId::from_uuid(id());
    tx.commit(one.clone())
        .await
        .unwrap()
        .yields(())
        .into_inner();
    let (reason, path) = match kind {
        Kind::Sqlite => ("details ->> '$.reason'", "details ->> '$.path'"),
        Kind::Postgres => ("details ->> 'reason'", "details ->> 'path'"),
    };
    let rows = format!(
        "SELECT count(*) AS n FROM audit_events WHERE {reason} = 'no_grant' AND {path} = 'db/x' \
         AND outcome = 'denied' AND actor_type = 'system' AND actor_id = 'system' \
         AND resource_type = 'user' AND ip_address = '192.0.2.7' AND request_id = 'req-1' \
         AND org_id IS NOT NULL AND prev_event_id IS NOT NULL AND chain_position = 2"
    );
    assert_eq!(world.number(&rows).await, 1);
    let tx = world.begin().await;
    assert!(tx.commit(one).await.is_err(), "one event was stored twice");
}
