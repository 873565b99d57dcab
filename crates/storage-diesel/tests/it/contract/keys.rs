//! The installation's keys.

use super::sessions::log_in;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, event, may, now};
use oneclaw_policy::{Installation, ManageKeys};
use oneclaw_storage::{KeyPurpose, Store, StoredKey, Tx, WrappedKey, WrappedOwner};
use oneclaw_storage_diesel::DieselStore;

on_both_stores! {
    cry_04_of_two_who_found_one_does
    keys_come_back_oldest_first
    outdated_keys_are_found_and_rewrapped_once
    the_master_key_is_held_while_it_is_used
    ending_all_sessions_reaches_everybody
}

fn manage() -> oneclaw_policy::Access<ManageKeys> {
    may(Installation)
}

async fn commit(tx: Box<dyn Tx>) {
    tx.commit(event(None))
        .await
        .unwrap()
        .yields(())
        .into_inner();
}

fn key(id: &str, purpose: KeyPurpose, master_key: [u8; 16], age: i64) -> StoredKey {
    StoredKey {
        id: id.to_owned(),
        purpose,
        wrapped: WrappedKey {
            master_key,
            bytes: format!("wrapped {id}").into_bytes(),
        },
        public: (purpose == KeyPurpose::TokenSigning).then(|| b"public".to_vec()),
        created_at: now().plus_seconds(-age),
        retires_at: None,
    }
}

async fn found(store: DieselStore, master_key: [u8; 16]) -> bool {
    let mut tx = store.begin().await.unwrap();
    let first = tx.keys().found(&manage(), &master_key).await.unwrap();
    if first {
        let signing = key("first", KeyPurpose::TokenSigning, master_key, 0);
        tx.keys().insert(&manage(), &signing).await.unwrap();
        commit(tx).await;
    }
    first
}

async fn cry_04_of_two_who_found_one_does(kind: Kind) {
    let world = World::on(kind).await;
    let mut reader = world.store.read().await.unwrap();
    assert!(reader.keys().master_key().await.unwrap().is_none());
    let other = world.another().await;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = if task % 2 == 0 {
                world.store.clone()
            } else {
                other.clone()
            };
            tokio::spawn(found(store, [1; 16]))
        })
        .collect();
    let mut founders = 0;
    for task in tasks {
        founders += usize::from(task.await.unwrap());
    }
    assert_eq!(founders, 1);
    assert!(!found(world.store.clone(), [2; 16]).await);
    assert_eq!(reader.keys().master_key().await.unwrap(), Some([1; 16]));
    assert_eq!(
        reader
            .keys()
            .list(KeyPurpose::TokenSigning)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn keys_come_back_oldest_first(kind: Kind) {
    let world = World::on(kind).await;
    let mut tx = world.begin().await;
    for (id, purpose, age) in [
        ("new", KeyPurpose::TokenSigning, 1),
        ("old", KeyPurpose::TokenSigning, 9),
        ("hash", KeyPurpose::KeyedHash, 5),
    ] {
        tx.keys()
            .insert(&manage(), &key(id, purpose, [1; 16], age))
            .await
            .unwrap();
    }
    tx.keys()
        .retire(&manage(), "old", now().plus_seconds(60))
        .await
        .unwrap();
    commit(tx).await;
    let mut reader = world.store.read().await.unwrap();
    let signing = reader.keys().list(KeyPurpose::TokenSigning).await.unwrap();
    assert_eq!(
        signing
            .iter()
            .map(|key| key.id.as_str())
            .collect::<Vec<_>>(),
        ["old", "new"]
    );
    assert_eq!(signing[0].retires_at, Some(now().plus_seconds(60)));
    assert_eq!(
        (signing[1].retires_at, signing[1].created_at),
        (None, now().plus_seconds(-1))
    );
    assert_eq!(signing[1].public.as_deref(), Some(b"public".as_slice()));
    assert_eq!(
        signing[1].wrapped,
        key("new", KeyPurpose::TokenSigning, [1; 16], 1).wrapped
    );
    let hashing = reader.keys().list(KeyPurpose::KeyedHash).await.unwrap();
    assert!(hashing.len() == 1 && hashing[0].public.is_none());
}

async fn outdated_keys_are_found_and_rewrapped_once(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let mut tx = world.begin().await;
    for id in ["a", "b"] {
        tx.keys()
            .insert(&manage(), &key(id, KeyPurpose::KeyedHash, [7; 16], 0))
            .await
            .unwrap();
    }
    tx.keys()
        .insert(&manage(), &key("c", KeyPurpose::KeyedHash, [8; 16], 0))
        .await
        .unwrap();
    commit(tx).await;
    let mut reader = world.store.read().await.unwrap();
    let outdated = reader.keys().outdated(&[8; 16], 10).await.unwrap();
    let owners: Vec<_> = outdated.iter().map(|(owner, _)| owner.clone()).collect();
    let installation = |id: &str| WrappedOwner::Installation(id.to_owned());
    assert_eq!(
        owners,
        [
            installation("a"),
            installation("b"),
            WrappedOwner::Vault(who.org, vault)
        ]
    );
    assert_eq!(reader.keys().outdated(&[8; 16], 2).await.unwrap().len(), 2);
    for (owner, old) in outdated {
        let new = WrappedKey {
            master_key: [8; 16],
            bytes: b"rewrapped".to_vec(),
        };
        let mut tx = world.begin().await;
        assert!(
            tx.keys()
                .rewrap(&manage(), &owner, &old, &new)
                .await
                .unwrap()
        );
        assert!(
            !tx.keys()
                .rewrap(&manage(), &owner, &old, &new)
                .await
                .unwrap()
        );
        commit(tx).await;
    }
    assert!(
        reader
            .keys()
            .outdated(&[8; 16], 10)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn the_master_key_is_held_while_it_is_used(kind: Kind) {
    let world = World::on(kind).await;
    assert!(found(world.store.clone(), [1; 16]).await);
    let mut user = world.begin().await;
    assert_eq!(user.keys().lock_master_key().await.unwrap(), Some([1; 16]));
    let store = world.another().await;
    let mut rotation = tokio::spawn(async move {
        let mut tx = store.begin().await.unwrap();
        tx.keys().set_master_key(&manage(), &[2; 16]).await.unwrap();
        commit(tx).await;
    });
    let patience = std::time::Duration::from_millis(150);
    tokio::time::timeout(patience, &mut rotation)
        .await
        .expect_err("the master key changed while a key was being wrapped");
    commit(user).await;
    rotation.await.unwrap();
    let mut tx = world.begin().await;
    assert_eq!(tx.keys().lock_master_key().await.unwrap(), Some([2; 16]));
}

async fn ending_all_sessions_reaches_everybody(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    log_in(&world, who, [1; 32]).await;
    log_in(&world, other, [2; 32]).await;
    let mut tx = world.begin().await;
    tx.keys().end_all_sessions(&manage(), now()).await.unwrap();
    commit(tx).await;
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM sessions WHERE revoked_at IS NULL")
            .await,
        0
    );
    assert_eq!(
        world.number("SELECT min(authz_epoch) AS n FROM orgs").await,
        1
    );
}
