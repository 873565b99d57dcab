//! The journal and what it counts.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, event, id, put, read_in};
use oneclaw_domain::{MaxAccessCount, VersionId};
use oneclaw_policy::SecretAt;
use oneclaw_storage::Admission::{self, Admitted, UsedUp};
use oneclaw_storage::{JournalEntry, Store};
use oneclaw_storage_diesel::DieselStore;

on_both_stores! {
    cnt_01_parallel_batches_admit_exactly_the_maximum
    entries_are_admitted_in_their_order
    without_a_maximum_all_are_admitted_and_counted
    a_version_that_is_gone_admits_nobody
    a_batch_is_all_or_nothing
    another_tenants_version_is_not_counted
}

fn read_of(who: Tenant, version: VersionId) -> JournalEntry {
    let read = read_in(who.org, version);
    JournalEntry {
        event: event(Some(who.org)),
        read: Some(read),
    }
}

async fn count_of(world: &World, at: &SecretAt) -> i64 {
    world.latest(at).await.version.access_count
}

async fn append_some(
    store: DieselStore,
    who: Tenant,
    versions: [VersionId; 3],
    task: usize,
) -> [usize; 3] {
    let mut admitted = [0; 3];
    for round in 0..5 {
        // Each task names the versions in another order, as requests do.
        let order: Vec<usize> = (0..9).map(|at| (at * (task + 1) + round) % 3).collect();
        let batch: Vec<JournalEntry> = order
            .iter()
            .map(|&which| read_of(who, versions[which]))
            .collect();
        let admissions = store.append(&batch).await.unwrap();
        assert_eq!(admissions.len(), batch.len());
        for (which, admission) in order.into_iter().zip(admissions) {
            admitted[which] += usize::from(admission == Admission::Admitted);
        }
    }
    admitted
}

async fn cnt_01_parallel_batches_admit_exactly_the_maximum(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let maxima = [1, 10, 100];
    let mut versions = [VersionId::from_uuid(id()); 3];
    for (slot, max) in versions.iter_mut().zip(maxima) {
        let at = who.at(vault, &format!("counted/{max}"));
        let limited = put(&world.store, who, &at, |version| {
            version.max_access_count = Some(MaxAccessCount::new(max).unwrap());
        });
        *slot = limited.await.unwrap().id;
    }
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| tokio::spawn(append_some(handles[task % 2].clone(), who, versions, task)))
        .collect();
    let mut admitted = [0; 3];
    let mut asked = 0;
    for task in tasks {
        for (sum, part) in admitted.iter_mut().zip(task.await.unwrap()) {
            *sum += part;
        }
        asked += 45;
    }
    assert_eq!(admitted[..2], [1, 10]);
    assert!(admitted[2] <= 100);
    for (admitted, max) in admitted.into_iter().zip(maxima) {
        let stored = count_of(&world, &who.at(vault, &format!("counted/{max}"))).await;
        assert_eq!(stored, i64::try_from(admitted).unwrap());
    }
    let events = "SELECT count(*) AS n FROM audit_events WHERE action = 'secret.read'";
    let setup = 2 + 3;
    assert_eq!(world.number(events).await, asked + setup);
    let denied = "SELECT count(*) AS n FROM audit_events WHERE outcome = 'denied'";
    let refused = asked - i64::try_from(admitted.iter().sum::<usize>()).unwrap();
    assert_eq!(world.number(denied).await, refused);
}

async fn entries_are_admitted_in_their_order(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "two");
    let limited = put(&world.store, who, &at, |version| {
        version.max_access_count = Some(MaxAccessCount::new(2).unwrap());
    });
    let version = limited.await.unwrap().id;
    let plain = JournalEntry {
        event: event(None),
        read: None,
    };
    let batch = [
        read_of(who, version),
        plain,
        read_of(who, version),
        read_of(who, version),
        read_of(who, version),
    ];
    let admissions = world.store.append(&batch).await.unwrap();
    assert_eq!(admissions, [Admitted, Admitted, Admitted, UsedUp, UsedUp]);
    let statistics = world.store.statistics();
    assert_eq!(
        (statistics.journal_commits, statistics.journal_events),
        (1, 5)
    );
    let ordered = "SELECT count(*) AS n FROM audit_events a JOIN audit_events b ON b.seq = a.seq + 1 \
                   WHERE a.outcome = 'ok' AND b.outcome = 'denied'";
    assert_eq!(world.number(ordered).await, 1);
    let reason = match kind {
        Kind::Sqlite => "details ->> '$.reason'",
        Kind::Postgres => "details ->> 'reason'",
    };
    let named = format!("SELECT count(*) AS n FROM audit_events WHERE {reason} = 'used_up'");
    assert_eq!(world.number(&named).await, 2);
}

async fn without_a_maximum_all_are_admitted_and_counted(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "free");
    let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
    let batch: Vec<JournalEntry> = (0..100).map(|_| read_of(who, version)).collect();
    let admissions = world.store.append(&batch).await.unwrap();
    assert!(admissions.iter().all(|one| *one == Admission::Admitted));
    assert_eq!(count_of(&world, &at).await, 100);
    assert!(world.store.append(&[]).await.unwrap().is_empty());
}

async fn a_version_that_is_gone_admits_nobody(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let gone = read_of(who, VersionId::from_uuid(id()));
    assert_eq!(
        world.store.append(&[gone]).await.unwrap(),
        [Admission::UsedUp]
    );
}

async fn a_batch_is_all_or_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "k");
    let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
    let events = world.number("SELECT count(*) AS n FROM audit_events").await;
    let twice = read_of(who, version);
    let batch = [read_of(who, version), twice.clone(), twice];
    assert!(
        world.store.append(&batch).await.is_err(),
        "one event was stored twice"
    );
    assert_eq!(count_of(&world, &at).await, 0);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM audit_events").await,
        events
    );
    assert_eq!(
        world.store.append(&batch[..2]).await.unwrap(),
        [Admission::Admitted, Admission::Admitted]
    );
    assert_eq!(count_of(&world, &at).await, 2);
}

async fn another_tenants_version_is_not_counted(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let at = who.at(vault, "k");
    let version = put(&world.store, who, &at, |_| {}).await.unwrap().id;
    let other = world.tenant().await;
    assert_eq!(
        world
            .store
            .append(&[read_of(other, version)])
            .await
            .unwrap(),
        [Admission::UsedUp]
    );
    assert_eq!(count_of(&world, &at).await, 0);
}
