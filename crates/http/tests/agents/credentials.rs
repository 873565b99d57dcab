//! AGT-02 and KEY-04 for `ocv_`: what a key is worth, and what is not told.

use super::steps::{change, exchange, hex, in_seconds};
use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

fn refused(answer: Answer) {
    let answer = answer.is_problem(401);
    assert_eq!(answer.str("/detail"), "Invalid agent credentials");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
}

#[both_stores]
async fn agt_02_every_failure_is_told_alike(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let other = ada.new_agent(json!({ "name": "other" })).await;
    let idle = ada.new_agent(json!({ "name": "idle" })).await;
    change(&ada, &idle, json!({ "is_active": false }))
        .await
        .is(200);
    let body = json!({ "name": "old", "expires_at": in_seconds(10) });
    let old = ada.new_agent(body).await;
    let body = json!({ "name": "worn", "api_key_expires_at": in_seconds(10) });
    let worn = ada.new_agent(body).await;
    let gone = ada.new_agent(json!({ "name": "gone" })).await;
    ada.delete(&format!("/v1/agents/{}", gone.user_id))
        .await
        .is(204);
    app.clock().advance(10);

    let nobody = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let of = |key: &str, id: &str| json!({ "api_key": key, "agent_id": id });
    let cases = [
        of(&bot.password, &other.user_id),
        of(&bot.password, nobody),
        of(&old.password, &old.user_id),
        json!({ "api_key": old.password }),
        json!({ "api_key": worn.password }),
        json!({ "api_key": idle.password }),
        json!({ "api_key": gone.password }),
    ];
    let mut told = Vec::new();
    for case in cases {
        let answer = app.post("/v1/auth/agent-token", case).await;
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        told.push(body);
        refused(answer);
        assert_eq!(
            app.last_event().await,
            "auth.failure denied invalid_agent_credentials"
        );
    }
    assert!(told.iter().all(|body| *body == told[0]), "{told:?}");
    let events = app.audit().await;
    let of_known = events
        .iter()
        .rfind(|event| event["resource_id"] == idle.user_id.as_str());
    let org = ada.org_id.replace('-', "");
    assert_eq!(
        of_known.unwrap()["org_id"],
        org.as_str(),
        "in the chain of whose agent it is"
    );
    exchange(&app, &bot.password).await.is(200);
}

#[both_stores]
async fn key_04_a_key_that_is_not_whole_is_no_key(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let (personal, _) = ada.api_key(json!({ "name": "desk" })).await;
    let key = bot.password.clone();
    let last = if key.ends_with('A') { 'B' } else { 'A' };
    let cases = [
        format!("{}{last}", &key[..46]),
        key[..46].to_owned(),
        format!("{key}A"),
        format!("{key} "),
        key.to_lowercase(),
        key.replacen("ocv_", "OCV_", 1),
        key.replacen("ocv_", "1ck_", 1),
        personal,
        "ocv_".to_owned(),
        String::new(),
    ];
    for case in cases.iter().filter(|case| **case != key) {
        refused(exchange(&app, case).await);
    }
    let text = app
        .post("/v1/auth/api-key-token", json!({ "api_key": key }))
        .await
        .is_problem(401);
    assert!(text.str("/detail").contains("agent-token"));
    for case in cases
        .iter()
        .filter(|case| case.starts_with("ocv_") && **case != key)
    {
        let answer = ada.with(case.trim()).get("/v1/vaults").await;
        if case.trim() != key {
            refused(answer);
        }
    }
    ada.with(&key).get("/v1/agents/me").await.is(200);
}

#[both_stores]
async fn key_04_guesses_are_counted_and_malformed_ones_cost_no_query(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let strict = app
        .instance_with(|settings, _| {
            settings.invalid_keys = AttemptLimit {
                tries: 5,
                seconds: 60,
            };
        })
        .await;
    // with its first request an instance looks which settings are in force
    refused(exchange(&strict, "ocv_short").await);
    let before = strict.services().store_statistics().read_round_trips;
    for _ in 0..50 {
        refused(exchange(&strict, "ocv_short").await);
    }
    assert_eq!(
        strict.services().store_statistics().read_round_trips,
        before
    );
    let wrong = |n: usize| format!("ocv_{}", format!("{n:04}").repeat(11)[..43].to_owned());
    for number in 0..5 {
        refused(exchange(&strict, &wrong(number)).await);
    }
    let answer = exchange(&strict, &wrong(5)).await.is_problem(429);
    assert_eq!(answer.header("retry-after"), Some("60"));
    exchange(&strict, &bot.password).await.is(200);
    app.clock().advance(60);
    refused(exchange(&strict, &wrong(6)).await);
}

#[both_stores]
async fn key_05_a_key_is_shown_once(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let rest = &bot.password[12..];
    for target in [
        "/v1/agents".to_owned(),
        format!("/v1/agents/{}", bot.user_id),
    ] {
        let shown = ada.get(&target).await.is(200);
        assert!(!shown.text().contains(rest));
    }
    let events = app.audit().await;
    assert!(!json!(events).to_string().contains(rest));
    let column = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "SELECT hex(key_hash) AS text FROM agents",
        oneclaw_testkit::StoreKind::Postgres => {
            "SELECT encode(key_hash, 'hex') AS text FROM agents"
        }
    };
    let rows = app.rows(column).await;
    assert_eq!(rows.len(), 1);
    let plain = hex(&oneclaw_crypto::sha256(bot.password.as_bytes()));
    assert_ne!(
        rows[0].to_lowercase(),
        plain,
        "the hash takes the installation's key"
    );
}
