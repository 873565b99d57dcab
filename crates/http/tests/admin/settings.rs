//! Settings that change while servers run.

use crate::steps::{event_of, is_in_log_of, put, unset};
use oneclaw_services::Store as _;
use oneclaw_testkit::{Answer, Instance, TestApp, both_stores};
use serde_json::{Value, json};

async fn sign_up(at: &Instance, name: &str) -> Answer {
    let body =
        json!({ "email": format!("{name}@example.test"), "password": "Correct-Horse-8-Battery" });
    at.post("/v1/auth/signup", body).await
}

#[both_stores]
async fn contract_19_a_setting_is_kept_shown_and_brought_back(app: TestApp) {
    let ada = app.owner().await;
    let none = ada.get("/v1/admin/settings").await.is(200);
    assert_eq!(none.json(), json!({ "settings": [] }));
    let made = put(&ada, "zeta.flag", "anything at all").await.is(200);
    let shown = json!({
        "key": "zeta.flag", "value": "anything at all", "updated_by": ada.user_id,
        "updated_at": made.str("/updated_at"),
    });
    assert_eq!(made.json(), shown);
    let event = event_of(&app, &made).await;
    assert_eq!(event["action"], "admin.setting_put", "{event}");
    assert_eq!(event["resource_type"], "setting", "{event}");
    assert_eq!(event["resource_id"], "zeta.flag", "{event}");
    // what an unknown setting holds may be a secret
    assert!(!event.to_string().contains("anything at all"), "{event}");
    is_in_log_of(&event, &ada.org_id);

    put(&ada, "signup.mode", "invite").await.is(200);
    put(&ada, "zeta.flag", "").await.is(200);
    let listed = ada.get("/v1/admin/settings").await.is(200);
    let keys: Vec<Value> = [0, 1]
        .map(|at| listed.get(&format!("/settings/{at}/key")))
        .into();
    assert_eq!(keys, [json!("signup.mode"), json!("zeta.flag")]);
    assert_eq!(listed.get("/settings/1/value"), "");

    let gone = unset(&ada, "zeta.flag").await.is(204);
    assert_eq!(
        event_of(&app, &gone).await["action"],
        "admin.setting_delete"
    );
    unset(&ada, "zeta.flag").await.is_problem(404);
    unset(&ada, "NOT-A-KEY").await.is_problem(404);
}

#[both_stores]
async fn contract_25_known_settings_are_checked(app: TestApp) {
    let ada = app.owner().await;
    for (key, value) in [
        ("signup.mode", "anybody"),
        ("signup.mode", ""),
        ("signup.mode", "OPEN"),
        ("signup.require_email_verification", "yes"),
        ("billing.default_tier", "team"),
        ("maintenance_mode", "1"),
        ("free", "a\u{0}b"),
        ("free", "line\nbreak"),
    ] {
        put(&ada, key, value).await.is_invalid("value");
    }
    for key in ["UPPER", "a-b", "a%20b", &"k".repeat(65)] {
        put(&ada, key, "x").await.is_invalid("key");
    }
    put(&ada, "free", &"x".repeat(4097))
        .await
        .is_invalid("value");
    put(&ada, "free", &"é".repeat(4096)).await.is(200);
    put(&ada, &"k".repeat(64), "x").await.is(200);
    let target = "/v1/admin/settings/free";
    for body in [json!({}), json!({ "value": null }), json!({ "value": 1 })] {
        ada.put(target, body).await.is_invalid("value");
    }
    assert_eq!(app.count("installation_settings").await, 2);
}

/// It holds at once where it was changed, and on another instance with its next look.
#[both_stores]
async fn contract_25_who_may_sign_up_changes_while_servers_run(app: TestApp) {
    let ada = app.owner().await;
    let other = app.another_instance().await;
    sign_up(&app, "one").await.is(200);
    sign_up(&other, "two").await.is(200);
    put(&ada, "signup.mode", "closed").await.is(200);
    sign_up(&app, "three").await.is_problem(403);
    app.clock().advance(1);
    sign_up(&other, "four").await.is_problem(403);
    // the way back is what is configured
    unset(&ada, "signup.mode").await.is(204);
    sign_up(&app, "three").await.is(200);
    app.clock().advance(1);
    sign_up(&other, "four").await.is(200);
    // one that starts later knows it from the first request on
    put(&ada, "signup.mode", "invite").await.is(200);
    let third = app.another_instance().await;
    sign_up(&third, "five").await.is_problem(403);
}

#[both_stores]
async fn contract_25_addresses_are_to_be_proved_from_now_on(app: TestApp) {
    let ada = app.owner().await;
    put(&ada, "signup.require_email_verification", "true")
        .await
        .is(200);
    let answer = sign_up(&app, "one").await.is(200);
    assert!(
        answer.json().get("access_token").is_none_or(Value::is_null),
        "{}",
        answer.text()
    );
    put(&ada, "signup.require_email_verification", "false")
        .await
        .is(200);
    sign_up(&app, "two").await.is(200).str("/access_token");
}

/// The plan of who was given none: what it allows holds at once, on every instance.
#[both_stores]
async fn contract_25_the_default_plan_changes_while_servers_run(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let other = app.another_instance().await;
    for name in ["one", "two", "three"] {
        bob.vault(name).await;
    }
    let more = json!({ "name": "one more" });
    bob.post("/v1/vaults", more.clone()).await.is_problem(403);
    put(&ada, "billing.default_tier", "pro").await.is(200);
    bob.post("/v1/vaults", more.clone()).await.is(201);
    app.clock().advance(1);
    let elsewhere = bob.at(&other);
    elsewhere.post("/v1/vaults", more.clone()).await.is(201);
    let users = ada.get("/v1/admin/users").await.is(200);
    assert_eq!(users.get("/users/0/billing_tier"), "enterprise");
    assert_eq!(users.get("/users/1/billing_tier"), "pro");
    unset(&ada, "billing.default_tier").await.is(204);
    bob.post("/v1/vaults", more).await.is_problem(403);
}

/// What somebody wrote into the table by hand is never taken for "everything".
#[both_stores]
async fn g8_a_setting_that_cannot_be_read_is_the_strictest(app: TestApp) {
    let ada = app.owner().await;
    put(&ada, "signup.mode", "open").await.is(200);
    app.tamper("UPDATE installation_settings SET value = 'who knows'")
        .await;
    app.clock().advance(1);
    sign_up(&app, "one").await.is_problem(403);
}

/// Settings are looked for once a second at most, whatever is asked.
#[both_stores]
async fn no_request_waits_for_settings_but_one_a_second(app: TestApp) {
    let ada = app.owner().await;
    let vault = crate::steps::with_secret(&ada).await;
    ada.read(&vault, "db/password").await.is(200);
    let trips = || app.store().statistics().read_round_trips;
    for expected in [1, 1] {
        let before = trips();
        ada.read(&vault, "db/password").await.is(200);
        assert_eq!(trips() - before, expected);
    }
}
