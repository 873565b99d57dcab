//! Devices that ask to be logged in.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, event, id, may, now};
use oneclaw_domain::{
    DEVICE_INTERVAL, DEVICE_TTL, DeviceClient, DeviceGrant, DeviceGrantId, DeviceState, Email, Role,
};
use oneclaw_policy::{ApproveDevice, DenyDevice, Installation, LogIn, ReadProfile, RequestDevice};
use oneclaw_storage::{NewDeviceGrant, StorageError, Store, Tx};

on_both_stores! {
    a_question_comes_back_as_it_was_stored
    a_persons_code_is_taken_once
    a_question_is_decided_once
    dev_05_an_approved_one_is_redeemed_once_of_eight_at_once
    what_was_approved_is_taken_back
    polls_are_noted_and_waiting_ones_counted
    the_sweep_takes_questions_a_day_after_their_end
}

/// Its codes' hashes begin with `code` and differ in their second byte.
fn question(code: u8) -> NewDeviceGrant {
    let hash = |which| {
        let mut hash = [code; 32];
        hash[1] = which;
        hash
    };
    NewDeviceGrant {
        grant: DeviceGrant {
            id: DeviceGrantId::from_uuid(id()),
            client: DeviceClient::parse("cli").unwrap(),
            email: None,
            requested_from: None,
            state: DeviceState::Pending,
            approved_by: None,
            interval: DEVICE_INTERVAL,
            polled_at: None,
            created_at: now(),
            expires_at: now().plus_seconds(DEVICE_TTL),
        },
        device_hash: hash(1),
        user_code_hash: hash(2),
    }
}

async fn end(tx: Box<dyn Tx>) {
    let committed = tx.commit(event(None)).await.unwrap();
    committed.yields(()).into_inner();
}

async fn ask(world: &World, new: &NewDeviceGrant) {
    let mut tx = world.begin().await;
    let access = may::<RequestDevice>(Installation);
    tx.devices().insert(&access, new).await.unwrap();
    end(tx).await;
}

async fn approve(world: &World, who: Tenant, new: &NewDeviceGrant) {
    let mut tx = world.begin().await;
    let access = may::<ApproveDevice>(who.account());
    tx.devices().approve(&access, new.grant.id).await.unwrap();
    commit(tx, who).await.unwrap();
}

async fn deny(world: &World, who: Tenant, new: &NewDeviceGrant) {
    let mut tx = world.begin().await;
    let access = may::<DenyDevice>(who.account());
    tx.devices().deny(&access, new.grant.id).await.unwrap();
    commit(tx, who).await.unwrap();
}

async fn redeem(store: &dyn Store, who: Tenant, grant: DeviceGrantId) -> bool {
    let mut tx = store.begin().await.unwrap();
    let access = may::<LogIn>(who.account());
    let redeemed = tx.devices().redeem(&access, grant).await.unwrap();
    commit(tx, who).await.unwrap();
    redeemed
}

async fn found(world: &World, new: &NewDeviceGrant) -> DeviceGrant {
    let mut reader = world.store.read().await.unwrap();
    let found = reader.devices().find_by_device_code(&new.device_hash).await;
    found.unwrap().unwrap()
}

async fn state(world: &World, new: &NewDeviceGrant) -> DeviceState {
    found(world, new).await.state
}

/// Everything of a question, to compare by: there is no equality of them.
fn all_of(grant: &DeviceGrant) -> String {
    format!("{grant:?}")
}

async fn a_question_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let mut addressed = question(2);
    addressed.grant.email = Some(Email::parse("ada@x.test").unwrap());
    addressed.grant.requested_from = Some("2001:db8::7".parse().unwrap());
    for new in [&question(1), &addressed] {
        ask(&world, new).await;
        let (device, person) = (&new.device_hash, &new.user_code_hash);
        let mut reader = world.store.read().await.unwrap();
        let devices = reader.devices();
        for found in [
            devices.find_by_device_code(device).await.unwrap(),
            devices.find_by_user_code(person).await.unwrap(),
        ] {
            assert_eq!(all_of(&found.unwrap()), all_of(&new.grant));
        }
        // Neither code stands for the other.
        let crossed = devices.find_by_device_code(person).await.unwrap();
        assert!(crossed.is_none());
        assert!(devices.find_by_user_code(device).await.unwrap().is_none());
        drop(reader);
        let mut tx = world.begin().await;
        let devices = tx.devices();
        for found in [
            devices.lock_by_device_code(device).await.unwrap(),
            devices.lock_by_user_code(person).await.unwrap(),
        ] {
            assert_eq!(all_of(&found.unwrap()), all_of(&new.grant));
        }
        let crossed = devices.lock_by_device_code(person).await.unwrap();
        assert!(crossed.is_none());
        assert!(devices.lock_by_user_code(device).await.unwrap().is_none());
    }
}

