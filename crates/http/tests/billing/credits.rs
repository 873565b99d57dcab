//! Credits are spent oldest first, to the last one, and not a moment too long.

use crate::steps::{DAY, adds_up, again, balance, buy_credits, spend_quota, tenant};
use futures_util::future::join_all;
use oneclaw_domain::{MicroUsd, Plan, Plans, Tier};
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::sync::Arc;

/// An instance on which a priced request beyond the limit costs a dollar.
async fn dear(app: &TestApp) -> Instance {
    app.instance_with(|settings, _| {
        let plans = Plans::default();
        settings.plans = Arc::new(Plans {
            default_tier: Tier::Free,
            free: Plan {
                overage: MicroUsd::new(1_000_000),
                ..plans.free
            },
            ..plans
        });
    })
    .await
}

/// Somebody with a secret, whose requests are spent; gives where the secret is.
async fn spender(app: &TestApp) -> (Person, String) {
    let ada = tenant(app).await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "kept").await;
    spend_quota(app, &ada).await;
    let target = format!("/v1/vaults/{vault}/secrets/db/password");
    (ada.at(&dear(app).await), target)
}

async fn read(who: &Person, target: &str, times: usize) -> Vec<Answer> {
    let mut told = Vec::new();
    for _ in 0..times {
        told.push(who.get(target).await);
    }
    told
}

async fn ledger(who: &Person, query: &str) -> Value {
    let target = format!("/v1/billing/credits/transactions{query}");
    who.get(&target).await.is(200).json()
}

#[both_stores]
async fn bil_05_the_last_cent_is_spent_once(app: TestApp) {
    let (ada, target) = spender(&app).await;
    let other = ada.at(&dear(&app).await);
    buy_credits(&ada, "evt_1", 500).await;
    let told = join_all((0..64).map(|number| {
        let who = if number % 2 == 0 { &ada } else { &other };
        who.get(&target)
    }));
    let told = told.await;
    let with = |status| told.iter().filter(|told| told.status == status).count();
    assert_eq!((with(200), with(402)), (5, 59));
    assert_eq!(balance(&ada).await, 0);
    let lines = ledger(&ada, "").await;
    // requests that were committed together share a line
    let lines_there = lines["transactions"].as_array().unwrap();
    let spent = lines_there.iter().filter(|line| line["type"] == "usage");
    let spent: i64 = spent
        .map(|line| line["amount_cents"].as_i64().unwrap())
        .sum();
    assert_eq!(spent, -500, "{lines}");
    assert_eq!(lines["transactions"][0]["balance_after_cents"], 0);
    adds_up(&app).await;
}

#[both_stores]
async fn bil_05_who_has_just_paid_goes_on_at_once(app: TestApp) {
    let (ada, target) = spender(&app).await;
    let other = ada.at(&dear(&app).await);
    for who in [&ada, &other] {
        who.get(&target).await.is_problem(402);
    }
    buy_credits(&ada, "evt_1", 500).await;
    for who in [&ada, &other] {
        who.get(&target).await.is(200);
    }
    assert_eq!(balance(&ada).await, 300);
}

#[both_stores]
async fn bil_05_what_has_ended_is_not_spent_though_nobody_tidied_up(app: TestApp) {
    let (ada, target) = spender(&app).await;
    buy_credits(&ada, "evt_1", 500).await;
    // 2026-03-01 to 2027-03-01
    app.clock().advance(365 * DAY - 1);
    let ada = again(&ada).await;
    ada.get(&target).await.is(200);
    assert_eq!(balance(&ada).await, 400);
    app.clock().advance(1);
    ada.get(&target).await.is_problem(402);
    assert_eq!(balance(&ada).await, 0);
    let lines = ledger(&ada, "").await;
    let ended = &lines["transactions"][0];
    assert_eq!(
        (&ended["type"], &ended["amount_cents"]),
        (&json!("expiry"), &json!(-400))
    );
    assert_eq!(ended["balance_after_usd"], json!(0.0));
    adds_up(&app).await;
}

