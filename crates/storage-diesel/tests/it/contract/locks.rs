//! Who waits for whom.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, commit, event, id, may, new_vault, now, put, read_in};
use oneclaw_domain::{SecretId, VaultId};
use oneclaw_policy::{CreateVault, ListVaults};
use oneclaw_storage::{JournalEntry, LockMode, Store};
use std::time::Duration;

on_both_stores! {
    judged_by_and_changed_exclude_each_other
    a_held_vault_is_not_deleted_meanwhile
    deletes_and_counts_never_deadlock
}

const SOON: Duration = Duration::from_millis(150);

/// A revocation waits for those who judged by what it takes away, and they for it.
async fn judged_by_and_changed_exclude_each_other(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let store = world.another().await;
    let mut judged = world.begin().await;
    judged.orgs().lock(who.org, LockMode::Shared).await.unwrap();
    let mut revoke = tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        let seen = tx
            .orgs()
            .lock(who.org, LockMode::Exclusive)
            .await
            .unwrap()
            .unwrap();
        tx.orgs()
            .raise_epoch(may::<ListVaults>(who.scope()).in_org())
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
        seen
    });
    tokio::time::timeout(SOON, &mut revoke)
        .await
        .expect_err("a revocation did not wait for a write that was judged before it");
    // Counting and foreign keys do not need what is held.
    let org = may::<CreateVault>(who.scope()).in_org();
    assert!(
        judged
            .orgs()
            .claim(org, oneclaw_domain::Resource::Vaults, Some(9))
            .await
            .unwrap()
    );
    judged
        .vaults()
        .insert(&may(who.scope()), &new_vault(who, VaultId::from_uuid(id())))
        .await
        .unwrap();
    commit(judged, who).await.unwrap();
    let seen = revoke.await.unwrap();
    let mut tx = world.begin().await;
    let after = tx
        .orgs()
        .lock(who.org, LockMode::Shared)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.0, seen.0 + 1);
}

async fn a_held_vault_is_not_deleted_meanwhile(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let store = world.another().await;
    let mut held = world.begin().await;
    assert!(
        held.orgs()
            .lock_vault(who.org, vault)
            .await
            .unwrap()
            .is_some()
    );
    let mut delete = tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        let gone = tx.vaults().delete(&may(who.in_vault(vault))).await.unwrap();
        commit(tx, who).await.unwrap();
        gone.map(|gone| gone.secrets)
    });
    let access = may(who.at(vault, "k"));
    let taken = held
        .secrets()
        .reserve(&access, SecretId::from_uuid(id()), now())
        .await
        .unwrap();
    let version = crate::world::new_version(who, taken.secret, taken.number);
    held.secrets()
        .insert_version(&access, &version)
        .await
        .unwrap();
    tokio::time::timeout(SOON, &mut delete)
        .await
        .expect_err("a vault was deleted under a write");
    commit(held, who).await.unwrap();
    assert_eq!(
        delete.await.unwrap(),
        Some(1),
        "the secret that was written meanwhile"
    );
    let mut tx = world.begin().await;
    assert!(
        tx.orgs()
            .lock_vault(who.org, vault)
            .await
            .unwrap()
            .is_none()
    );
}

async fn deletes_and_counts_never_deadlock(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    for round in 0..15 {
        let at = who.at(vault, &format!("k{round}"));
        let mut batch = Vec::new();
        for _ in 0..6 {
            let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
            let read = Some(read_in(who.org, version));
            batch.push(JournalEntry {
                event: event(Some(who.org)),
                read,
            });
        }
        let store = world.store.clone();
        let append = tokio::spawn(async move { store.append(&batch).await });
        let mut tx = world.begin().await;
        tx.secrets()
            .lock_for_delete(&may(at.clone()))
            .await
            .unwrap()
            .unwrap();
        tx.secrets().delete(&may(at), now()).await.unwrap();
        commit(tx, who).await.unwrap();
        append.await.unwrap().unwrap();
    }
}
