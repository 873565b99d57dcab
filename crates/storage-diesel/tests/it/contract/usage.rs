//! Metered requests: counted in the commit of their event, and paid for beyond the limit.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, event, id, may, new_vault, now, put, read_in};
use oneclaw_domain::{
    Actor, AuditEvent, CreditEntryId, CreditKind, CreditLot, CreditLotId, MicroUsd, Month,
    OverageMethod, Plans, Priced, RefusedStatus, Tier, Timestamp, Usage, VaultId, VersionId,
};
use oneclaw_policy::{BookPayment, InOrg, ListVaults};
use oneclaw_storage::Admission::{self, Admitted};
use oneclaw_storage::{CreditChange, JournalEntry, Stale, StorageError, Store};
use oneclaw_storage_diesel::DieselStore;
use std::sync::Arc;

on_both_stores! {
    requests_are_counted_with_their_events
    bil_05_the_last_cent_is_spent_once
    bil_05_a_unit_of_work_that_nobody_pays_leaves_nothing
    what_is_refused_costs_nothing_and_counts
    an_organization_that_is_gone_stops_nobody
    bil_09_months_are_counted_apart
    a_batch_that_fails_charges_nothing
}

/// Requests that the free plan allows in these tests.
const LIMIT: i64 = 5;
/// What one beyond costs, in millionths.
const OVERAGE: i64 = 1000;

/// A free plan of few requests.
pub(super) fn plans() -> Arc<Plans> {
    let mut plans = Plans {
        default_tier: Tier::Free,
        ..Plans::default()
    };
    plans.free.requests = Some(LIMIT);
    plans.free.overage = MicroUsd::new(OVERAGE);
    Arc::new(plans)
}

/// The event of a metered request.
pub(super) fn metered(who: Tenant, price: Option<Priced>, at: Timestamp) -> AuditEvent {
    let usage = Usage {
        method: "GET",
        route: "/v1/vaults/{vault_id}",
        status: 200,
        by: Actor::Principal(who.principal()),
        refused: RefusedStatus {
            used_up: 410,
            share_ended: 411,
            unpaid: 402,
        },
        price,
        plans: plans(),
    };
    AuditEvent {
        usage: Some(Box::new(usage)),
        created_at: at,
        ..event(Some(who.org))
    }
}

pub(super) fn entry(event: AuditEvent) -> JournalEntry {
    JournalEntry { event, read: None }
}

pub(super) fn within(who: Tenant) -> InOrg {
    may::<ListVaults>(who.scope()).in_org()
}

/// Somebody whose organization is not the platform's.
pub(super) async fn customer(world: &World) -> Tenant {
    world.tenant().await;
    world.tenant().await
}

/// Adds credits that end at a moment.
pub(super) async fn top_up(
    world: &World,
    who: Tenant,
    micros: i64,
    made: Timestamp,
    end: Timestamp,
) {
    let lot = CreditLot {
        id: CreditLotId::from_uuid(id()),
        granted: MicroUsd::new(micros),
        left: MicroUsd::new(micros),
        created_at: made,
        expires_at: end,
    };
    let change = CreditChange {
        lot: Some(lot),
        taken: MicroUsd::ZERO,
        entry: CreditEntryId::from_uuid(id()),
        kind: CreditKind::Topup,
        description: "bought".to_owned(),
        at: made,
    };
    let mut tx = world.begin().await;
    let org = may::<BookPayment>(who.scope()).in_org();
    let balance = tx.billing().change_credits(org, &change).await.unwrap();
    assert!(balance.is_some());
    crate::world::commit(tx, who).await.unwrap();
}

