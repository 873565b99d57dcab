//! Secrets and versions.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, new_version, now, put};
use oneclaw_domain::{
    MaxAccessCount, Metadata, PageSize, PathPrefix, SecretId, SecretType, VaultId, VersionNumber,
};
use oneclaw_policy::{ListVersions, ReadSecret, SecretAt};
use oneclaw_storage::Store;
use std::collections::BTreeSet;

on_both_stores! {
    a_version_comes_back_as_it_was_stored
    sec_parallel_puts_take_every_number_once
    an_absent_path_has_no_row_and_an_absent_org_nothing
    a_deleted_path_is_marked
    a_deleted_path_lives_again_without_its_past
    disabling_ends_one_version_only
    disabling_all_before_one_leaves_it_and_later_ones
    another_tenants_proof_finds_nothing
    another_tenants_proof_changes_nothing
    a_read_is_one_statement
}

async fn a_version_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "db/password");
    let stored = put(&world.store, who, &at, |version| {
        version.kind = SecretType::parse("api_key").unwrap();
        version.metadata = Metadata::parse(r#"{"a":{"b":[1,null,"x"]}}"#).unwrap();
        version.rotation_policy = Some(Metadata::parse(r#"{"days":30}"#).unwrap());
        version.expires_at = Some(now().plus_seconds(60));
        version.max_access_count = Some(MaxAccessCount::new(3).unwrap());
        version.envelope = (0..=255).collect();
    })
    .await
    .unwrap();

    let mut reader = world.store.read().await.unwrap();
    let seen = reader.secrets().find_latest(&at).await.unwrap().unwrap();
    let owner = seen.vault.unwrap();
    assert_eq!((owner.org, owner.vault), (who.org, vault));
    let found = seen
        .row
        .unwrap()
        .open(&may::<ReadSecret>(at.clone()))
        .unwrap();
    assert_eq!(found.envelope, stored.envelope);
    assert_eq!(found.vault_key.bytes, b"wrapped kek");
    assert_eq!(found.vault_key.master_key, [7; 16]);
    let version = found.version;
    assert_eq!(
        (version.id, version.secret, version.number),
        (stored.id, stored.secret, stored.number)
    );
    assert_eq!((version.path, version.kind), (at.path.clone(), stored.kind));
    assert_eq!(version.metadata, stored.metadata);
    assert_eq!(version.rotation_policy, stored.rotation_policy);
    assert_eq!(
        (version.created_by, version.created_at),
        (stored.created_by, now())
    );
    assert_eq!(
        (version.expires_at, version.max_access_count),
        (stored.expires_at, stored.max_access_count)
    );
    assert_eq!(
        (version.access_count, version.disabled, version.deleted),
        (0, false, false)
    );
}

async fn sec_parallel_puts_take_every_number_once(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let handles = [world.store.clone(), world.another().await];
    let mut tasks = Vec::new();
    for task in 0..16 {
        let (store, at) = (handles[task % 2].clone(), who.at(vault, "raced"));
        tasks.push(tokio::spawn(async move {
            put(&store, who, &at, |_| {}).await.unwrap().number.get()
        }));
    }
    let mut numbers = BTreeSet::new();
    for task in tasks {
        numbers.insert(task.await.unwrap());
    }
    assert_eq!(numbers, (1..=16).collect());
    let mut reader = world.store.read().await.unwrap();
    let versions = reader
        .secrets()
        .list_versions(&may(who.at(vault, "raced")), None, PageSize::MAX)
        .await
        .unwrap();
    let listed: Vec<i64> = versions
        .items
        .iter()
        .map(|version| version.number.get())
        .collect();
    assert_eq!(listed, (1..=16).rev().collect::<Vec<_>>());
    assert_eq!(world.number("SELECT count(*) AS n FROM secrets").await, 1);
}

async fn an_absent_path_has_no_row_and_an_absent_org_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let mut reader = world.store.read().await.unwrap();
    let absent = reader
        .secrets()
        .find_latest(&who.at(vault, "x"))
        .await
        .unwrap()
        .unwrap();
    assert!(absent.vault.is_some() && absent.row.is_none());
    let head = reader
        .secrets()
        .find_head(&who.at(vault, "x"))
        .await
        .unwrap()
        .unwrap();
    assert!(head.vault.is_some() && head.row.is_none());
    let elsewhere = who.at(VaultId::from_uuid(id()), "x");
    let no_vault = reader.secrets().find_latest(&elsewhere);
    assert!(no_vault.await.unwrap().unwrap().vault.is_none());
    let mut at = who.at(vault, "x");
    at.org = oneclaw_domain::OrgId::from_uuid(id());
    assert!(reader.secrets().find_latest(&at).await.unwrap().is_none());
    assert!(reader.secrets().find_head(&at).await.unwrap().is_none());
}

async fn delete(world: &World, who: Tenant, at: &SecretAt) {
    let mut tx = world.begin().await;
    tx.secrets().delete(&may(at.clone()), now()).await.unwrap();
    commit(tx, who).await.unwrap();
}

async fn a_deleted_path_is_marked(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "db/password");
    let first = put(&world.store, who, &at, |_| {}).await.unwrap();
    let mut tx = world.begin().await;
    let head = tx
        .secrets()
        .lock_for_delete(&may(at.clone()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (head.id, head.latest.get(), head.deleted),
        (first.secret, 1, false)
    );
    drop(tx);
    delete(&world, who, &at).await;

    assert!(world.latest(&at).await.version.deleted);
    let mut reader = world.store.read().await.unwrap();
    let head = reader
        .secrets()
        .find_head(&at)
        .await
        .unwrap()
        .unwrap()
        .row
        .unwrap();
    assert!(head.open(&may::<ListVersions>(at)).unwrap().deleted);
    let access = may(who.in_vault(vault));
    let all = PathPrefix::default();
    let listed = reader
        .secrets()
        .list(&access, &all, None, PageSize::MAX)
        .await
        .unwrap();
    assert!(listed.items.is_empty());
}

async fn a_deleted_path_lives_again_without_its_past(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "db/password");
    let first = put(&world.store, who, &at, |_| {}).await.unwrap();
    delete(&world, who, &at).await;
    let mut tx = world.begin().await;
    let access = may(at.clone());
    let taken = tx
        .secrets()
        .reserve(&access, SecretId::from_uuid(id()), now())
        .await
        .unwrap();
    assert_eq!((taken.secret, taken.number.get()), (first.secret, 2));
    assert!(taken.before.as_ref().unwrap().deleted && taken.live_before().is_none());
    assert_eq!(taken.kind_before, Some(SecretType::generic()));
    let version = new_version(who, taken.secret, taken.number);
    tx.secrets()
        .insert_version(&access, &version)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();

    let mut reader = world.store.read().await.unwrap();
    let old = reader
        .secrets()
        .find_version(&at, VersionNumber::stored(1))
        .await
        .unwrap()
        .unwrap();
    assert!(
        old.row
            .unwrap()
            .open(&may::<ReadSecret>(at.clone()))
            .unwrap()
            .version
            .deleted
    );
    let versions = reader
        .secrets()
        .list_versions(&may(at.clone()), None, PageSize::MAX)
        .await
        .unwrap();
    assert_eq!(
        versions
            .items
            .iter()
            .map(|one| one.number.get())
            .collect::<Vec<_>>(),
        [2]
    );
    assert!(!world.latest(&at).await.version.deleted);
}

