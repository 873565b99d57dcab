//! Pages of the payment provider are opened for who manages the organization.

use crate::steps::{customer, now, spend_quota, tenant, top_up};
use oneclaw_services::NoPayments;
use oneclaw_testkit::{Answer, Person, TestApp, Till, TillAnswer, both_stores, subscription};
use serde_json::{Value, json};
use std::sync::Arc;

async fn subscribe(who: &Person, body: Value) -> Answer {
    who.post("/v1/billing/subscribe", body).await
}

#[both_stores]
async fn bil_03_amounts_and_plans_that_are_not_sold(app: TestApp) {
    let ada = tenant(&app).await;
    for amount in [
        json!(4),
        json!(1001),
        json!(-5),
        json!(5.5),
        json!("50"),
        json!(i64::MAX),
    ] {
        top_up(&ada, json!({ "amount_usd": amount }))
            .await
            .is_invalid("amount_usd");
    }
    for amount in [
        json!(499),
        json!(100_001),
        json!(-500),
        json!(500.5),
        json!("5000"),
    ] {
        top_up(&ada, json!({ "amount_cents": amount }))
            .await
            .is_invalid("amount_cents");
    }
    let both = json!({ "amount_usd": 50, "amount_cents": 5000 });
    top_up(&ada, both).await.is_invalid("amount_cents");
    top_up(&ada, json!({})).await.is_invalid("amount_usd");
    let plan = |tier: &str, interval: &str| json!({ "tier": tier, "interval": interval });
    for tier in ["enterprise", "free", "team", "Pro", ""] {
        subscribe(&ada, plan(tier, "monthly"))
            .await
            .is_invalid("tier");
    }
    subscribe(&ada, plan("pro", "weekly"))
        .await
        .is_invalid("interval");
    subscribe(&ada, json!({ "tier": "pro" }))
        .await
        .is_invalid("interval");
    subscribe(&ada, json!({ "interval": "monthly" }))
        .await
        .is_invalid("tier");
    subscribe(&ada, json!({ "price_id": "price_of_else" }))
        .await
        .is_invalid("price_id");
    let both = json!({ "tier": "pro", "interval": "monthly", "price_id": "price_pro_monthly" });
    subscribe(&ada, both).await.is_invalid("price_id");
    let other = json!({ "price_id": "price_pro_monthly", "interval": "yearly" });
    subscribe(&ada, other).await.is_invalid("interval");
    choices_that_are_none(&ada).await;
    assert_eq!(app.till().asked(), []);
}

async fn choices_that_are_none(who: &Person) {
    for body in [
        json!({ "method": "cash" }),
        json!({}),
        json!({ "method": 7 }),
    ] {
        who.patch("/v1/billing/overage-method", body)
            .await
            .is_invalid("method");
    }
    let differ = json!({ "method": "credits", "overage_method": "x402" });
    who.patch("/v1/billing/overage-method", differ)
        .await
        .is_invalid("overage_method");
}

