//! Organizations and what they may have.

use super::agents::{new_agent, register};
use super::invites::{invite, new_invite};
use super::policies::{insert_policy, new_policy};
use super::sessions::log_in;
use super::shares::Shared;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, event, id, may, now, put, read_in, sign_up};
use oneclaw_domain::{Epoch, OrgId, Recipient, Resource, UserId};
use oneclaw_policy::{CreateVault, DeleteAccount, ListVaults};
use oneclaw_storage::{JournalEntry, LockMode, StorageError, Store};

on_both_stores! {
    the_first_of_eight_at_once_is_the_platform
    cnt_05_parallel_claims_stop_at_the_limit
    what_is_released_can_be_claimed_again
    a_raised_epoch_is_seen_after_the_commit
    an_org_comes_back_as_it_was_stored
    acc_04_a_deleted_organization_takes_everything_but_what_was_done
    a_deletion_and_the_journal_never_deadlock
}

async fn the_first_of_eight_at_once_is_the_platform(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            let who = Tenant {
                org: OrgId::from_uuid(id()),
                user: UserId::from_uuid(id()),
            };
            tokio::spawn(async move { sign_up(&store, who).await.unwrap().is_platform })
        })
        .collect();
    let mut platforms = 0;
    for task in tasks {
        platforms += usize::from(task.await.unwrap());
    }
    assert_eq!(platforms, 1);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM orgs WHERE is_platform")
            .await,
        1
    );
    let late = Tenant {
        org: OrgId::from_uuid(id()),
        user: UserId::from_uuid(id()),
    };
    assert!(!sign_up(&world.store, late).await.unwrap().is_platform);
}

async fn cnt_05_parallel_claims_stop_at_the_limit(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let store = handles[task % 2].clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                tx.orgs().lock(who.org, LockMode::Shared).await.unwrap();
                let org = may::<CreateVault>(who.scope()).in_org();
                let claimed = tx
                    .orgs()
                    .claim(org, Resource::Vaults, Some(5))
                    .await
                    .unwrap();
                if claimed {
                    let vault = oneclaw_domain::VaultId::from_uuid(id());
                    let new = crate::world::new_vault(who, vault);
                    tx.vaults().insert(&may(who.scope()), &new).await.unwrap();
                    commit(tx, who).await.unwrap();
                }
                claimed
            })
        })
        .collect();
    let mut claimed = 0;
    for task in tasks {
        claimed += i64::from(task.await.unwrap());
    }
    assert_eq!(claimed, 5);
    assert_eq!(world.number("SELECT vaults AS n FROM org_usage").await, 5);
    assert_eq!(world.number("SELECT count(*) AS n FROM vaults").await, 5);
}

async fn what_is_released_can_be_claimed_again(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let org = || may::<CreateVault>(who.scope()).in_org();
    let mut tx = world.begin().await;
    for _ in 0..3 {
        assert!(
            tx.orgs()
                .claim(org(), Resource::Secrets, Some(3))
                .await
                .unwrap()
        );
    }
    assert!(
        !tx.orgs()
            .claim(org(), Resource::Secrets, Some(3))
            .await
            .unwrap()
    );
    assert!(
        tx.orgs()
            .claim(org(), Resource::Secrets, None)
            .await
            .unwrap()
    );
    tx.orgs()
        .release(org(), Resource::Secrets, 2)
        .await
        .unwrap();
    assert!(
        tx.orgs()
            .claim(org(), Resource::Secrets, Some(3))
            .await
            .unwrap()
    );
    assert!(
        tx.orgs()
            .claim(org(), Resource::Vaults, Some(1))
            .await
            .unwrap()
    );
    commit(tx, who).await.unwrap();
    assert_eq!(world.number("SELECT secrets AS n FROM org_usage").await, 3);
    let mut tx = world.begin().await;
    assert!(
        tx.orgs().release(org(), Resource::Vaults, 2).await.is_err(),
        "a counter below zero"
    );
}