async fn disabling_ends_one_version_only(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "k");
    put(&world.store, who, &at, |_| {}).await.unwrap();
    put(&world.store, who, &at, |_| {}).await.unwrap();
    let one = VersionNumber::stored(1);
    let mut tx = world.begin().await;
    let locked = tx
        .secrets()
        .lock_version(&may(at.clone()), one)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((locked.number, locked.disabled), (one, false));
    assert!(
        tx.secrets()
            .lock_version(&may(at.clone()), VersionNumber::stored(3))
            .await
            .unwrap()
            .is_none()
    );
    tx.secrets().disable(&may(at.clone()), one).await.unwrap();
    let latest = tx
        .secrets()
        .lock_latest(&may(at.clone()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((latest.number.get(), latest.disabled), (2, false));
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let versions = reader
        .secrets()
        .list_versions(&may(at), None, PageSize::MAX)
        .await
        .unwrap();
    assert_eq!(
        versions
            .items
            .iter()
            .map(|one| one.disabled)
            .collect::<Vec<_>>(),
        [false, true]
    );
}

async fn disabling_all_before_one_leaves_it_and_later_ones(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (at, beside) = (who.at(vault, "k"), who.at(vault, "k2"));
    for at in [&at, &at, &at, &at, &beside] {
        put(&world.store, who, at, |_| {}).await.unwrap();
    }
    let mut tx = world.begin().await;
    let third = VersionNumber::stored(3);
    tx.secrets().disable_before(&may(at), third).await.unwrap();
    commit(tx, who).await.unwrap();
    let disabled = "SELECT count(*) AS n FROM secret_versions WHERE disabled";
    let those = "SELECT count(*) AS n FROM secret_versions v JOIN secrets s ON s.id = v.secret_id \
                 WHERE s.path = 'k' AND v.number < 3 AND v.disabled";
    for sql in [disabled, those] {
        assert_eq!(world.number(sql).await, 2, "{sql}");
    }
}

async fn another_tenants_proof_finds_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "k");
    put(&world.store, who, &at, |_| {}).await.unwrap();
    let other = world.tenant().await;
    let foreign = other.at(vault, "k");
    let mut reader = world.store.read().await.unwrap();
    let seen = reader
        .secrets()
        .find_latest(&foreign)
        .await
        .unwrap()
        .unwrap();
    assert!(seen.vault.is_none() && seen.row.is_none());
    let access = may(other.in_vault(vault));
    let all = PathPrefix::default();
    let page = reader
        .secrets()
        .list(&access, &all, None, PageSize::MAX)
        .await
        .unwrap();
    assert!(page.items.is_empty());
    let seen = reader.secrets().find_latest(&at).await.unwrap().unwrap();
    assert!(
        seen.row
            .unwrap()
            .open(&may::<ReadSecret>(foreign))
            .is_none()
    );
}

