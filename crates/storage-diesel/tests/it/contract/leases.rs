//! Leases, and whether the store can be written to.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, now};
use oneclaw_storage::Store;
use uuid::Uuid;

on_both_stores! {
    a_lease_has_one_holder_until_it_is_over
    one_of_many_takes_a_free_lease
    a_store_that_can_be_written_to_answers
}

const A: Uuid = Uuid::from_u128(0xa);
const B: Uuid = Uuid::from_u128(0xb);

async fn a_lease_has_one_holder_until_it_is_over(kind: Kind) {
    let world = World::on(kind).await;
    let store = &world.store;
    let at = |seconds| now().plus_seconds(seconds);
    assert!(store.lease("sealer", A, at(0), at(30)).await.unwrap());
    assert!(!store.lease("sealer", B, at(29), at(59)).await.unwrap());
    assert!(store.lease("outbox", B, at(0), at(30)).await.unwrap());
    assert!(
        store.lease("sealer", A, at(20), at(50)).await.unwrap(),
        "renewed"
    );
    assert!(!store.lease("sealer", B, at(49), at(79)).await.unwrap());
    assert!(
        store.lease("sealer", B, at(50), at(80)).await.unwrap(),
        "taken over"
    );
    store.release_lease("sealer", A).await.unwrap();
    assert!(
        !store.lease("sealer", A, at(51), at(81)).await.unwrap(),
        "given back by another"
    );
    store.release_lease("sealer", B).await.unwrap();
    assert!(store.lease("sealer", A, at(52), at(82)).await.unwrap());
}

async fn one_of_many_takes_a_free_lease(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            let holder = Uuid::from_u128(task as u128);
            tokio::spawn(async move {
                store
                    .lease("sealer", holder, now(), now().plus_seconds(9))
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut holders = 0;
    for task in tasks {
        holders += usize::from(task.await.unwrap());
    }
    assert_eq!(holders, 1);
}

async fn a_store_that_can_be_written_to_answers(kind: Kind) {
    let world = World::on(kind).await;
    world.store.ping().await.unwrap();
    world.store.ping().await.unwrap();
    let text = world.store.describe();
    assert!(!text.contains('@') && !text.contains('?'), "{text}");
    world.store.close().await;
    assert!(world.store.ping().await.is_err());
}
