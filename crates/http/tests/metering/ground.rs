//! What was metered, as the database holds it, and organizations that have spent what they had.

use oneclaw_domain::{Plans, Tier};
use oneclaw_testkit::{Answer, Instance, Person, StoreKind, TestApp};
use serde_json::Value;
use std::sync::Arc;

/// An instance whose free plan has so many requests a month.
pub(crate) async fn with_requests(app: &TestApp, requests: i64) -> Instance {
    with_plans(app, |plans| plans.free.requests = Some(requests)).await
}

/// An instance with other plans; who signs up is on the free one.
pub(crate) async fn with_plans(app: &TestApp, change: impl FnOnce(&mut Plans)) -> Instance {
    let mut plans = Plans {
        default_tier: Tier::Free,
        ..Plans::default()
    };
    change(&mut plans);
    app.instance_with(|services, _| services.plans = Arc::new(plans))
        .await
}

/// What was metered with the event that an answer's request left.
pub(crate) async fn metered(app: &TestApp, answer: &Answer) -> Vec<Value> {
    let id = answer.header("x-request-id").unwrap_or_default();
    let (object, org) = match app.kind() {
        StoreKind::Sqlite => ("json_object", "lower(hex(u.org_id))"),
        StoreKind::Postgres => (
            "json_build_object",
            "replace(CAST(u.org_id AS text), '-', '')",
        ),
    };
    let sql = format!(
        "SELECT CAST({object}('org', {org}, 'by', u.principal_id, 'method', u.method, 'route', u.endpoint, \
         'status', u.status, 'priced', u.priced, 'price', u.price, 'is_paid', u.is_paid) AS text) AS text \
         FROM usage_events u JOIN audit_events a ON a.id = u.id WHERE a.request_id = '{id}' ORDER BY u.seq"
    );
    let rows = app.rows(&sql).await;
    rows.iter()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect()
}

/// The only thing that was metered with that event.
pub(crate) async fn metered_once(app: &TestApp, answer: &Answer) -> Value {
    let mut all = metered(app, answer).await;
    assert_eq!(all.len(), 1, "{}: {all:?}", answer.asked);
    all.pop().unwrap()
}

/// Requests of an organization this month, by the counter.
pub(crate) async fn used(app: &TestApp, who: &Person) -> i64 {
    let org = id(app, &who.org_id);
    let sql = format!(
        "SELECT CAST(coalesce(sum(requests), 0) AS text) AS text FROM usage_months WHERE org_id = {org}"
    );
    let rows = app.rows(&sql).await;
    rows.first().map_or(0, |text| text.parse().unwrap())
}

/// Says that an organization used so many requests in the test's month.
pub(crate) async fn use_up(app: &TestApp, who: &Person, requests: i64) {
    let org = id(app, &who.org_id);
    app.tamper(&format!(
        "UPDATE usage_months SET requests = {requests} WHERE org_id = {org} AND month = 202603"
    ))
    .await;
}

/// Gives an organization credits in millionths of a dollar, which end on a day of 2026 or later.
pub(crate) async fn credit(app: &TestApp, who: &Person, (micros, ends): (i64, i64), number: u8) {
    let (org, entry) = (id(app, &who.org_id), id(app, &lot(number + 100)));
    let lot = id(app, &lot(number));
    let (made, kept) = (
        1_772_000_000_000_i64 + i64::from(number),
        "ON CONFLICT DO NOTHING",
    );
    for sql in [
        format!("INSERT INTO credit_accounts (org_id, balance) VALUES ({org}, 0) {kept}"),
        format!("UPDATE credit_accounts SET balance = balance + {micros} WHERE org_id = {org}"),
        format!(
            "INSERT INTO credit_lots (id, org_id, granted, remaining, created_at, expires_at) \
             VALUES ({lot}, {org}, {micros}, {micros}, {}, {})",
            at(app, made),
            at(app, ends)
        ),
        format!(
            "INSERT INTO credit_entries (id, org_id, kind, amount, balance, description, created_at) \
             SELECT {entry}, {org}, 'topup', {micros}, balance, 'test', {} FROM credit_accounts \
             WHERE org_id = {org}",
            at(app, made)
        ),
    ] {
        app.tamper(&sql).await;
    }
}

/// What is left of one purchase.
pub(crate) async fn remaining(app: &TestApp, number: u8) -> i64 {
    let lot = id(app, &lot(number));
    let sql = format!("SELECT CAST(remaining AS text) AS text FROM credit_lots WHERE id = {lot}");
    app.rows(&sql).await.first().unwrap().parse().unwrap()
}

/// Whether balance, purchases and ledger of everybody say the same, and none is below zero.
pub(crate) async fn adds_up(app: &TestApp) {
    let sql = "SELECT CAST(count(*) AS text) AS text FROM credit_accounts a WHERE balance < 0 \
        OR balance <> (SELECT coalesce(sum(remaining), 0) FROM credit_lots l WHERE l.org_id = a.org_id) \
        OR balance <> (SELECT coalesce(sum(amount), 0) FROM credit_entries e WHERE e.org_id = a.org_id)";
    assert_eq!(app.rows(sql).await, ["0"]);
}

fn lot(number: u8) -> String {
    format!("018f3a52-7d1c-7e11-9a55-3b7a2f9d4c{number:02x}")
}

/// An id as the store writes it in a statement.
pub(crate) fn id(app: &TestApp, uuid: &str) -> String {
    match app.kind() {
        StoreKind::Sqlite => format!("X'{}'", uuid.replace('-', "")),
        StoreKind::Postgres => format!("CAST('{uuid}' AS uuid)"),
    }
}

/// A moment as the store writes it in a statement.
fn at(app: &TestApp, millis: i64) -> String {
    match app.kind() {
        StoreKind::Sqlite => (millis * 1_000).to_string(),
        StoreKind::Postgres => format!("to_timestamp({millis} / 1000.0)"),
    }
}