async fn a_raised_epoch_is_seen_after_the_commit(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let mut reader = world.store.read().await.unwrap();
    let before = reader.access().epoch(who.org).await.unwrap().unwrap();
    let mut tx = world.begin().await;
    assert_eq!(
        tx.orgs().lock(who.org, LockMode::Exclusive).await.unwrap(),
        Some(before)
    );
    tx.orgs()
        .raise_epoch(may::<ListVaults>(who.scope()).in_org())
        .await
        .unwrap();
    assert_eq!(reader.access().epoch(who.org).await.unwrap(), Some(before));
    assert_eq!(
        tx.access().epoch(who.org).await.unwrap(),
        Some(Epoch(before.0 + 1))
    );
    commit(tx, who).await.unwrap();
    assert_eq!(
        reader.access().epoch(who.org).await.unwrap(),
        Some(Epoch(before.0 + 1))
    );
    assert_eq!(
        reader.access().epoch(other.org).await.unwrap(),
        Some(before)
    );
    assert!(
        reader
            .access()
            .epoch(OrgId::from_uuid(id()))
            .await
            .unwrap()
            .is_none()
    );
    let mut tx = world.begin().await;
    assert!(
        tx.orgs()
            .lock(OrgId::from_uuid(id()), LockMode::Shared)
            .await
            .unwrap()
            .is_none()
    );
}

async fn an_org_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let mut tx = world.begin().await;
    let org = tx
        .orgs()
        .find(may::<ListVaults>(who.scope()).in_org())
        .await
        .unwrap()
        .unwrap();
    let stored = who.own_org();
    assert_eq!(
        (org.id, org.name, org.plan),
        (stored.id, stored.name, stored.plan)
    );
    assert_eq!((org.created_at, org.is_platform), (now(), true));
}

async fn delete(store: &dyn Store, who: Tenant) -> Result<(), StorageError> {
    let mut tx = store.begin().await?;
    tx.orgs().lock(who.org, LockMode::Exclusive).await?;
    let access = may::<DeleteAccount>(who.account());
    tx.orgs().delete(&access).await?;
    commit(tx, who).await
}

async fn acc_04_a_deleted_organization_takes_everything_but_what_was_done(kind: Kind) {
    let world = World::on(kind).await;
    let mut tenants = Vec::new();
    for serial in [1, 2] {
        let shared = Shared::of(&world, "k", |_| {}).await;
        shared.give(&world, Recipient::Link, |_| {}).await;
        let who = shared.who;
        let policy = new_policy(who, shared.vault, who.principal(), "**");
        insert_policy(&world, who, &policy).await;
        register(&world, who, &new_agent(who)).await;
        invite(&world, who, &new_invite(who), [serial; 32]).await;
        log_in(&world, who, [serial; 32]).await;
        tenants.push(who);
    }
    let events = "SELECT count(*) AS n FROM audit_events";
    let before = world.number(events).await;
    delete(&world.store, tenants[0]).await.unwrap();
    assert_eq!(world.number(events).await, before + 1, "its own event");
    let tables = "orgs org_usage users vaults secrets secret_versions shares policies agents \
                  invites sessions refresh_tokens";
    for table in tables.split_whitespace() {
        let query = format!("SELECT count(*) AS n FROM {table}");
        assert_eq!(world.number(&query).await, 1, "{table}");
    }
    let mut tx = world.begin().await;
    for (who, is_there) in [(tenants[0], false), (tenants[1], true)] {
        let found = tx.users().find_by_email(&who.person().email).await;
        assert_eq!(found.unwrap().is_some(), is_there);
    }
}

async fn a_deletion_and_the_journal_never_deadlock(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    for _ in 0..3 {
        let who = world.tenant().await;
        let mut versions = Vec::new();
        for _ in 0..2 {
            let vault = world.vault(who).await;
            for path in ["a", "b", "c"] {
                let version = put(&world.store, who, &who.at(vault, path), |_| {}).await;
                versions.push(version.unwrap().id);
            }
        }
        let batch: Vec<_> = versions
            .iter()
            .map(|version| JournalEntry {
                event: event(Some(who.org)),
                read: Some(read_in(who.org, *version)),
            })
            .collect();
        let mut tasks = Vec::new();
        for task in 0..6 {
            let (store, batch) = (handles[task % 2].clone(), batch.clone());
            tasks.push(tokio::spawn(async move {
                if task == 3 {
                    delete(&store, who).await.unwrap();
                } else {
                    // each entry needs an id of its own
                    let batch = batch.into_iter().map(|entry| JournalEntry {
                        event: event(Some(who.org)),
                        ..entry
                    });
                    let batch: Vec<_> = batch.collect();
                    store.append(&batch).await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM orgs").await, 0);
}