/// That the ledger, the account and the purchases say the same, for all organizations.
pub(super) async fn adds_up(world: &World) {
    let wrong = "SELECT count(*) AS n FROM credit_accounts a WHERE a.balance <> \
        (SELECT COALESCE(sum(amount), 0) FROM credit_entries e WHERE e.org_id = a.org_id) \
        OR a.balance <> (SELECT COALESCE(sum(remaining), 0) FROM credit_lots l \
        WHERE l.org_id = a.org_id) OR a.balance <> (SELECT balance FROM credit_entries e \
        WHERE e.org_id = a.org_id ORDER BY seq DESC LIMIT 1)";
    assert_eq!(world.number(wrong).await, 0, "the ledger does not add up");
}

pub(super) async fn used(world: &World, who: Tenant) -> (i64, i64, i64) {
    let mut reader = world.store.read().await.unwrap();
    let month = Month::of(now());
    let used = reader.billing().month(within(who), month).await.unwrap();
    (used.requests, used.paid, used.cost.get())
}

async fn requests_are_counted_with_their_events(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let one = metered(who, Some(Priced::ReadSecret), now());
    let free = metered(who, None, now());
    let unmetered = event(Some(who.org));
    let batch = [one.clone(), unmetered, free].map(entry);
    world.store.append(&batch).await.unwrap();
    let tx = world.begin().await;
    let written = metered(who, Some(Priced::WriteSecret), now());
    tx.commit(written).await.unwrap().yields(()).into_inner();
    assert_eq!(used(&world, who).await, (3, 0, 0));
    let mut reader = world.store.read().await.unwrap();
    let size = oneclaw_domain::PageSize::new(2).unwrap();
    let history = reader.billing().history(within(who), size).await.unwrap();
    let prices: Vec<_> = history.iter().map(|one| one.price.get()).collect();
    assert_eq!(prices, [5000, 0]);
    let all = reader
        .billing()
        .history(within(who), oneclaw_domain::PageSize::MAX);
    let first = all.await.unwrap().pop().unwrap();
    assert_eq!(
        (first.id, first.status, first.is_paid),
        (one.id, 200, false)
    );
    assert_eq!(first.endpoint, "/v1/vaults/{vault_id}");
    assert_eq!(first.principal_id, who.user.to_string());
    let known = world.store.last_quota(who.org).unwrap();
    assert_eq!((known.used, known.limit), (3, Some(LIMIT)));
    let asked = reader.billing().quota_of(who.org, &plans(), now()).await;
    assert_eq!(asked.unwrap().unwrap(), known);
}

async fn read_some(
    store: DieselStore,
    who: Tenant,
    version: VersionId,
    many: usize,
) -> Vec<Admission> {
    let read = || JournalEntry {
        event: metered(who, Some(Priced::ReadSecret), now()),
        read: Some(read_in(who.org, version)),
    };
    let batch: Vec<_> = (0..many).map(|_| read()).collect();
    store.append(&batch).await.unwrap()
}

