//! Second factors and recovery codes.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, may, now};
use oneclaw_domain::Role;
use oneclaw_policy::{InAccount, ReadMfa, ReadProfile};
use oneclaw_storage::{StorageError, Store};

on_both_stores! {
    a_factor_waits_is_turned_on_and_goes
    another_pending_one_takes_the_place_and_one_that_is_on_stays
    mfa_02_a_step_is_used_once_of_eight_at_once_and_never_an_earlier_one
    mfa_04_a_recovery_code_is_spent_once_of_eight_at_once
    nobody_touches_anothers_factor
}

fn of(who: Tenant) -> InAccount {
    may::<ReadMfa>(who.account()).in_account()
}

async fn put_pending(world: &World, who: Tenant, sealed: &[u8]) -> Result<(), StorageError> {
    let mut tx = world.begin().await;
    let until = now().plus_seconds(600);
    tx.second_factors()
        .put_pending(of(who), sealed, until)
        .await?;
    commit(tx, who).await
}

async fn turn_on(world: &World, who: Tenant, step: i64, recovery: &[[u8; 32]]) {
    let mut tx = world.begin().await;
    tx.second_factors()
        .turn_on(of(who), step, recovery)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
}

/// Whether it is on, as a reader, a unit of work and a profile see it.
async fn is_on(world: &World, who: Tenant) -> bool {
    let mut reader = world.store.read().await.unwrap();
    let access = may::<ReadMfa>(who.account());
    let is_on = reader.second_factors().is_on(&access).await.unwrap();
    let access = may::<ReadProfile>(who.account());
    let profile = reader.users().profile(&access).await.unwrap().unwrap();
    drop(reader);
    let mut tx = world.begin().await;
    let asked = tx.second_factors().is_asked_for(of(who)).await.unwrap();
    assert_eq!([profile.has_second_factor, asked], [is_on; 2]);
    is_on
}

async fn a_factor_waits_is_turned_on_and_goes(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    assert!(!is_on(&world, who).await);
    put_pending(&world, who, b"sealed").await.unwrap();
    assert!(!is_on(&world, who).await);
    let lock = async || {
        let mut tx = world.begin().await;
        tx.second_factors().lock(of(who)).await.unwrap()
    };
    let pending = lock().await.unwrap();
    assert_eq!(
        (pending.sealed.as_slice(), pending.is_on),
        (&b"sealed"[..], false)
    );
    assert_eq!(pending.pending_until, now().plus_seconds(600));
    assert!(pending.last_step < 0, "step 0 was not used");
    turn_on(&world, who, 7, &[[1; 32], [2; 32]]).await;
    assert!(is_on(&world, who).await);
    let on = lock().await.unwrap();
    assert_eq!(
        (on.sealed.as_slice(), on.is_on, on.last_step),
        (&b"sealed"[..], true, 7)
    );
    for was_on in [true, false] {
        let mut tx = world.begin().await;
        assert_eq!(tx.second_factors().remove(of(who)).await.unwrap(), was_on);
        commit(tx, who).await.unwrap();
    }
    assert!(!is_on(&world, who).await);
    assert!(lock().await.is_none());
    let codes = "SELECT count(*) AS n FROM recovery_codes";
    assert_eq!(world.number(codes).await, 0);
}

async fn another_pending_one_takes_the_place_and_one_that_is_on_stays(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    put_pending(&world, who, b"first").await.unwrap();
    put_pending(&world, who, b"second").await.unwrap();
    turn_on(&world, who, 7, &[[1; 32]]).await;
    let refused = put_pending(&world, who, b"third").await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))));
    let mut tx = world.begin().await;
    let kept = tx.second_factors().lock(of(who)).await.unwrap().unwrap();
    assert_eq!((kept.sealed.as_slice(), kept.is_on), (&b"second"[..], true));
}

/// What is tried by several at once.
#[derive(Clone, Copy)]
enum Try {
    Step(i64),
    Recovery([u8; 32]),
}

async fn passes(store: &dyn Store, who: Tenant, what: Try) -> bool {
    let mut tx = store.begin().await.unwrap();
    let factors = tx.second_factors();
    let passed = match what {
        Try::Step(step) => factors.use_step(of(who), step).await.unwrap(),
        Try::Recovery(hash) => factors.spend_recovery(of(who), &hash).await.unwrap(),
    };
    commit(tx, who).await.unwrap();
    passed
}

/// How many of eight at once pass.
async fn passed_of_eight(world: &World, who: Tenant, what: Try) -> i64 {
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move { passes(&store, who, what).await })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += i64::from(task.await.unwrap());
    }
    passed
}

async fn mfa_02_a_step_is_used_once_of_eight_at_once_and_never_an_earlier_one(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    put_pending(&world, who, b"sealed").await.unwrap();
    turn_on(&world, who, 7, &[]).await;
    assert!(!passes(&world.store, who, Try::Step(7)).await);
    assert_eq!(passed_of_eight(&world, who, Try::Step(9)).await, 1);
    for (step, passed) in [(8, false), (9, false), (10, true), (10, false)] {
        assert_eq!(passes(&world.store, who, Try::Step(step)).await, passed);
    }
}

async fn mfa_04_a_recovery_code_is_spent_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    put_pending(&world, who, b"sealed").await.unwrap();
    turn_on(&world, who, 7, &[[1; 32], [2; 32]]).await;
    let tried = Try::Recovery([1; 32]);
    assert_eq!(passed_of_eight(&world, who, tried).await, 1);
    for (hash, passed) in [([1; 32], false), ([3; 32], false), ([2; 32], true)] {
        let tried = Try::Recovery(hash);
        assert_eq!(passes(&world.store, who, tried).await, passed);
    }
}

async fn nobody_touches_anothers_factor(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    put_pending(&world, who, b"sealed").await.unwrap();
    turn_on(&world, who, 7, &[[1; 32]]).await;
    let mixed = Tenant {
        org: world.tenant().await.org,
        user: who.user,
    };
    for other in [world.member(who, Role::Owner).await, mixed] {
        let mut tx = world.begin().await;
        let factors = tx.second_factors();
        assert!(!factors.is_asked_for(of(other)).await.unwrap());
        assert!(factors.lock(of(other)).await.unwrap().is_none());
        assert!(!factors.use_step(of(other), 8).await.unwrap());
        let spent = factors.spend_recovery(of(other), &[1; 32]).await;
        assert!(!spent.unwrap());
        assert!(!factors.remove(of(other)).await.unwrap());
        commit(tx, who).await.unwrap();
    }
    assert!(is_on(&world, who).await);
    assert!(passes(&world.store, who, Try::Step(8)).await);
    assert!(passes(&world.store, who, Try::Recovery([1; 32])).await);
}
