//! What a device hears, and when.

use crate::steps::{decide, device, let_in, plain, poll, word};
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

const NEW_PASSWORD: &str = "Another-Battery-77-Staple";

#[both_stores]
async fn dev_04_of_many_at_once_one_gets_the_token(app: TestApp) {
    let ada = app.owner().await;
    let other = app.another_instance().await;
    let waiting = device(&app, json!({})).await;
    decide(&ada, "approve", &waiting.user_code).await.is(200);
    let sessions = app.count("sessions").await;
    let polls = (0..16).map(|number| {
        let at = if number % 2 == 0 { &*app } else { &other };
        poll(at, &waiting)
    });
    let answers = join_all(polls).await;
    let given = answers
        .iter()
        .filter(|answer| answer.get("/access_token").is_string());
    assert_eq!(given.count(), 1);
    let spent = answers
        .iter()
        .filter(|answer| answer.get("/error") == "expired_token");
    assert_eq!(spent.count(), 15);
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(app.count("sessions").await, sessions + 1);
    app.clock().advance(60);
    assert_eq!(word(&app, &waiting).await, "expired_token");
}

#[both_stores]
async fn dev_04_what_is_no_device_code_is_told_alike(app: TestApp) {
    let waiting = device(&app, json!({})).await;
    let never = format!("dvc_{}", "A".repeat(43));
    let mut told = Vec::new();
    for code in [never.as_str(), "", "dvc_", "x", waiting.user_code.as_str()] {
        let body = json!({ "device_code": code, "grant_type": "urn:ietf:params:oauth:grant-type:device_code" });
        let answer = app
            .post("/v1/auth/device/token", body)
            .await
            .is_problem(400);
        assert_eq!(answer.get("/error"), "invalid_grant", "{code}");
        told.push(plain(&answer));
    }
    assert!(told.iter().all(|body| Some(body) == told.first()));
    assert_eq!(
        app.last_event().await,
        "device.request denied invalid_grant"
    );
}

#[both_stores]
async fn dev_05_other_grant_types_are_refused(app: TestApp) {
    let waiting = device(&app, json!({})).await;
    for grant_type in ["password", "refresh_token", "device_code", ""] {
        let body = json!({ "device_code": waiting.device_code, "grant_type": grant_type });
        let answer = app
            .post("/v1/auth/device/token", body)
            .await
            .is_problem(400);
        assert_eq!(
            answer.get("/error"),
            "unsupported_grant_type",
            "{grant_type}"
        );
    }
    let without = json!({ "device_code": waiting.device_code });
    app.post("/v1/auth/device/token", without)
        .await
        .is_invalid("grant_type");
    app.post("/v1/auth/device/token", json!({}))
        .await
        .is_invalid("device_code");
}

#[both_stores]
async fn dev_05_who_asks_too_soon_waits_longer(app: TestApp) {
    let waiting = device(&app, json!({})).await;
    let other = app.another_instance().await;
    assert_eq!(word(&app, &waiting).await, "authorization_pending");
    let events = app.events().await.len();
    app.clock().advance(5);
    assert_eq!(word(&other, &waiting).await, "authorization_pending");
    assert_eq!(
        app.events().await.len(),
        events,
        "asking in time leaves no event"
    );
    app.clock().advance(4);
    assert_eq!(word(&app, &waiting).await, "slow_down");
    assert_eq!(app.last_event().await, "device.request denied slow_down");
    // 10 seconds from now on, on every instance
    app.clock().advance(9);
    assert_eq!(word(&other, &waiting).await, "slow_down");
    app.clock().advance(15);
    assert_eq!(word(&other, &waiting).await, "authorization_pending");
    app.clock().advance(14);
    assert_eq!(word(&app, &waiting).await, "slow_down");
    let rows = app
        .rows("SELECT CAST(poll_interval AS TEXT) AS text FROM device_grants")
        .await;
    assert_eq!(rows, ["20"]);
}

#[both_stores]
async fn dev_05_a_burst_does_not_make_a_device_wait_for_good(app: TestApp) {
    let ada = app.owner().await;
    let waiting = device(&app, json!({})).await;
    for _ in 0..20 {
        poll(&app, &waiting).await.is(200);
    }
    decide(&ada, "approve", &waiting.user_code).await.is(200);
    poll(&app, &waiting).await.is(200).str("/access_token");
}

#[both_stores]
async fn dev_05_what_ran_out_gives_nothing(app: TestApp) {
    let ada = app.owner().await;
    let (approved, waiting) = (device(&app, json!({})).await, device(&app, json!({})).await);
    decide(&ada, "approve", &approved.user_code).await.is(200);
    app.clock().advance(600);
    assert_eq!(word(&app, &approved).await, "expired_token");
    assert_eq!(word(&app, &waiting).await, "expired_token");
}

#[both_stores]
async fn dev_05_a_member_who_was_removed_lets_nobody_in(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let waiting = device(&app, json!({})).await;
    decide(&bob, "approve", &waiting.user_code).await.is(200);
    ada.delete(&format!("/v1/org/members/{}", bob.user_id))
        .await
        .is(204);
    assert_eq!(word(&app, &waiting).await, "access_denied");
}

async fn change_password(who: &Person) {
    let body = json!({ "current_password": who.password, "new_password": NEW_PASSWORD });
    let changed = who.post("/v1/auth/change-password", body).await;
    assert!(changed.status < 300, "{}", changed.text());
}

#[both_stores]
async fn dev_05_auth_09_a_new_password_takes_devices_back(app: TestApp) {
    let ada = app.owner().await;
    let other = app.another_instance().await;
    let thief = let_in(&ada).await;
    let waiting = device(&app, json!({})).await;
    decide(&ada, "approve", &waiting.user_code).await.is(200);
    thief.at(&other).get("/v1/auth/me").await.is(200);
    change_password(&ada).await;
    assert_eq!(word(&other, &waiting).await, "access_denied");
    thief.at(&other).get("/v1/auth/me").await.is_problem(401);
    // the session that made the change goes on
    ada.get("/v1/auth/me").await.is(200);
}

#[both_stores]
async fn a_devices_session_ends_with_its_token(app: TestApp) {
    let ada = app.owner().await;
    let device = let_in(&ada).await;
    app.clock().advance(86_000);
    // whatever a refresh gives, it ends then
    let fresh = device.post_empty("/v1/auth/refresh").await;
    app.clock().advance(400);
    device.get("/v1/auth/me").await.is_problem(401);
    if fresh.status == 200 {
        device
            .with(&fresh.str("/access_token"))
            .get("/v1/auth/me")
            .await
            .is_problem(401);
    }
}

#[both_stores]
async fn rules_about_addresses_hold_for_devices(app: TestApp) {
    let ada = app.owner().await;
    let device = let_in(&ada).await;
    device.get("/v1/vaults").await.is(200);
    let rule = json!({ "rule_type": "deny", "cidr": "198.51.100.0/24" });
    ada.post("/v1/security/ip-rules", rule).await.is(201);
    let proxied = app
        .instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await;
    let from = |address: &'static str| {
        let device = device.at(&proxied);
        async move {
            let request = device.request("GET", "/v1/vaults");
            request.header("x-forwarded-for", address).send().await
        }
    };
    from("192.0.2.1").await.is(200);
    from("198.51.100.1").await.is_problem(403);
}
