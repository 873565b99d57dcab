//! Steps that the stories here share.

use oneclaw_domain::Timestamp;
use oneclaw_testkit::{Answer, Instance, Person, StoreKind, TestApp, Till, credits_paid};
use serde_json::{Value, json};

/// A day in seconds.
pub(crate) const DAY: i64 = 86_400;

/// The owner of an organization that is not the platform's, and so has limits.
pub(crate) async fn tenant(app: &TestApp) -> Person {
    app.owner().await;
    app.owner().await
}

/// The organization's name at the payment provider, once it was there.
pub(crate) async fn customer(who: &Person) -> String {
    top_up(who, json!({ "amount_usd": 5 })).await.is(200);
    format!("cus_{}", who.org_id.replace('-', ""))
}

/// Asks for credits.
pub(crate) async fn top_up(who: &Person, body: Value) -> Answer {
    who.post("/v1/billing/credits/topup", body).await
}

/// Now, by the server's clock.
pub(crate) fn now(at: &Instance) -> Timestamp {
    at.services().now()
}

/// Credits are bought, and paid.
pub(crate) async fn buy_credits(who: &Person, id: &str, cents: i64) {
    let customer = customer(who).await;
    let paid = credits_paid(id, &customer, cents, now(&who.instance));
    Till::tell(&who.instance, &paid).await.is(200);
}

/// The organization's credits, in cents.
pub(crate) async fn balance(who: &Person) -> i64 {
    let told = who.get("/v1/billing/credits/balance").await.is(200);
    told.get("/balance_cents").as_i64().unwrap()
}

/// The organization's plan, as it is shown.
pub(crate) async fn plan(who: &Person) -> Value {
    let told = who.get("/v1/billing/subscription").await.is(200);
    told.get("/subscription")
}

/// The same person, logged in anew: tokens end when time moves.
pub(crate) async fn again(who: &Person) -> Person {
    let body = json!({ "email": who.email, "password": who.password });
    let told = who.instance.post("/v1/auth/token", body).await.is(200);
    who.with(&told.str("/access_token"))
}

/// The organization's requests of this month are spent.
pub(crate) async fn spend_quota(app: &TestApp, who: &Person) {
    let id = match app.kind() {
        StoreKind::Sqlite => format!("x'{}'", who.org_id.replace('-', "")),
        StoreKind::Postgres => format!("'{}'", who.org_id),
    };
    app.tamper(&format!(
        "UPDATE orgs SET request_limit = 0 WHERE id = {id}"
    ))
    .await;
}

/// The ledger adds up: its sum is the balance of the account and what is left of all purchases.
pub(crate) async fn adds_up(app: &TestApp) {
    let sum = "SELECT CAST(coalesce(sum(amount), 0) AS TEXT) AS text FROM credit_entries";
    let account = "SELECT CAST(coalesce(sum(balance), 0) AS TEXT) AS text FROM credit_accounts";
    let lots = "SELECT CAST(coalesce(sum(remaining), 0) AS TEXT) AS text FROM credit_lots";
    let sum = app.rows(sum).await;
    assert_eq!(sum, app.rows(account).await);
    assert_eq!(sum, app.rows(lots).await);
}
