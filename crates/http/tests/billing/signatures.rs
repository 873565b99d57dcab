//! Only what the payment provider says, and says now, is heard.

use crate::steps::{customer, now, tenant};
use oneclaw_adapters::StripePayments;
use oneclaw_services::NoPayments;
use oneclaw_testkit::{Answer, Instance, TestApp, Till, both_stores, credits_paid};
use std::sync::Arc;

async fn say(to: &Instance, signature: Option<&str>, body: &str) -> Answer {
    let request = to.request("POST", "/v1/billing/webhooks");
    let request = match signature {
        Some(signature) => request.header("stripe-signature", signature),
        None => request,
    };
    request.body(body).send().await
}

#[both_stores]
async fn bil_01_nobody_else_is_heard(app: TestApp) {
    let ada = tenant(&app).await;
    let paid = credits_paid("evt_1", &customer(&ada).await, 5000, now(&app));
    let body = paid.to_string();
    let time = now(&app).seconds();
    let good = Till::signature(body.as_bytes(), now(&app));
    let tag = |at: i64| {
        let [_, secret] = Till::secrets();
        Till::tag(&secret, at, body.as_bytes())
    };
    let forged = Till::tag("whsec_of_somebody_else", time, body.as_bytes());
    let empty = Till::tag("", time, body.as_bytes());
    let rewritten = serde_json::to_string_pretty(&paid).unwrap();
    let refused = [
        (None, body.as_str()),
        (Some(String::new()), &body),
        (Some(format!("t={time},v1={forged}")), &body),
        (Some(format!("t={time},v1={empty}")), &body),
        (Some(format!("t={time},v0={}", tag(time))), &body),
        (
            Some(format!("t={},v1={}", time - 301, tag(time - 301))),
            &body,
        ),
        (
            Some(format!("t={},v1={}", time + 301, tag(time + 301))),
            &body,
        ),
        (Some(format!("t={},v1={}", time + 1, tag(time))), &body),
        (Some(good.clone()), &rewritten),
        (Some(good.clone()), ""),
    ];
    let before = app.count("payment_events").await;
    for (signature, body) in refused {
        say(&app, signature.as_deref(), body)
            .await
            .is_invalid("Stripe-Signature");
        assert_eq!(
            app.last_event().await,
            "billing.payment denied invalid_input"
        );
    }
    assert_eq!(app.count("payment_events").await, before);
    assert_eq!(app.count("credit_entries").await, 0);
    // at the very edge, and with a signature of another secret beside it, it is heard
    let edge = format!("t={},v1={forged},v1={}", time - 300, tag(time - 300));
    say(&app, Some(&edge), &body).await.is(200);
    assert_eq!(app.count("credit_entries").await, 1);
}

#[both_stores]
async fn bil_01_without_a_secret_nothing_is_heard(app: TestApp) {
    let without = StripePayments::new(oneclaw_adapters::StripeSettings {
        webhook_secret: None,
        ..app.till().settings()
    });
    let deaf = app.instance_paid_by(Arc::new(without.unwrap())).await;
    let none = app.instance_paid_by(Arc::new(NoPayments)).await;
    let body = credits_paid("evt_1", "cus_1", 5000, now(&app)).to_string();
    let time = now(&app).seconds();
    let by_nothing = format!("t={time},v1={}", Till::tag("", time, body.as_bytes()));
    let good = Till::signature(body.as_bytes(), now(&app));
    for instance in [&deaf, &none] {
        for signature in [&by_nothing, &good] {
            let told = say(instance, Some(signature), &body).await.is_problem(501);
            assert_eq!(told.str("/type"), "not_configured");
            assert!(told.str("/detail").contains("stripe.webhook_secret"));
        }
    }
}

#[both_stores]
async fn bil_01_what_is_signed_and_makes_no_sense_changes_nothing(app: TestApp) {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"id\":",
        "\u{feff}{}",
        r#"{"id":"evt_1","created":1,"type":"checkout.session.completed","data":{"object":{}}}x"#,
        r#"{"id":"evt_1","created":-1,"type":"invoice.payment_failed","data":{"object":{}}}"#,
        r#"{"id":7,"created":1,"type":"invoice.payment_failed","data":{"object":{}}}"#,
    ] {
        let signature = Till::signature(body.as_bytes(), now(&app));
        say(&app, Some(&signature), body).await.is_invalid("body");
    }
    // of no interest
    let other = r#"{"id":"evt_1","created":1,"type":"charge.refunded","data":{"object":{}}}"#;
    let signature = Till::signature(other.as_bytes(), now(&app));
    let told = say(&app, Some(&signature), other).await.is(200);
    assert_eq!(told.text(), r#"{"received":true}"#);
    assert_eq!(app.count("payment_events").await, 0);
}
