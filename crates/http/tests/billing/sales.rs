//! Credits come of what was paid, once.

use crate::steps::{adds_up, balance, buy_credits, customer, now, tenant};
use futures_util::future::join_all;
use oneclaw_testkit::{TestApp, Till, both_stores, credits_paid};
use serde_json::{Value, json};

#[both_stores]
async fn bil_02_credits_come_once_however_often_they_are_told_of(app: TestApp) {
    let ada = tenant(&app).await;
    let other = app.another_instance().await;
    let paid = credits_paid("evt_1", &customer(&ada).await, 5000, now(&app));
    let told = Till::tell(&app, &paid).await.is(200);
    assert_eq!(told.get("/received"), true);
    assert_eq!(app.last_event().await, "billing.topup ok");
    Till::tell(&other, &paid).await.is(200);
    // the same sale under another event's id
    let mut renamed = paid.clone();
    renamed["id"] = json!("evt_2");
    Till::tell(&app, &renamed).await.is(200);
    assert_eq!(balance(&ada).await, 5000);
    assert_eq!(app.count("credit_entries").await, 1);
    adds_up(&app).await;
}

#[both_stores]
async fn bil_02_credits_come_once_from_64_at_a_time(app: TestApp) {
    let ada = tenant(&app).await;
    let other = app.another_instance().await;
    let paid = credits_paid("evt_1", &customer(&ada).await, 5000, now(&app));
    let told = join_all((0..64).map(|number| {
        let to = if number % 2 == 0 { &*app } else { &other };
        Till::tell(to, &paid)
    }));
    for answer in told.await {
        answer.is(200);
    }
    assert_eq!(balance(&ada).await, 5000);
    assert_eq!(app.count("credit_entries").await, 1);
    adds_up(&app).await;
}

#[both_stores]
async fn bil_02_only_what_was_asked_and_paid_counts(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let paid = credits_paid("evt_1", &customer, 5000, now(&app));
    let with = |pointer: &str, value: Value| {
        let mut changed = paid.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let object = "/data/object";
    for wrong in [
        with(&format!("{object}/customer"), json!("cus_stranger")),
        with(&format!("{object}/customer"), json!(null)),
        with(&format!("{object}/currency"), json!("jpy")),
        with(&format!("{object}/amount_total"), json!(4999)),
        with(&format!("{object}/amount_total"), json!(0)),
        with(&format!("{object}/payment_status"), json!("unpaid")),
        with(
            &format!("{object}/payment_status"),
            json!("no_payment_required"),
        ),
        with(&format!("{object}/metadata"), json!({})),
        with(
            &format!("{object}/metadata"),
            json!({ "oneclaw_credit_cents": "-5000" }),
        ),
        with(&format!("{object}/mode"), json!("setup")),
    ] {
        Till::tell(&app, &wrong).await.is(200);
    }
    assert_eq!(app.count("payment_events").await, 0);
    assert_eq!(balance(&ada).await, 0);
    // what is paid later is told of by an event of its own
    let mut later = paid.clone();
    later["id"] = json!("evt_2");
    later["type"] = json!("checkout.session.async_payment_succeeded");
    Till::tell(&app, &later).await.is(200);
    assert_eq!(balance(&ada).await, 5000);
}

#[both_stores]
async fn bil_02_whose_it_is_the_customer_says_and_not_the_metadata(app: TestApp) {
    let (ada, eve) = (tenant(&app).await, app.owner().await);
    let mut paid = credits_paid("evt_1", &customer(&ada).await, 5000, now(&app));
    customer(&eve).await;
    paid["data"]["object"]["metadata"]["oneclaw_org"] = json!(eve.org_id);
    paid["data"]["object"]["client_reference_id"] = json!(eve.org_id);
    Till::tell(&app, &paid).await.is(200);
    assert_eq!((balance(&ada).await, balance(&eve).await), (5000, 0));
}

#[both_stores]
async fn bil_04_credits_beyond_all_numbers_are_refused_and_never_wrap(app: TestApp) {
    let ada = tenant(&app).await;
    buy_credits(&ada, "evt_1", 500).await;
    let most = i64::MAX - 1_000_000;
    for change in [
        format!("UPDATE credit_accounts SET balance = {most}"),
        format!("UPDATE credit_lots SET granted = {most}, remaining = {most}"),
        format!("UPDATE credit_entries SET amount = {most}, balance = {most}"),
    ] {
        app.tamper(&change).await;
    }
    let customer = customer(&ada).await;
    let paid = credits_paid("evt_2", &customer, 500, now(&app));
    Till::tell(&app, &paid).await.is_problem(409);
    assert_eq!(balance(&ada).await, most / 10_000);
    assert_eq!(app.count("credit_entries").await, 1);
    adds_up(&app).await;
}
