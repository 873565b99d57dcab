//! Plans that an administrator gave beside those that are bought, and how often one can be bought.

use crate::steps::{DAY, customer, now, plan, tenant};
use oneclaw_testkit::{Answer, Person, TestApp, Till, both_stores, payment_failed, subscription};
use serde_json::json;

/// What is said of a subscription so many seconds from now.
async fn say(who: &Person, id: (&str, &str), sub: &str, now_is: (&str, &str), after: i64) {
    let at = now(&who.instance);
    let customer = format!("cus_{}", who.org_id.replace('-', ""));
    let times = (at.plus_seconds(after), at.plus_seconds(30 * DAY));
    let mut said = subscription(id, &customer, now_is, times);
    said["data"]["object"]["id"] = json!(sub);
    Till::tell(&who.instance, &said).await.is(200);
}

async fn give(runner: &Person, who: &Person, tier: &str) {
    let target = format!("/v1/admin/orgs/{}/billing-tier", who.org_id);
    let body = json!({ "tier": tier, "duration_days": 10 });
    runner.put(&target, body).await.is(200);
}

async fn subscribe(who: &Person) -> Answer {
    let body = json!({ "tier": "business", "interval": "monthly" });
    who.post("/v1/billing/subscribe", body).await
}

async fn stands(who: &Person, tier: &str, status: &str) {
    let shown = plan(who).await;
    assert_eq!(
        (&shown["tier"], &shown["status"]),
        (&json!(tier), &json!(status))
    );
}

/// Days of trial of the page that was opened last.
fn trial(app: &TestApp) -> Option<String> {
    let asked = app.till().asked();
    let last = asked.last().unwrap();
    last.fields
        .get("subscription_data[trial_period_days]")
        .cloned()
}

const PRO: (&str, &str) = ("price_pro_monthly", "active");

#[both_stores]
async fn bil_02_the_provider_takes_nothing_that_an_administrator_gave(app: TestApp) {
    let (runner, ada) = (app.owner().await, app.owner().await);
    let customer = customer(&ada).await;
    say(&ada, ("evt_1", "created"), "sub_1", PRO, 0).await;
    give(&runner, &ada, "enterprise").await;
    stands(&ada, "enterprise", "active").await;
    // renewed, not paid, over
    say(&ada, ("evt_2", "updated"), "sub_1", PRO, 10).await;
    assert_eq!(app.last_event().await, "billing.tier ok");
    stands(&ada, "enterprise", "active").await;
    let failed = payment_failed("evt_3", &customer, now(&app).plus_seconds(20));
    Till::tell(&app, &failed).await.is(200);
    stands(&ada, "enterprise", "active").await;
    let due = ("price_pro_monthly", "past_due");
    say(&ada, ("evt_4", "updated"), "sub_1", due, 30).await;
    stands(&ada, "enterprise", "active").await;
    // no second one is sold beside it, whatever plan is shown
    let told = subscribe(&ada).await.is_problem(409);
    assert!(told.str("/detail").contains("portal"));
    say(&ada, ("evt_5", "deleted"), "sub_1", PRO, 40).await;
    stands(&ada, "enterprise", "active").await;
    subscribe(&ada).await.is(200);
    // what was said before does not bring it back, and what is bought anew is what they want
    say(&ada, ("evt_6", "updated"), "sub_1", PRO, 35).await;
    stands(&ada, "enterprise", "active").await;
    let business = ("price_business_monthly", "active");
    say(&ada, ("evt_7", "created"), "sub_2", business, 50).await;
    stands(&ada, "business", "active").await;
    say(&ada, ("evt_8", "deleted"), "sub_2", business, 60).await;
    stands(&ada, "free", "active").await;
}