#[both_stores]
async fn bil_03_where_people_come_back_to_is_the_operators_choice(app: TestApp) {
    let ada = tenant(&app).await;
    let evil = "https://evil.test";
    let body = json!({
        "amount_cents": 2500, "success_url": evil, "cancel_url": evil, "return_url": evil,
    });
    let told = top_up(&ada, body).await.is(200);
    assert!(
        told.str("/checkout_url")
            .starts_with("https://checkout.example.test/")
    );
    let body = json!({ "tier": "pro", "interval": "yearly", "trial": false, "success_url": evil });
    subscribe(&ada, body).await.is(200);
    subscribe(
        &ada,
        json!({ "price_id": "price_business_monthly", "interval": "monthly" }),
    )
    .await
    .is(200);
    ada.post("/v1/billing/portal", json!({ "return_url": evil }))
        .await
        .is(200);
    let asked = app.till().asked();
    assert!(!format!("{asked:?}").contains("evil.test"), "{asked:#?}");
    let paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
    let page = "/v1/checkout/sessions";
    let portal = "/v1/billing_portal/sessions";
    assert_eq!(paths, ["/v1/customers", page, page, page, portal]);
    for asked in &asked {
        let [key, _] = Till::secrets();
        assert_eq!(asked.headers["authorization"], format!("Bearer {key}"));
    }
    let of = |number: usize, name: &str| asked[number].fields.get(name).map(String::as_str);
    for number in [1, 2, 3] {
        let back = "https://secrets.example.com?checkout=";
        assert_eq!(of(number, "success_url"), Some(&*format!("{back}success")));
        assert_eq!(of(number, "cancel_url"), Some(&*format!("{back}canceled")));
    }
    assert_eq!(of(4, "return_url"), Some("https://secrets.example.com"));
    assert_eq!(
        of(1, "line_items[0][price_data][unit_amount]"),
        Some("2500")
    );
    assert_eq!(of(1, "line_items[0][price_data][currency]"), Some("usd"));
    assert_eq!(of(1, "metadata[oneclaw_credit_cents]"), Some("2500"));
    assert_eq!(of(2, "line_items[0][price]"), Some("price_pro_yearly"));
    assert_eq!(of(2, "subscription_data[trial_period_days]"), None);
    assert_eq!(
        of(3, "line_items[0][price]"),
        Some("price_business_monthly")
    );
    assert_eq!(of(3, "subscription_data[trial_period_days]"), Some("14"));
    assert_eq!(of(0, "metadata[oneclaw_org]"), Some(ada.org_id.as_str()));
    let of_org = asked[0].headers.get("idempotency-key").cloned();
    assert_eq!(of_org, Some(format!("oneclaw-customer-{}", ada.org_id)));
}

#[both_stores]
async fn bil_08_only_who_manages_the_organization_pays_and_chooses(app: TestApp) {
    let ada = tenant(&app).await;
    let agent = ada.new_agent(json!({ "name": "bot" })).await;
    let (member, admin) = (ada.member("member").await, ada.member("admin").await);
    let choice = json!({ "overage_method": "x402" });
    let calls = [
        (
            "POST",
            "/v1/billing/subscribe",
            json!({ "tier": "pro", "interval": "monthly" }),
        ),
        ("POST", "/v1/billing/portal", json!({})),
        (
            "POST",
            "/v1/billing/credits/topup",
            json!({ "amount_usd": 5 }),
        ),
        ("PATCH", "/v1/billing/overage-method", choice),
    ];
    for who in [&member, &agent] {
        for (method, path, body) in &calls {
            let told = who.request(method, path).json(body).send().await;
            let told = told.is_problem(403);
            let code = told.str("/code");
            let is_agent = who.email.is_empty();
            let expected = ["not_org_manager", "users_only"][usize::from(is_agent)];
            assert_eq!(code, expected, "{path}");
            // and the organization's own log says who tried what
            let events = app.audit_of(told.header("x-request-id").unwrap()).await;
            let [event] = &events[..] else {
                panic!("{path}: {events:#?}");
            };
            assert_eq!(event["outcome"], "denied", "{event}");
            assert_eq!(event["actor_id"], who.user_id.as_str(), "{event}");
            assert_eq!(event["org_id"], ada.org_id.replace('-', ""), "{event}");
            assert_eq!(event["details"]["reason"], code.as_str(), "{event}");
        }
    }
    assert_eq!(app.till().asked(), []);
    for path in [
        "usage",
        "history",
        "subscription",
        "credits/balance",
        "credits/transactions",
        "llm-token-billing",
    ] {
        let path = format!("/v1/billing/{path}");
        member.get(&path).await.is(200);
        agent.get(&path).await.is_problem(403);
    }
    customer(&admin).await;
    for (method, path, body) in &calls {
        admin.request(method, path).json(body).send().await.is(200);
    }
    let told = ada.get("/v1/billing/subscription").await.is(200);
    assert_eq!(told.get("/overage_method"), "x402");
    let body = json!({ "method": "credits" });
    let told = ada.patch("/v1/billing/overage-method", body).await.is(200);
    assert_eq!(told.text(), r#"{"overage_method":"credits"}"#);
}

#[both_stores]
async fn bil_08_garbage_is_never_a_payment(app: TestApp) {
    let ada = tenant(&app).await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "kept").await;
    spend_quota(&app, &ada).await;
    let target = format!("/v1/vaults/{vault}/secrets/db/password");
    for payment in ["", "garbage", "eyJ4NDAyVmVyc2lvbiI6MX0=", "{}"] {
        let request = ada.request("GET", &target).header("x-payment", payment);
        let told = request.send().await.is_problem(402);
        assert_eq!(told.str("/type"), "payment_required");
        assert!(!told.text().contains("kept"));
    }
}

