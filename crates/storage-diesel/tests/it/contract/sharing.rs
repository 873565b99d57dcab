//! Reads through shares: both counters move, or neither.

use super::shares::{Shared, end, seen};
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, event, id, may, now, put, read_in};
use oneclaw_domain::{MaxAccessCount, Recipient, Share, VersionId};
use oneclaw_policy::{DeclineShare, DeleteSecret, ListShares};
use oneclaw_storage::Admission::{self, Admitted, ShareEnded, UsedUp};
use oneclaw_storage::{JournalEntry, Store};
use oneclaw_storage_diesel::DieselStore;

on_both_stores! {
    cnt_04_two_shares_of_a_secret_with_one_left_give_one_value
    cnt_04_parallel_reads_by_shares_admit_exactly_each_maximum
    cnt_04_shares_and_plain_reads_are_admitted_in_their_order
    shr_11_a_share_that_has_ended_admits_nobody
    cnt_06_a_share_that_ends_meanwhile_is_counted_before_or_not_at_all
    another_tenants_share_is_not_counted
    shares_deletes_and_counts_never_deadlock
}

fn read_by(who: Tenant, version: VersionId, share: Option<&Share>) -> JournalEntry {
    let read = read_in(who.org, version);
    JournalEntry {
        event: event(Some(who.org)),
        read: Some(share.map_or(read, |share| read.by_share(share.id))),
    }
}

fn at_most(reads: i64) -> MaxAccessCount {
    MaxAccessCount::new(reads).unwrap()
}

async fn count_of(world: &World, shared: &Shared) -> i64 {
    let at = shared.who.at(shared.vault, shared.path);
    world.latest(&at).await.version.access_count
}

fn admitted(admissions: &[Admission]) -> usize {
    admissions.iter().filter(|one| **one == Admitted).count()
}

async fn cnt_04_two_shares_of_a_secret_with_one_left_give_one_value(kind: Kind) {
    let world = World::on(kind).await;
    let handles = [world.store.clone(), world.another().await];
    for round in 0..10 {
        let shared = Shared::of(&world, "k", |version| {
            version.max_access_count = Some(at_most(1));
        })
        .await;
        let (who, version) = (shared.who, shared.version.id);
        let shares = [
            shared.give(&world, Recipient::Link, |_| {}).await,
            shared.give(&world, Recipient::Link, |_| {}).await,
        ];
        let reads = [0, 1].map(|which| {
            let store = handles[which].clone();
            let batch = [read_by(who, version, Some(&shares[which]))];
            tokio::spawn(async move { store.append(&batch).await.unwrap() })
        });
        let mut got = Vec::new();
        for read in reads {
            got.extend(read.await.unwrap());
        }
        assert_eq!(admitted(&got), 1, "round {round}: {got:?}");
        assert!(got.contains(&UsedUp));
        assert_eq!(count_of(&world, &shared).await, 1);
        let mut counted = 0;
        for share in &shares {
            let share = seen(&world, share).await.unwrap();
            assert_eq!(share.accepted, share.access_count == 1);
            counted += share.access_count;
        }
        assert_eq!(counted, 1, "the share that gave nothing was counted");
    }
}

async fn append_some(
    store: DieselStore,
    who: Tenant,
    version: VersionId,
    shares: [Share; 2],
    task: usize,
) -> [usize; 2] {
    let mut given = [0; 2];
    for round in 0..5 {
        // Each task names the shares in another order, as requests do.
        let order = [0, 1, 2, 3].map(|at| (at + task + round) % 2);
        let batch = order.map(|which| read_by(who, version, Some(&shares[which])));
        let admissions = store.append(&batch).await.unwrap();
        for (which, admission) in order.into_iter().zip(admissions) {
            given[which] += usize::from(admission == Admitted);
        }
    }
    given
}

async fn cnt_04_parallel_reads_by_shares_admit_exactly_each_maximum(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |version| {
        version.max_access_count = Some(at_most(12));
    });
    let shared = shared.await;
    let few = shared
        .give(&world, Recipient::Link, |share| {
            share.max_access_count = Some(at_most(3));
        })
        .await;
    let many = shared.give(&world, Recipient::Link, |_| {}).await;
    let shares = [few, many];
    let handles = [world.store.clone(), world.another().await];
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let store = handles[task % 2].clone();
            let (who, version) = (shared.who, shared.version.id);
            tokio::spawn(append_some(store, who, version, shares.clone(), task))
        })
        .collect();
    let mut given = [0; 2];
    for task in tasks {
        for (sum, part) in given.iter_mut().zip(task.await.unwrap()) {
            *sum += part;
        }
    }
    assert_eq!(given[0] + given[1], 12);
    assert!(given[0] <= 3);
    assert_eq!(count_of(&world, &shared).await, 12);
    for (share, given) in shares.iter().zip(given) {
        let stored = seen(&world, share).await.unwrap().access_count;
        assert_eq!(stored, i64::try_from(given).unwrap());
    }
}