/// The first payment of a page failed: that is no subscription, and the next try is one.
#[both_stores]
async fn bil_02_who_was_given_a_plan_buys_one_after_a_payment_that_failed(app: TestApp) {
    let (runner, ada) = (app.owner().await, app.owner().await);
    let customer = customer(&ada).await;
    give(&runner, &ada, "pro").await;
    let begun = ("price_business_monthly", "incomplete");
    say(&ada, ("evt_1", "created"), "sub_1", begun, 0).await;
    let failed = payment_failed("evt_2", &customer, now(&app).plus_seconds(10));
    Till::tell(&app, &failed).await.is(200);
    stands(&ada, "pro", "active").await;
    subscribe(&ada).await.is(200);
    let paid = ("price_business_monthly", "active");
    say(&ada, ("evt_3", "updated"), "sub_1", paid, 20).await;
    stands(&ada, "business", "active").await;
    // what was heard late does not bring back what is over
    say(&ada, ("evt_4", "deleted"), "sub_1", paid, 30).await;
    give(&runner, &ada, "pro").await;
    let failed = payment_failed("evt_5", &customer, now(&app).plus_seconds(40));
    Till::tell(&app, &failed).await.is(200);
    subscribe(&ada).await.is(200);
}

/// It was neither cancelled nor not renewed.
#[both_stores]
async fn contract_16_4_a_given_plan_that_has_ended_is_over(app: TestApp) {
    let (runner, ada) = (app.owner().await, app.owner().await);
    give(&runner, &ada, "pro").await;
    stands(&ada, "pro", "active").await;
    app.clock().advance(10 * DAY);
    let ada = crate::steps::again(&ada).await;
    stands(&ada, "free", "active").await;
    assert_eq!(plan(&ada).await["current_period_end"], json!(null));
}

/// It is paid again after what was given: the next word of it counts.
#[both_stores]
async fn bil_02_a_renewal_counts_once_what_was_given_has_ended(app: TestApp) {
    let (runner, ada) = (app.owner().await, app.owner().await);
    customer(&ada).await;
    say(&ada, ("evt_1", "created"), "sub_1", PRO, 0).await;
    give(&runner, &ada, "enterprise").await;
    app.clock().advance(10 * DAY);
    let ada = crate::steps::again(&ada).await;
    assert_eq!(plan(&ada).await["tier"], "free");
    subscribe(&ada).await.is_problem(409);
    say(&ada, ("evt_2", "updated"), "sub_1", PRO, 0).await;
    stands(&ada, "pro", "active").await;
}

#[both_stores]
async fn bil_02_only_the_first_subscription_begins_with_a_trial(app: TestApp) {
    let ada = tenant(&app).await;
    customer(&ada).await;
    subscribe(&ada).await.is(200);
    assert_eq!(trial(&app).as_deref(), Some("14"));
    let trialing = ("price_business_monthly", "trialing");
    say(&ada, ("evt_1", "created"), "sub_1", trialing, 0).await;
    say(&ada, ("evt_2", "deleted"), "sub_1", trialing, 10).await;
    stands(&ada, "free", "active").await;
    subscribe(&ada).await.is(200);
    assert_eq!(trial(&app), None);
    let body = json!({ "tier": "pro", "interval": "yearly", "trial": true });
    ada.post("/v1/billing/subscribe", body).await.is(200);
    assert_eq!(trial(&app), None);
}

/// Nobody could end it any more.
#[both_stores]
async fn bil_02_an_organization_that_is_charged_on_does_not_go(app: TestApp) {
    let (runner, ada) = (app.owner().await, app.owner().await);
    let customer = customer(&ada).await;
    say(&ada, ("evt_1", "created"), "sub_1", PRO, 0).await;
    let leave = || {
        let body = json!({ "confirm": "DELETE MY ACCOUNT" });
        ada.request("DELETE", "/v1/auth/me").json(&body).send()
    };
    let told = leave().await.is_problem(409);
    assert!(
        told.str("/detail").contains("billing portal"),
        "{}",
        told.text()
    );
    let target = format!("/v1/admin/users/{}", ada.user_id);
    runner.delete(&target).await.is_problem(409);
    give(&runner, &ada, "enterprise").await;
    leave().await.is_problem(409);
    // not renewed: it ends with what is paid
    let at = now(&app);
    let times = (at.plus_seconds(10), at.plus_seconds(30 * DAY));
    let mut ends = subscription(("evt_2", "updated"), &customer, PRO, times);
    ends["data"]["object"]["cancel_at_period_end"] = json!(true);
    Till::tell(&app, &ends).await.is(200);
    let gone = leave().await.is(204);
    let events = app.audit_of(gone.header("x-request-id").unwrap()).await;
    assert_eq!(events[0]["details"]["payment_customer"], customer.as_str());
    assert_eq!(events[0]["details"]["org_deleted"], true);
}
