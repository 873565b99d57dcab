//! Plans follow what the payment provider says last.

use crate::steps::{DAY, customer, now, plan, tenant};
use oneclaw_testkit::{
    Person, TestApp, Till, both_stores, payment_failed, plan_bought, subscription,
};
use serde_json::json;

/// What Stripe says of the subscription so many seconds from now, paid for 30 days.
async fn say(app: &TestApp, id: (&str, &str), customer: &str, now_is: (&str, &str), after: i64) {
    let at = now(app).plus_seconds(after);
    let said = subscription(id, customer, now_is, (at, now(app).plus_seconds(30 * DAY)));
    Till::tell(app, &said).await.is(200);
}

async fn tier(who: &Person) -> String {
    let told = who.get("/v1/billing/subscription").await.is(200);
    told.str("/tier")
}

#[both_stores]
async fn bil_02_a_plan_is_bought_renewed_unpaid_and_ended(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    assert_eq!(tier(&ada).await, "free");
    let pro = |status| ("price_pro_monthly", status);
    say(&app, ("evt_1", "created"), &customer, pro("trialing"), 0).await;
    assert_eq!(app.last_event().await, "billing.tier ok");
    let shown = plan(&ada).await;
    assert_eq!(
        (&shown["tier"], &shown["status"]),
        (&json!("pro"), &json!("trialing"))
    );
    let end = now(&app).plus_seconds(30 * DAY);
    let end = oneclaw_domain::Timestamp::from_millis(end.seconds() * 1000).to_string();
    assert_eq!(shown["current_period_end"], json!(end));
    assert_eq!(shown["cancel_at_period_end"], false);

    let failed = payment_failed("evt_2", &customer, now(&app).plus_seconds(10));
    Till::tell(&app, &failed).await.is(200);
    assert_eq!(plan(&ada).await["status"], "past_due");
    let business = ("price_business_monthly", "active");
    say(&app, ("evt_3", "updated"), &customer, business, 20).await;
    let shown = plan(&ada).await;
    assert_eq!(
        (&shown["tier"], &shown["status"]),
        (&json!("business"), &json!("active"))
    );
    say(&app, ("evt_4", "deleted"), &customer, pro("canceled"), 30).await;
    let shown = ada.get("/v1/billing/subscription").await.is(200).json();
    assert_eq!(
        (&shown["tier"], &shown["status"]),
        (&json!("free"), &json!("active"))
    );
    assert_eq!(
        (&shown["period_end"], &shown["interval"]),
        (&json!(null), &json!(null))
    );
}

#[both_stores]
async fn bil_02_what_was_said_last_stands_whenever_it_comes(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let (pro, business) = (
        ("price_pro_monthly", "active"),
        ("price_business_monthly", "active"),
    );
    say(&app, ("evt_3", "updated"), &customer, business, 20).await;
    for late in [
        (("evt_1", "created"), pro, 0),
        (("evt_2", "deleted"), pro, 10),
        (("evt_4", "updated"), ("price_unknown", "active"), 40),
    ] {
        let (id, now_is, after) = late;
        say(&app, id, &customer, now_is, after).await;
        assert_eq!(tier(&ada).await, "business", "{id:?}");
    }
    // the page that was gone through knows less than the subscription, whichever comes first
    let bought = plan_bought("evt_5", &customer, "pro_yearly", now(&app).plus_seconds(50));
    Till::tell(&app, &bought).await.is(200);
    assert_eq!(tier(&ada).await, "business");
    say(&app, ("evt_6", "deleted"), &customer, business, 60).await;
    assert_eq!(tier(&ada).await, "free");
    // and once it is over, nothing that was said before brings it back
    say(&app, ("evt_7", "updated"), &customer, business, 55).await;
    assert_eq!(tier(&ada).await, "free");
}

#[both_stores]
async fn bil_02_a_page_gone_through_gives_the_plan_until_more_is_known(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let mut stranger = plan_bought("evt_0", &customer, "enterprise", now(&app));
    Till::tell(&app, &stranger).await.is(200);
    stranger["data"]["object"]["metadata"] = json!({});
    Till::tell(&app, &stranger).await.is(200);
    assert_eq!(tier(&ada).await, "free");
    let bought = plan_bought("evt_1", &customer, "pro_yearly", now(&app));
    Till::tell(&app, &bought).await.is(200);
    let shown = ada.get("/v1/billing/subscription").await.is(200).json();
    assert_eq!(
        (&shown["tier"], &shown["interval"]),
        (&json!("pro"), &json!("yearly"))
    );
    let pro = ("price_pro_monthly", "active");
    say(&app, ("evt_2", "created"), &customer, pro, 0).await;
    let shown = ada.get("/v1/billing/subscription").await.is(200).json();
    assert_eq!(shown["interval"], "monthly");
}

#[both_stores]
async fn bil_02_another_subscription_takes_nothing_away(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let pro = ("price_pro_monthly", "active");
    say(&app, ("evt_1", "created"), &customer, pro, 0).await;
    let end = now(&app).plus_seconds(30 * DAY);
    for (id, what, status) in [
        ("evt_2", "updated", "incomplete_expired"),
        ("evt_3", "deleted", "canceled"),
        ("evt_4", "updated", "past_due"),
    ] {
        let at = now(&app).plus_seconds(10);
        let mut said = subscription(
            (id, what),
            &customer,
            ("price_pro_monthly", status),
            (at, end),
        );
        said["data"]["object"]["id"] = json!("sub_2");
        Till::tell(&app, &said).await.is(200);
        assert_eq!(plan(&ada).await["status"], "active", "{what} {status}");
    }
    assert_eq!(tier(&ada).await, "pro");
}

#[both_stores]
async fn bil_02_a_renewed_plan_outlives_its_period_a_little_and_a_canceled_one_does_not(
    app: TestApp,
) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let (at, end) = (now(&app), now(&app).plus_seconds(30 * DAY));
    let pro = ("price_pro_monthly", "active");
    let said = subscription(("evt_1", "created"), &customer, pro, (at, end));
    Till::tell(&app, &said).await.is(200);
    let mut cancels = subscription(
        ("evt_2", "updated"),
        &customer,
        pro,
        (at.plus_seconds(5), end),
    );
    cancels["data"]["object"]["cancel_at_period_end"] = json!(true);
    app.clock().advance(30 * DAY);
    let ada = crate::steps::again(&ada).await;
    assert_eq!(tier(&ada).await, "pro");
    Till::tell(&app, &cancels).await.is(200);
    let shown = ada.get("/v1/billing/subscription").await.is(200).json();
    assert_eq!(
        (&shown["tier"], &shown["status"]),
        (&json!("free"), &json!("canceled"))
    );
    assert_eq!(shown["subscription"]["cancel_at_period_end"], true);
}

/// What a subscription says before it is paid may come after what it says then.
#[both_stores]
async fn bil_02_what_was_never_paid_takes_nothing_from_who_paid(app: TestApp) {
    let ada = tenant(&app).await;
    let customer = customer(&ada).await;
    let pro = |status| ("price_pro_monthly", status);
    say(&app, ("evt_1", "updated"), &customer, pro("active"), 0).await;
    for (id, what, status) in [
        ("evt_2", "created", "incomplete"),
        ("evt_3", "updated", "incomplete_expired"),
    ] {
        say(&app, (id, what), &customer, pro(status), 0).await;
        assert_eq!(tier(&ada).await, "pro", "{status}");
    }
}