async fn cnt_04_shares_and_plain_reads_are_admitted_in_their_order(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |version| {
        version.max_access_count = Some(at_most(3));
    })
    .await;
    let (who, version) = (shared.who, shared.version.id);
    let once = shared
        .give(&world, Recipient::Link, |share| {
            share.max_access_count = Some(at_most(1));
        })
        .await;
    let free = shared.give(&world, Recipient::Link, |_| {}).await;
    let beside = put(&world.store, who, &who.at(shared.vault, "free"), |_| {}).await;
    let beside = beside.unwrap().id;
    let plain = JournalEntry {
        event: event(None),
        read: None,
    };
    let batch = [
        read_by(who, version, Some(&once)),
        read_by(who, version, Some(&once)),
        plain,
        read_by(who, version, None),
        read_by(who, beside, None),
        read_by(who, version, Some(&free)),
        read_by(who, version, Some(&free)),
        read_by(who, version, None),
        read_by(who, VersionId::from_uuid(id()), Some(&free)),
    ];
    let admissions = world.store.append(&batch).await.unwrap();
    let expected = [
        Admitted, ShareEnded, Admitted, Admitted, Admitted, Admitted, UsedUp, UsedUp, UsedUp,
    ];
    assert_eq!(admissions, expected);
    assert_eq!(count_of(&world, &shared).await, 3);
    for share in [&once, &free] {
        let share = seen(&world, share).await.unwrap();
        assert_eq!((share.access_count, share.accepted), (1, true));
    }
    let reason = match kind {
        Kind::Sqlite => "details ->> '$.reason'",
        Kind::Postgres => "details ->> 'reason'",
    };
    for (word, many) in [("share_ended", 1), ("used_up", 3)] {
        let named = format!(
            "SELECT count(*) AS n FROM audit_events WHERE {reason} = '{word}' AND outcome = 'denied'"
        );
        assert_eq!(world.number(&named).await, many, "{word}");
    }
}

async fn shr_11_a_share_that_has_ended_admits_nobody(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, version) = (shared.who, shared.version.id);
    let revoked = shared.give(&world, Recipient::Link, |_| {}).await;
    let declined = shared.give(&world, Recipient::User(who.user), |_| {}).await;
    let unknown = Share {
        id: oneclaw_domain::ShareId::from_uuid(id()),
        ..revoked.clone()
    };
    assert!(end(&world, who, &revoked).await);
    let mut tx = world.begin().await;
    let access = may::<DeclineShare>(who.scope());
    tx.shares()
        .decline(&access, &declined, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    for share in [&revoked, &declined, &unknown] {
        let batch = [read_by(who, version, Some(share))];
        assert_eq!(world.store.append(&batch).await.unwrap(), [ShareEnded]);
    }
    assert_eq!(count_of(&world, &shared).await, 0);
    let declined = seen(&world, &declined).await.unwrap();
    assert_eq!((declined.access_count, declined.accepted), (0, false));
}

async fn cnt_06_a_share_that_ends_meanwhile_is_counted_before_or_not_at_all(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let (who, version) = (shared.who, shared.version.id);
    let another = world.another().await;
    let mut given = 0;
    for _ in 0..20 {
        let share = shared.give(&world, Recipient::Link, |_| {}).await;
        let (store, read) = (another.clone(), read_by(who, version, Some(&share)));
        let append = tokio::spawn(async move { store.append(&[read]).await.unwrap() });
        assert!(end(&world, who, &share).await);
        let after = read_by(who, version, Some(&share));
        let late = world.store.append(&[after]).await.unwrap();
        assert_eq!(late, [ShareEnded], "it was read after its end was told");
        let counted = admitted(&append.await.unwrap());
        given += i64::try_from(counted).unwrap();
        let stored = format!(
            "SELECT access_count AS n FROM shares WHERE id = {}",
            match kind {
                Kind::Sqlite => format!("x'{}'", share.id.uuid().simple()),
                Kind::Postgres => format!("'{}'", share.id.uuid()),
            }
        );
        assert_eq!(world.number(&stored).await, i64::try_from(counted).unwrap());
    }
    assert_eq!(count_of(&world, &shared).await, given);
}

async fn another_tenants_share_is_not_counted(kind: Kind) {
    let world = World::on(kind).await;
    let shared = Shared::of(&world, "k", |_| {}).await;
    let other = Shared::of(&world, "k", |_| {}).await;
    let share = shared.give(&world, Recipient::Link, |_| {}).await;
    let mixed = [read_by(other.who, other.version.id, Some(&share))];
    assert_eq!(world.store.append(&mixed).await.unwrap(), [ShareEnded]);
    assert_eq!(seen(&world, &share).await.unwrap().access_count, 0);
    assert_eq!(count_of(&world, &other).await, 0);
}

async fn shares_deletes_and_counts_never_deadlock(kind: Kind) {
    let world = World::on(kind).await;
    let another = world.another().await;
    for _ in 0..12 {
        let shared = Shared::of(&world, "k", |_| {}).await;
        let who = shared.who;
        let mut batch = Vec::new();
        for _ in 0..6 {
            let share = shared.give(&world, Recipient::Link, |_| {}).await;
            batch.insert(0, read_by(who, shared.version.id, Some(&share)));
        }
        let store = another.clone();
        let append = tokio::spawn(async move { store.append(&batch).await });
        let store = another.clone();
        let maker = who.principal();
        let revoke = tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let org = may::<ListShares>(who.scope()).in_org();
            let ended = tx.shares().revoke_of(org, &[maker], now()).await;
            commit(tx, who).await.unwrap();
            ended
        });
        let mut tx = world.begin().await;
        let access = may::<DeleteSecret>(who.at(shared.vault, shared.path));
        tx.secrets().delete(&access, now()).await.unwrap();
        commit(tx, who).await.unwrap();
        append.await.unwrap().unwrap();
        revoke.await.unwrap().unwrap();
    }
}
