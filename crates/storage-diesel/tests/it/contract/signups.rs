//! Accounts that wait for their address to be proved.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{DisplayName, Email, OrgId, SignupId, UserId};
use oneclaw_policy::SignUp;
use oneclaw_storage::{PendingSignup, StorageError, Store};

on_both_stores! {
    what_waits_comes_back_as_it_was_stored
    several_wait_for_one_address_and_go_together
    a_link_is_taken_once
    the_sweep_takes_what_waited_a_day_too_long
}

fn waiting(email: &str) -> PendingSignup {
    PendingSignup {
        id: SignupId::from_uuid(id()),
        email: Email::parse(email).unwrap(),
        display_name: DisplayName::parse("Ada").unwrap(),
        password_hash: "$argon2id$x".to_owned(),
        may_be_first: true,
        created_at: now(),
        expires_at: now().plus_seconds(86_400),
    }
}

/// Nobody has an account yet: the proof names one that would be.
fn nobody() -> Tenant {
    Tenant {
        org: OrgId::from_uuid(id()),
        user: UserId::from_uuid(id()),
    }
}

async fn wait(world: &World, signup: &PendingSignup, hash: [u8; 32]) -> Result<(), StorageError> {
    let who = nobody();
    let mut tx = world.begin().await;
    let access = may::<SignUp>(who.account());
    tx.signups().insert(&access, signup, &hash).await?;
    commit(tx, who).await
}

async fn found(world: &World, hash: [u8; 32]) -> Option<PendingSignup> {
    let mut tx = world.begin().await;
    tx.signups().lock(&hash).await.unwrap()
}

async fn what_waits_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let mut later = waiting("grace@x.test");
    later.may_be_first = false;
    let first = waiting("ada@x.test");
    wait(&world, &first, [1; 32]).await.unwrap();
    wait(&world, &later, [2; 32]).await.unwrap();
    for (hash, stored) in [([1; 32], &first), ([2; 32], &later)] {
        let found = found(&world, hash).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{stored:?}"));
    }
    assert!(found(&world, [3; 32]).await.is_none());
    // It is no account.
    let mut reader = world.store.read().await.unwrap();
    assert!(!reader.users().any().await.unwrap());
    assert!(!reader.users().is_taken(&first.email).await.unwrap());
}

async fn several_wait_for_one_address_and_go_together(kind: Kind) {
    let world = World::on(kind).await;
    for (email, hash) in [("ada@x.test", 1), ("ada@x.test", 2), ("grace@x.test", 3)] {
        wait(&world, &waiting(email), [hash; 32]).await.unwrap();
    }
    let who = nobody();
    let address = Email::parse("ada@x.test").unwrap();
    for expected in [2, 0] {
        let mut tx = world.begin().await;
        let access = may::<SignUp>(who.account());
        let cleared = tx.signups().clear(&access, &address).await.unwrap();
        commit(tx, who).await.unwrap();
        assert_eq!(cleared, expected);
    }
    assert!(found(&world, [1; 32]).await.is_none());
    assert!(found(&world, [2; 32]).await.is_none());
    assert!(found(&world, [3; 32]).await.is_some());
}

async fn a_link_is_taken_once(kind: Kind) {
    let world = World::on(kind).await;
    let first = waiting("ada@x.test");
    wait(&world, &first, [1; 32]).await.unwrap();
    let taken = wait(&world, &waiting("grace@x.test"), [1; 32]).await;
    assert!(
        matches!(taken, Err(StorageError::Conflict(name)) if name == "pending_signups_token_hash_key")
    );
}

async fn the_sweep_takes_what_waited_a_day_too_long(kind: Kind) {
    let world = World::on(kind).await;
    let signup = waiting("ada@x.test");
    wait(&world, &signup, [1; 32]).await.unwrap();
    let end = signup.expires_at.plus_seconds(86_400);
    assert_eq!(world.sweep(end.plus_seconds(-1)).await, 0);
    assert!(found(&world, [1; 32]).await.is_some());
    assert_eq!(world.sweep(end).await, 1);
    assert!(found(&world, [1; 32]).await.is_none());
}