#[both_stores]
async fn without_a_provider_it_is_said_what_to_do(app: TestApp) {
    let ada = tenant(&app).await;
    let none = app.instance_paid_by(Arc::new(NoPayments)).await;
    let ada = ada.at(&none);
    let member = ada.member("member").await;
    for (path, body) in [
        ("subscribe", json!({ "tier": "pro", "interval": "monthly" })),
        ("portal", json!({})),
        ("credits/topup", json!({ "amount_usd": 5 })),
    ] {
        let path = format!("/v1/billing/{path}");
        let told = ada.post(&path, body.clone()).await.is_problem(501);
        assert_eq!(told.str("/type"), "not_configured");
        let detail = told.str("/detail");
        assert!(detail.contains("stripe.secret_key") && detail.contains("administrator"));
        member.post(&path, body).await.is_problem(403);
    }
    // what is sold is what has a price
    let unsold = json!({ "tier": "business", "interval": "yearly" });
    let told = subscribe(&ada.at(&app), unsold).await.is_problem(501);
    assert!(told.str("/detail").contains("stripe.prices"));
}

#[both_stores]
async fn nothing_is_bought_twice_and_there_is_no_portal_before(app: TestApp) {
    let ada = tenant(&app).await;
    ada.post_empty("/v1/billing/portal").await.is_problem(409);
    let customer = customer(&ada).await;
    let told = ada.post_empty("/v1/billing/portal").await.is(200);
    assert!(
        told.str("/portal_url")
            .starts_with("https://billing.example.test/")
    );
    let times = (now(&app), now(&app).plus_seconds(86_400));
    let pro = ("price_pro_monthly", "active");
    Till::tell(
        &app,
        &subscription(("evt_1", "created"), &customer, pro, times),
    )
    .await
    .is(200);
    let body = json!({ "tier": "business", "interval": "monthly" });
    let told = subscribe(&ada, body).await.is_problem(409);
    assert!(told.str("/detail").contains("portal"));
}

#[both_stores]
async fn a_provider_that_fails_is_503_and_leaves_nothing(app: TestApp) {
    let ada = tenant(&app).await;
    let [key, _] = Till::secrets();
    let echo = json!({ "error": { "code": "api_key_expired", "message": key } }).to_string();
    let page = json!({ "id": "cus_1", "url": "not plain \u{7}" }).to_string();
    for answer in [
        TillAnswer::HangsUp,
        TillAnswer::Exactly {
            status: 401,
            body: echo,
        },
        TillAnswer::Exactly {
            status: 302,
            body: String::new(),
        },
        TillAnswer::Exactly {
            status: 200,
            body: "<html>".to_owned(),
        },
        TillAnswer::Exactly {
            status: 200,
            body: page,
        },
    ] {
        app.till().answer(answer);
        let told = top_up(&ada, json!({ "amount_usd": 5 }))
            .await
            .is_problem(503);
        assert!(!told.text().contains(&key));
        assert_eq!(told.header("retry-after"), Some("5"));
    }
    let customers =
        "SELECT CAST(count(*) AS TEXT) AS text FROM orgs WHERE payment_customer IS NOT NULL";
    assert_eq!(app.rows(customers).await, ["0"]);
    app.till().answer(TillAnswer::AsStripe);
    top_up(&ada, json!({ "amount_usd": 5 })).await.is(200);
}

#[both_stores]
async fn two_at_once_are_one_customer(app: TestApp) {
    let ada = tenant(&app).await;
    let other = ada.at(&app.another_instance().await);
    let body = || json!({ "amount_usd": 5 });
    let (one, two) = tokio::join!(top_up(&ada, body()), top_up(&other, body()));
    assert_eq!(
        (one.status, two.status),
        (200, 200),
        "{} {}",
        one.text(),
        two.text()
    );
    let customers = "SELECT payment_customer AS text FROM orgs WHERE payment_customer IS NOT NULL";
    assert_eq!(app.rows(customers).await.len(), 1);
}
