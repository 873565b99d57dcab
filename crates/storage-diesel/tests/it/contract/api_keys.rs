//! Personal API keys.

use super::standing::new_key;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, commit, may, now};
use oneclaw_domain::PageSize;
use oneclaw_policy::{CreateApiKey, ListApiKeys, LogIn, RevokeApiKey};
use oneclaw_storage::{StorageError, Store};

on_both_stores! {
    a_key_is_found_by_its_hash
    keys_list_newest_first_by_pages_without_revoked_ones
    a_hash_is_taken_once
    nobody_revokes_for_another
}

async fn a_key_is_found_by_its_hash(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let key = new_key(who);
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may::<CreateApiKey>(who.account()), &key, &[5; 32])
        .await
        .unwrap();
    tx.api_keys()
        .touch(&may::<LogIn>(who.account()), key.id, now().plus_seconds(1))
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let found = reader
        .api_keys()
        .find_by_hash(&[5; 32])
        .await
        .unwrap()
        .unwrap();
    assert_eq!((found.key.id, found.user.id), (key.id, who.user));
    assert_eq!(
        (&found.key.name, &found.key.prefix),
        (&key.name, &key.prefix)
    );
    assert_eq!(
        (&found.key.scopes, found.key.expires_at),
        (&key.scopes, key.expires_at)
    );
    assert_eq!(found.key.last_used_at, Some(now().plus_seconds(1)));
    assert!(
        reader
            .api_keys()
            .find_by_hash(&[6; 32])
            .await
            .unwrap()
            .is_none()
    );
}

async fn keys_list_newest_first_by_pages_without_revoked_ones(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let mut expected = Vec::new();
    let mut tx = world.begin().await;
    for serial in 0..7_u8 {
        let mut key = new_key(who);
        // Two of a moment, so that the id decides.
        key.created_at = now().plus_seconds(i64::from(serial / 2));
        tx.api_keys()
            .insert(&may(who.account()), &key, &[serial; 32])
            .await
            .unwrap();
        expected.push((key.created_at, key.id));
    }
    let revoked = expected.remove(3);
    assert!(
        tx.api_keys()
            .revoke(&may(who.account()), revoked.1, now())
            .await
            .unwrap()
    );
    tx.api_keys()
        .insert(&may(other.account()), &new_key(other), &[99; 32])
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    expected.sort();
    expected.reverse();
    let mut reader = world.store.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let access = may::<ListApiKeys>(who.account());
        let page = reader
            .api_keys()
            .list(&access, after, PageSize::new(2).unwrap())
            .await
            .unwrap();
        found.extend(page.items.iter().map(|key| (key.created_at, key.id)));
        after = found.last().copied();
        if !page.more {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn a_hash_is_taken_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may(who.account()), &new_key(who), &[5; 32])
        .await
        .unwrap();
    let again = tx
        .api_keys()
        .insert(&may(who.account()), &new_key(who), &[5; 32])
        .await
        .unwrap_err();
    assert!(matches!(again, StorageError::Conflict(name) if name == "api_keys_key_hash_key"));
}

async fn nobody_revokes_for_another(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let key = new_key(who);
    let mut tx = world.begin().await;
    tx.api_keys()
        .insert(&may(who.account()), &key, &[5; 32])
        .await
        .unwrap();
    assert!(
        !tx.api_keys()
            .revoke(&may::<RevokeApiKey>(other.account()), key.id, now())
            .await
            .unwrap()
    );
    tx.api_keys()
        .touch(&may(other.account()), key.id, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let found = reader
        .api_keys()
        .find_by_hash(&[5; 32])
        .await
        .unwrap()
        .unwrap()
        .key;
    assert!(found.revoked_at.is_none() && found.last_used_at.is_none());
}