async fn another_tenants_proof_changes_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    put(&world.store, who, &who.at(vault, "k"), |_| {})
        .await
        .unwrap();
    let other = world.tenant().await;
    let foreign = other.at(vault, "k");
    let mut tx = world.begin().await;
    assert!(
        tx.secrets()
            .vault_seal(&may(foreign.clone()))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        tx.secrets()
            .lock_latest(&may(foreign.clone()))
            .await
            .unwrap()
            .is_none()
    );
    tx.secrets()
        .delete(&may(foreign.clone()), now())
        .await
        .unwrap();
    tx.secrets()
        .disable(&may(foreign.clone()), VersionNumber::stored(1))
        .await
        .unwrap();
    tx.secrets()
        .disable_before(&may(foreign.clone()), VersionNumber::stored(2))
        .await
        .unwrap();
    commit(tx, other).await.unwrap();
    let touched = "SELECT count(*) AS n FROM secret_versions WHERE deleted OR disabled";
    assert_eq!(world.number(touched).await, 0);
    let mut tx = world.begin().await;
    let stolen = tx
        .secrets()
        .reserve(&may(foreign), SecretId::from_uuid(id()), now())
        .await;
    assert!(
        stolen.is_err(),
        "a path was reserved in a vault of another organization"
    );
}

async fn a_read_is_one_statement(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "k");
    put(&world.store, who, &at, |_| {}).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let before = world.store.statistics().read_round_trips;
    reader.secrets().find_latest(&at).await.unwrap();
    assert_eq!(world.store.statistics().read_round_trips, before + 1);
    reader
        .secrets()
        .find_version(&at, VersionNumber::stored(1))
        .await
        .unwrap();
    reader.secrets().find_head(&at).await.unwrap();
    assert_eq!(world.store.statistics().read_round_trips, before + 3);
}