async fn a_persons_code_is_taken_once(kind: Kind) {
    let world = World::on(kind).await;
    let first = question(1);
    ask(&world, &first).await;
    let second = NewDeviceGrant {
        user_code_hash: first.user_code_hash,
        ..question(2)
    };
    let mut tx = world.begin().await;
    let access = may::<RequestDevice>(Installation);
    let taken = tx.devices().insert(&access, &second).await;
    assert!(
        matches!(taken, Err(StorageError::Conflict(name)) if name == "device_grants_user_code_hash_key")
    );
}

async fn a_question_is_decided_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    let (approved, denied, open) = (question(1), question(2), question(3));
    for new in [&approved, &denied, &open] {
        ask(&world, new).await;
    }
    approve(&world, who, &approved).await;
    approve(&world, other, &approved).await;
    deny(&world, other, &approved).await;
    deny(&world, who, &denied).await;
    approve(&world, who, &denied).await;
    let mut expected = approved.grant.clone();
    expected.state = DeviceState::Approved;
    expected.approved_by = Some((who.org, who.user));
    let stored = found(&world, &approved).await;
    assert_eq!(all_of(&stored), all_of(&expected));
    assert_eq!(state(&world, &denied).await, DeviceState::Denied);
    assert_eq!(state(&world, &open).await, DeviceState::Pending);
    assert!(found(&world, &denied).await.approved_by.is_none());
}

async fn dev_05_an_approved_one_is_redeemed_once_of_eight_at_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Owner).await;
    let (new, open) = (question(1), question(2));
    ask(&world, &new).await;
    ask(&world, &open).await;
    assert!(
        !redeem(&world.store, who, open.grant.id).await,
        "not approved"
    );
    approve(&world, who, &new).await;
    assert!(
        !redeem(&world.store, other, new.grant.id).await,
        "not theirs"
    );
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let (store, grant) = (handles[task % 2].clone(), new.grant.id);
            tokio::spawn(async move { redeem(&store, who, grant).await })
        })
        .collect();
    let mut redeemed = 0;
    for task in tasks {
        redeemed += i64::from(task.await.unwrap());
    }
    assert_eq!(redeemed, 1);
    assert_eq!(state(&world, &new).await, DeviceState::Redeemed);
}

async fn what_was_approved_is_taken_back(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let other = world.member(who, Role::Member).await;
    let (mine, redeemed, theirs) = (question(1), question(2), question(3));
    for (whose, new) in [(who, &mine), (who, &redeemed), (other, &theirs)] {
        ask(&world, new).await;
        approve(&world, whose, new).await;
    }
    assert!(redeem(&world.store, who, redeemed.grant.id).await);
    for expected in [1, 0] {
        let mut tx = world.begin().await;
        let account = may::<ReadProfile>(who.account()).in_account();
        let taken = tx.devices().take_back(account).await.unwrap();
        commit(tx, who).await.unwrap();
        assert_eq!(taken, expected);
    }
    assert_eq!(state(&world, &mine).await, DeviceState::Denied);
    assert_eq!(state(&world, &redeemed).await, DeviceState::Redeemed);
    assert_eq!(state(&world, &theirs).await, DeviceState::Approved);
    assert!(!redeem(&world.store, who, mine.grant.id).await);
}

async fn polls_are_noted_and_waiting_ones_counted(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let (new, other) = (question(1), question(2));
    ask(&world, &new).await;
    ask(&world, &other).await;
    let at = now().plus_seconds(7);
    let mut tx = world.begin().await;
    let access = may::<RequestDevice>(Installation);
    let noted = tx.devices().note_poll(&access, new.grant.id, at, 10).await;
    noted.unwrap();
    end(tx).await;
    let polled = found(&world, &new).await;
    assert_eq!((polled.polled_at, polled.interval), (Some(at), 10));
    let untouched = found(&world, &other).await;
    assert_eq!(all_of(&untouched), all_of(&other.grant));
    let waiting = async |at| {
        let mut reader = world.store.read().await.unwrap();
        reader.devices().count_waiting(at).await.unwrap()
    };
    assert_eq!(waiting(now()).await, 2);
    assert_eq!(waiting(new.grant.expires_at).await, 0);
    deny(&world, who, &other).await;
    assert_eq!(waiting(now()).await, 1);
}

async fn the_sweep_takes_questions_a_day_after_their_end(kind: Kind) {
    let world = World::on(kind).await;
    let new = question(1);
    ask(&world, &new).await;
    let end = new.grant.expires_at.plus_seconds(86_400);
    assert_eq!(world.sweep(end.plus_seconds(-1)).await, 0);
    assert_eq!(state(&world, &new).await, DeviceState::Pending);
    assert_eq!(world.sweep(end).await, 1);
    let left = "SELECT count(*) AS n FROM device_grants";
    assert_eq!(world.number(left).await, 0);
}
