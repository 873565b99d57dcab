//! Credits: the oldest are spent first, the ended never, and the ledger always adds up.

use crate::contract::both_stores::on_both_stores;
use crate::contract::usage::{adds_up, customer, metered, top_up, within};
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, now};
use oneclaw_domain::{
    CreditEntryId, CreditKind, GivenPlan, MicroUsd, PageSize, PlanStatus, Priced, Tier, Timestamp,
};
use oneclaw_policy::BookPayment;
use oneclaw_storage::Admission::{Admitted, Unpaid};
use oneclaw_storage::{
    CreditChange, JournalEntry, PaidPlan, PaidPlanOutcome, Store, SubscriptionState,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

on_both_stores! {
    bil_05_the_oldest_credits_are_spent_first
    bil_05_credits_end_at_the_second
    bil_04_the_ledger_always_adds_up
    bil_02_what_the_provider_said_later_stands
    more_than_can_be_counted_is_refused
}

const DAY: i64 = 86_400;

async fn ask(world: &World, who: Tenant, at: Timestamp, many: usize) -> usize {
    let batch: Vec<_> = (0..many)
        .map(|_| JournalEntry {
            event: metered(who, Some(Priced::ReadSecret), at),
            read: None,
        })
        .collect();
    let admissions = world.store.append(&batch).await.unwrap();
    let is_known = |one: &_| matches!(one, Admitted | Unpaid(_));
    assert!(admissions.iter().all(is_known));
    admissions.iter().filter(|one| **one == Admitted).count()
}

async fn left(world: &World, who: Tenant, at: Timestamp) -> Vec<i64> {
    let mut reader = world.store.read().await.unwrap();
    let credits = reader.billing().credits(within(who), at).await.unwrap();
    let left: Vec<i64> = credits.lots.iter().map(|lot| lot.left.get()).collect();
    assert_eq!(credits.balance.get(), left.iter().sum::<i64>());
    left
}

async fn bil_05_the_oldest_credits_are_spent_first(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    for (micros, days) in [(3_000, 300), (1_500, 100), (2_500, 200)] {
        top_up(&world, who, micros, now(), now().plus_seconds(days * DAY)).await;
    }
    assert_eq!(ask(&world, who, now(), 5).await, 5, "these are in the plan");
    assert_eq!(left(&world, who, now()).await, [1_500, 2_500, 3_000]);
    assert_eq!(ask(&world, who, now(), 1).await, 1);
    assert_eq!(left(&world, who, now()).await, [500, 2_500, 3_000]);
    let mut reader = world.store.read().await.unwrap();
    let booked = reader.billing().booked(within(who)).await.unwrap();
    assert_eq!(booked, MicroUsd::new(6_000));
    drop(reader);
    assert_eq!(ask(&world, who, now(), 1).await, 1);
    assert_eq!(left(&world, who, now()).await, [2_000, 3_000]);
    assert_eq!(ask(&world, who, now(), 4).await, 4);
    assert_eq!(left(&world, who, now()).await, [1_000]);
    assert_eq!(ask(&world, who, now(), 3).await, 1);
    assert_eq!(left(&world, who, now()).await, [] as [i64; 0]);
    adds_up(&world).await;
    let mut reader = world.store.read().await.unwrap();
    let billing = reader.billing();
    let (lines, many) = billing
        .entries(within(who), 1, PageSize::new(2).unwrap())
        .await
        .unwrap();
    assert_eq!(many, 7);
    assert_eq!(billing.booked(within(who)).await.unwrap(), MicroUsd::ZERO);
    let amounts: Vec<_> = lines
        .iter()
        .map(|one| (one.amount.get(), one.balance.get()))
        .collect();
    assert_eq!(amounts, [(-4_000, 1_000), (-1_000, 5_000)]);
    let (beyond, _) = billing
        .entries(within(who), 99, PageSize::MAX)
        .await
        .unwrap();
    assert!(beyond.is_empty());
}

async fn bil_05_credits_end_at_the_second(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let end = now().plus_seconds(100);
    top_up(&world, who, 9_000, now(), end).await;
    assert_eq!(ask(&world, who, now(), 5).await, 5);
    assert_eq!(ask(&world, who, end.plus_seconds(-1), 2).await, 2);
    let mut reader = world.store.read().await.unwrap();
    let over = reader.billing().with_expired_credits(end, 10);
    assert_eq!(over.await.unwrap(), [who.org]);
    assert_eq!(
        ask(&world, who, end, 1).await,
        0,
        "credits were spent that had ended"
    );
    assert_eq!(left(&world, who, end).await, [] as [i64; 0]);
    // with others, the ended ones are booked off by who spends
    top_up(&world, who, 1_000, end, end.plus_seconds(DAY)).await;
    assert_eq!(ask(&world, who, end, 2).await, 1);
    adds_up(&world).await;
    let ended = "SELECT count(*) AS n FROM credit_entries WHERE kind = 'expiry' AND amount = -7000";
    assert_eq!(world.number(ended).await, 1);
    let mut tx = world.begin().await;
    let mut ids = || CreditEntryId::from_uuid(id());
    let nothing = tx
        .billing()
        .expire_credits(within(who), end.plus_seconds(9 * DAY), &mut ids);
    assert_eq!(nothing.await.unwrap(), MicroUsd::ZERO);
    commit(tx, who).await.unwrap();
}

#[derive(Clone, Copy, Debug)]
enum Step {
    TopUp(i64, i64),
    Take(i64),
    Ask(usize),
    Wait(i64),
    Expire,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = proptest::prop_oneof![
        2 => (1..9_000_i64, 1..40_i64).prop_map(|(micros, days)| Step::TopUp(micros, days)),
        1 => (1..4_000_i64).prop_map(Step::Take),
        4 => (1..9_usize).prop_map(Step::Ask),
        1 => (1..15_i64).prop_map(Step::Wait),
        1 => proptest::strategy::Just(Step::Expire),
    ];
    proptest::collection::vec(step, 8..20)
}

async fn take(world: &World, who: Tenant, micros: i64, at: Timestamp) {
    let change = CreditChange {
        lot: None,
        taken: MicroUsd::new(micros),
        entry: CreditEntryId::from_uuid(id()),
        kind: CreditKind::Adjustment,
        description: "taken".to_owned(),
        at,
    };
    let before: i64 = left(world, who, at).await.iter().sum();
    let mut tx = world.begin().await;
    let taken = tx
        .billing()
        .change_credits(within(who), &change)
        .await
        .unwrap();
    assert_eq!(taken.is_some(), micros <= before);
    commit(tx, who).await.unwrap();
}

async fn bil_04_the_ledger_always_adds_up(kind: Kind) {
    let world = World::on(kind).await;
    let mut runner = TestRunner::deterministic();
    world.tenant().await;
    for _ in 0..24 {
        let who = world.tenant().await;
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let mut at = now();
        for step in &steps {
            match *step {
                Step::TopUp(micros, days) => {
                    top_up(&world, who, micros, at, at.plus_seconds(days * DAY)).await;
                }
                Step::Take(micros) => take(&world, who, micros, at).await,
                Step::Ask(many) => {
                    ask(&world, who, at, many).await;
                }
                Step::Wait(days) => at = at.plus_seconds(days * DAY),
                Step::Expire => {
                    let mut tx = world.begin().await;
                    let mut ids = || CreditEntryId::from_uuid(id());
                    let billing = tx.billing();
                    billing
                        .expire_credits(within(who), at, &mut ids)
                        .await
                        .unwrap();
                    commit(tx, who).await.unwrap();
                }
            }
            adds_up(&world).await;
        }
    }
    let spent = "SELECT count(*) AS n FROM credit_entries WHERE kind = 'usage'";
    assert!(
        world.number(spent).await > 5,
        "hardly any credits were spent"
    );
}

async fn bil_02_what_the_provider_said_later_stands(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let plan = |tier| GivenPlan {
        tier,
        ends_at: Some(now().plus_seconds(30 * DAY)),
        is_yearly: Some(false),
        status: PlanStatus::Active,
        cancels: true,
    };
    let access = crate::world::may::<BookPayment>(who.scope());
    let mut tx = world.begin().await;
    let billing = tx.billing();
    for (tier, seconds, outcome) in [
        (Some(Tier::Pro), 5, PaidPlanOutcome::Stands),
        (None, 4, PaidPlanOutcome::Stale),
        (Some(Tier::Business), 6, PaidPlanOutcome::Stands),
    ] {
        let said = PaidPlan {
            plan: tier.map(plan),
            subscription: "sub_1".to_owned(),
            said_at: now().plus_seconds(seconds),
            heard_at: now(),
        };
        let set = billing.set_paid_plan(&access, &said).await.unwrap();
        assert_eq!(set, outcome, "{said:?}");
    }
    billing.set_customer(within(who), "cus_1").await.unwrap();
    assert_eq!(billing.find_customer("cus_1").await.unwrap(), Some(who.org));
    assert_eq!(billing.find_customer("cus_2").await.unwrap(), None);
    assert!(billing.take_payment_event("evt_1", now()).await.unwrap());
    assert!(!billing.take_payment_event("evt_1", now()).await.unwrap());
    let billed = billing.lock(within(who), now()).await.unwrap().unwrap();
    assert_eq!(billed.subscription, Some(SubscriptionState::Ends));
    assert_eq!(billed.org.plan, Some(plan(Tier::Business)));
    assert_eq!(billed.customer.as_deref(), Some("cus_1"));
    assert_eq!((billed.holdings.members, billed.holdings.vaults), (1, 0));
    billing.set_plan(within(who), None).await.unwrap();
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let billed = reader.billing().org(within(who), now()).await;
    let billed = billed.unwrap().unwrap();
    assert_eq!(billed.org.plan, None);
}

async fn more_than_can_be_counted_is_refused(kind: Kind) {
    let world = World::on(kind).await;
    let who = customer(&world).await;
    let year = now().plus_seconds(365 * DAY);
    top_up(&world, who, i64::MAX - 5, now(), year).await;
    let lot = oneclaw_domain::CreditLot {
        id: oneclaw_domain::CreditLotId::from_uuid(id()),
        granted: MicroUsd::new(6),
        left: MicroUsd::new(6),
        created_at: now(),
        expires_at: year,
    };
    let change = CreditChange {
        lot: Some(lot),
        taken: MicroUsd::ZERO,
        entry: CreditEntryId::from_uuid(id()),
        kind: CreditKind::Topup,
        description: "too much".to_owned(),
        at: now(),
    };
    let mut tx = world.begin().await;
    let changed = tx.billing().change_credits(within(who), &change).await;
    assert_eq!(changed.unwrap(), None);
    drop(tx);
    assert_eq!(left(&world, who, now()).await, [i64::MAX - 5]);
    adds_up(&world).await;
}