#[both_stores]
async fn bil_05_what_has_ended_is_booked_off_before_it_is_shown(app: TestApp) {
    let ada = tenant(&app).await;
    buy_credits(&ada, "evt_1", 500).await;
    app.clock().advance(365 * DAY);
    let ada = again(&ada).await;
    let lines = ledger(&ada, "").await;
    assert_eq!(lines["total"], 2);
    assert_eq!(lines["transactions"][0]["type"], "expiry");
    let events = app.events().await;
    assert!(events.contains(&"billing.credits_expire ok".to_owned()));
    assert_eq!(app.services().billing.expire_credits().await.unwrap(), 0);
    adds_up(&app).await;
}

#[both_stores]
async fn bil_05_nobody_has_to_look_for_it_to_be_booked_off(app: TestApp) {
    let ada = tenant(&app).await;
    buy_credits(&ada, "evt_1", 500).await;
    app.clock().advance(365 * DAY);
    let services = app.services();
    assert_eq!(services.billing.expire_credits().await.unwrap(), 1);
    assert_eq!(services.billing.expire_credits().await.unwrap(), 0);
    assert_eq!(app.last_event().await, "billing.credits_expire ok");
    adds_up(&app).await;
}

#[both_stores]
async fn bil_05_the_oldest_credits_are_spent_first(app: TestApp) {
    let (ada, target) = spender(&app).await;
    let mut who = ada;
    for id in ["evt_1", "evt_2", "evt_3"] {
        buy_credits(&who, id, 500).await;
        app.clock().advance(DAY);
        who = again(&who).await;
    }
    for told in read(&who, &target, 7).await {
        told.is(200);
    }
    assert_eq!(balance(&who).await, 800);
    // 30 days before the second ends, which was bought on 2026-03-02
    app.clock().advance((365 - 30 - 2) * DAY);
    let who = again(&who).await;
    let told = who.get("/v1/billing/credits/balance").await.is(200).json();
    let second = json!([{ "amount_cents": 300, "expires_at": "2027-03-02T12:00:00Z" }]);
    assert_eq!(told["expiring_credits"], second, "{told}");
    assert_eq!(told["expiring_soon"], second);
    assert_eq!(told["expiring_within_30d_cents"], 300);
    assert_eq!(told["expiring_next_30_days"], json!(3.0));
    let both = json!({ "amount_cents": 800, "earliest_expiry": "2027-03-02T12:00:00Z" });
    assert_eq!(told["expiring_within_90_days"], both);
    assert_eq!(told["balance_usd"], "8.00");
    adds_up(&app).await;
}

#[both_stores]
async fn pages_of_the_ledger_go_on_and_end(app: TestApp) {
    let ada = tenant(&app).await;
    for number in 0..5 {
        buy_credits(&ada, &format!("evt_{number}"), 500 + number).await;
    }
    let amounts = |lines: &Value| -> Vec<i64> {
        let lines = lines["transactions"].as_array().unwrap();
        lines
            .iter()
            .map(|line| line["amount_cents"].as_i64().unwrap())
            .collect()
    };
    let first = ledger(&ada, "?limit=2").await;
    assert_eq!(amounts(&first), [504, 503]);
    assert_eq!((&first["page"], &first["limit"]), (&json!(1), &json!(2)));
    assert_eq!((&first["offset"], &first["total"]), (&json!(0), &json!(5)));
    assert_eq!(amounts(&ledger(&ada, "?limit=2&page=3").await), [500]);
    assert_eq!(
        amounts(&ledger(&ada, "?limit=2&offset=3").await),
        [501, 500]
    );
    for beyond in [
        "?page=4&limit=2".to_owned(),
        "?offset=5".to_owned(),
        format!("?page={}", i64::MAX),
        format!("?offset={}&limit=200", i64::MAX),
    ] {
        let lines = ledger(&ada, &beyond).await;
        assert_eq!(lines["transactions"], json!([]), "{beyond}");
        assert_eq!(lines["total"], 5);
    }
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?limit=1.5", "limit"),
        ("?page=0", "page"),
        ("?page=-1", "page"),
        ("?offset=-1", "offset"),
        ("?offset=9223372036854775808", "offset"),
        ("?page=1&offset=0", "offset"),
        ("?page=1&page=1", "page"),
    ] {
        let target = format!("/v1/billing/credits/transactions{query}");
        ada.get(&target).await.is_invalid(field);
    }
    let both = ada
        .get("/v1/billing/credits/transactions?limit=0&page=0")
        .await;
    both.is_invalid("limit").is_invalid("page");
}
