//! Counters of tries.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{World, now};
use oneclaw_storage::{AttemptKey, Store};
use std::collections::BTreeSet;

on_both_stores! {
    a_window_is_fixed_and_begins_with_the_first_try
    auth_06_the_wait_is_whole_from_the_first_try_beyond_the_limit
    parallel_tries_are_each_counted
    tries_are_given_back_down_to_none_whatever_comes_at_once
}

async fn a_window_is_fixed_and_begins_with_the_first_try(kind: Kind) {
    let world = World::on(kind).await;
    let key = AttemptKey([1; 32]);
    let end = now().plus_seconds(60);
    for (later, count, ends_at) in [
        (0, 1, end),
        (10, 2, end),
        (59, 3, end),
        (60, 1, end.plus_seconds(60)),
        (61, 2, end.plus_seconds(60)),
    ] {
        let tries = world
            .store
            .count_attempt(key, now().plus_seconds(later), 1_000_000, 60)
            .await
            .unwrap();
        assert_eq!(
            (tries.count, tries.window_ends_at),
            (count, ends_at),
            "after {later} s"
        );
    }
    assert_eq!(
        world
            .store
            .count_attempt(AttemptKey([2; 32]), now(), 1_000_000, 60)
            .await
            .unwrap()
            .count,
        1
    );
    world.store.clear_attempts(key).await.unwrap();
    assert_eq!(
        world
            .store
            .count_attempt(key, now(), 1_000_000, 60)
            .await
            .unwrap()
            .count,
        1
    );
}

async fn auth_06_the_wait_is_whole_from_the_first_try_beyond_the_limit(kind: Kind) {
    let world = World::on(kind).await;
    let key = AttemptKey([3; 32]);
    let end = now().plus_seconds(60);
    for (later, count, ends_at) in [
        (0, 1, end),
        (50, 2, end),
        (55, 3, end.plus_seconds(55)),
        (58, 4, end.plus_seconds(55)),
        (115, 1, end.plus_seconds(115)),
    ] {
        let tries = world
            .store
            .count_attempt(key, now().plus_seconds(later), 2, 60)
            .await
            .unwrap();
        assert_eq!(
            (tries.count, tries.window_ends_at),
            (count, ends_at),
            "after {later} s"
        );
    }
}

async fn parallel_tries_are_each_counted(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..24)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move {
                store
                    .count_attempt(AttemptKey([1; 32]), now(), 1_000_000, 60)
                    .await
                    .unwrap()
                    .count
            })
        })
        .collect();
    let mut counts = BTreeSet::new();
    for task in tasks {
        counts.insert(task.await.unwrap());
    }
    assert_eq!(counts, (1..=24).collect());
}

async fn tries_are_given_back_down_to_none_whatever_comes_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    let key = AttemptKey([9; 32]);
    let count = || world.store.count_attempt(key, now(), 1_000_000, 60);
    for _ in 0..20 {
        count().await.unwrap();
        count().await.unwrap();
        let (one, other) = tokio::join!(
            handles[0].give_back_attempt(key),
            handles[1].give_back_attempt(key)
        );
        one.unwrap();
        other.unwrap();
        // a try that crossed another one may stay counted, and never goes below none
        let left = count().await.unwrap().count;
        assert!((1..=2).contains(&left), "{left}");
        world.store.clear_attempts(key).await.unwrap();
    }
    world.store.give_back_attempt(key).await.unwrap();
    assert_eq!(count().await.unwrap().count, 1);
}