async fn bil_05_the_last_cent_is_spent_once(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let vault = world.vault(who).await;
    let version = put(&world.store, who, &who.at(vault, "k"), |_| {}).await;
    let version = version.unwrap().id;
    let year = now().plus_seconds(365 * 86_400);
    // ten requests, and not quite one more
    top_up(&world, who, 10 * OVERAGE + OVERAGE - 1, now(), year).await;
    let stores = [world.store.clone(), world.another().await];
    let readers: Vec<_> = (0..64)
        .map(|reader| {
            let store = stores[reader % 2].clone();
            tokio::spawn(read_some(store, who, version, 1 + reader % 2))
        })
        .collect();
    let (mut admitted, mut refused) = (0, 0);
    for reader in readers {
        for admission in reader.await.unwrap() {
            match admission {
                Admitted => admitted += 1,
                Admission::Unpaid(quota) => {
                    assert_eq!(quota.balance, MicroUsd::new(OVERAGE - 1));
                    refused += 1;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!((admitted, refused), (LIMIT + 10, 96 - LIMIT - 10));
    let count = world.latest(&who.at(vault, "k")).await.version.access_count;
    assert_eq!(count, admitted, "a read that nobody paid was counted");
    assert_eq!(used(&world, who).await, (96, 10, 10 * OVERAGE));
    adds_up(&world).await;
    let refusals = "SELECT count(*) AS n FROM usage_events WHERE status = 402 AND price = 0 \
                    AND priced IS NULL";
    assert_eq!(world.number(refusals).await, refused);
    let left = "SELECT sum(remaining) AS n FROM credit_lots";
    let left = match kind {
        Kind::Sqlite => left.to_owned(),
        Kind::Postgres => left.replace("sum(remaining)", "sum(remaining)::bigint"),
    };
    assert_eq!(world.number(&left).await, OVERAGE - 1);
}

pub(super) async fn spend(world: &World, who: Tenant) {
    let batch: Vec<_> = (0..LIMIT)
        .map(|_| entry(metered(who, Some(Priced::QueryAudit), now())))
        .collect();
    world.store.append(&batch).await.unwrap();
}

async fn bil_05_a_unit_of_work_that_nobody_pays_leaves_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    spend(&world, who).await;
    let events = world.number("SELECT count(*) AS n FROM audit_events").await;
    let write = async |price| {
        let mut tx = world.begin().await;
        tx.vaults()
            .insert(&may(who.scope()), &new_vault(who, VaultId::from_uuid(id())))
            .await
            .unwrap();
        tx.commit(metered(who, price, now())).await
    };
    let Err(StorageError::Unpaid(quota)) = write(Some(Priced::WriteSecret)).await else {
        panic!("it was not to be paid");
    };
    assert_eq!((quota.used, quota.limit), (LIMIT, Some(LIMIT)));
    assert_eq!(world.number("SELECT count(*) AS n FROM vaults").await, 0);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM audit_events").await,
        events
    );
    assert_eq!(used(&world, who).await, (LIMIT, 0, 0));
    // what costs nothing goes on, and what is paid does
    write(None).await.unwrap().yields(()).into_inner();
    let year = now().plus_seconds(365 * 86_400);
    top_up(&world, who, OVERAGE, now(), year).await;
    write(Some(Priced::WriteSecret))
        .await
        .unwrap()
        .yields(())
        .into_inner();
    assert!(write(Some(Priced::WriteSecret)).await.is_err());
    top_up(&world, who, OVERAGE, now(), year).await;
    // not by those who want to pay in another way
    let mut tx = world.begin().await;
    let x402 = tx
        .billing()
        .set_overage_method(within(who), OverageMethod::X402);
    x402.await.unwrap();
    crate::world::commit(tx, who).await.unwrap();
    assert!(write(Some(Priced::WriteSecret)).await.is_err());
    // and not those who are exempt
    let mut tx = world.begin().await;
    let sponsored = tx.billing().set_limits(within(who), None, true);
    sponsored.await.unwrap();
    crate::world::commit(tx, who).await.unwrap();
    write(Some(Priced::WriteSecret))
        .await
        .unwrap()
        .yields(())
        .into_inner();
    adds_up(&world).await;
}

async fn what_is_refused_costs_nothing_and_counts(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    spend(&world, who).await;
    let denied = metered(who, Some(Priced::ReadSecret), now()).denied("no_grant");
    let gone = JournalEntry {
        event: metered(who, Some(Priced::ReadSecret), now()),
        read: Some(read_in(who.org, VersionId::from_uuid(id()))),
    };
    let year = now().plus_seconds(365 * 86_400);
    top_up(&world, who, 50 * OVERAGE, now(), year).await;
    let admissions = world.store.append(&[entry(denied), gone]).await.unwrap();
    assert_eq!(admissions, [Admitted, Admission::UsedUp]);
    assert_eq!(used(&world, who).await, (LIMIT + 2, 0, 0));
    let as_gone = "SELECT count(*) AS n FROM usage_events WHERE status = 410 AND NOT is_paid";
    assert_eq!(world.number(as_gone).await, 1);
    adds_up(&world).await;
}

async fn an_organization_that_is_gone_stops_nobody(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let other = world.tenant().await;
    spend(&world, who).await;
    let year = now().plus_seconds(365 * 86_400);
    top_up(&world, who, OVERAGE, now(), year).await;
    let mut tx = world.begin().await;
    tx.orgs().delete(&may(who.account())).await.unwrap();
    let last = metered(who, None, now());
    tx.commit(last).await.unwrap().yields(()).into_inner();
    let late = metered(who, Some(Priced::ReadSecret), now());
    let batch = [late, metered(other, Some(Priced::ReadSecret), now())].map(entry);
    assert_eq!(
        world.store.append(&batch).await.unwrap(),
        [Admitted, Admitted]
    );
    let rows = "SELECT count(*) AS n FROM usage_events";
    let left = world.number(rows).await;
    assert_eq!(left, LIMIT + 1, "what is gone is metered still");
    // a deletion takes no longer for what was metered: that goes bit by bit
    let mut batches = Vec::new();
    for _ in 0..4 {
        let batch = world.store.sweep(Stale::LeftUsage, now(), 2).await;
        batches.push(batch.unwrap());
    }
    assert_eq!(batches, [2, 2, 1, 0]);
    assert_eq!(world.number(rows).await, 1, "somebody else's was taken");
    assert_eq!(
        world.number("SELECT count(*) AS n FROM usage_months").await,
        1
    );
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM credit_entries")
            .await,
        0
    );
    let chain = oneclaw_domain::Chain::Org(who.org);
    crate::contract::chains::verified(&world, chain).await;
}

async fn bil_09_months_are_counted_apart(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    spend(&world, who).await;
    let next = now().plus_seconds(31 * 86_400);
    let batch = [now(), next, now()].map(|at| entry(metered(who, Some(Priced::ReadSecret), at)));
    let admissions = world.store.append(&batch).await.unwrap();
    let is_admitted: Vec<_> = admissions.iter().map(|one| *one == Admitted).collect();
    assert_eq!(is_admitted, [false, true, false]);
    assert_eq!(used(&world, who).await.0, LIMIT + 2);
    let mut tx = world.begin().await;
    let reset = tx
        .billing()
        .reset_usage(Some(within(who)), Month::of(now()));
    assert_eq!(reset.await.unwrap(), LIMIT + 2);
    crate::world::commit(tx, who).await.unwrap();
    let again = [entry(metered(who, Some(Priced::ReadSecret), now()))];
    assert_eq!(world.store.append(&again).await.unwrap(), [Admitted]);
    let mut tx = world.begin().await;
    let all = tx.billing().reset_usage(None, Month::of(now()));
    assert_eq!(all.await.unwrap(), 1);
    crate::world::commit(tx, who).await.unwrap();
}

async fn a_batch_that_fails_charges_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    spend(&world, who).await;
    let year = now().plus_seconds(365 * 86_400);
    top_up(&world, who, 10 * OVERAGE, now(), year).await;
    let twice = metered(who, Some(Priced::ReadSecret), now());
    let batch = [
        twice.clone(),
        metered(who, Some(Priced::ReadSecret), now()),
        twice,
    ]
    .map(entry);
    assert!(world.store.append(&batch).await.is_err());
    assert_eq!(used(&world, who).await, (LIMIT, 0, 0));
    adds_up(&world).await;
    let spent = "SELECT count(*) AS n FROM credit_entries WHERE kind = 'usage'";
    assert_eq!(world.number(spent).await, 0);
    assert_eq!(
        world.store.append(&batch[..2]).await.unwrap(),
        [Admitted, Admitted]
    );
    assert_eq!(world.number(spent).await, 1, "one line for a commit");
    assert_eq!(used(&world, who).await, (LIMIT + 2, 2, 2 * OVERAGE));
    adds_up(&world).await;
}
