//! KEY-03, KEY-04: a limited key stays limited, and keys are not guessed.

use super::steps::{exchange, refresh, rows};
use futures_util::future::join_all;
use oneclaw_services::Settings;
use oneclaw_testkit::{Answer, Request, TestApp, both_stores, token_claims};
use serde_json::{Value, json};

#[both_stores]
async fn key_03_rights_never_grow_down_a_chain(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("ours").await;
    ada.keep(&vault, "db/password", "a value that nobody guesses")
        .await;
    let limited = json!({ "name": "limited", "scopes": ["secrets:read"] });
    let (api_key, id) = ada.api_key(limited).await;
    let exchanged = exchange(&app, &api_key).await.is(200);
    assert_eq!(exchanged.get("/refresh_token"), Value::Null);
    let token = exchanged.str("/access_token");
    let claims = token_claims(&token);
    assert_eq!(claims["scopes"], json!(["secrets:read"]));
    // no age of login that a step-up could go by
    assert_eq!(
        (&claims["auth_time"], &claims["amr"]),
        (&Value::Null, &json!(["key"]))
    );

    let before = rows(&app).await;
    for credential in [&api_key, &token] {
        let key = ada.with(credential);
        key.read(&vault, "db/password").await.is(200);
        let more = key
            .post("/v1/auth/api-keys", json!({ "name": "more" }))
            .await
            .is_problem(403);
        assert_eq!(more.str("/code"), "limited_credential");
        assert_eq!(
            app.last_event().await,
            "api_key.create denied limited_credential"
        );
        let change =
            json!({ "current_password": ada.password, "new_password": "Correct-Horse-3-Battery" });
        key.post("/v1/auth/change-password", change)
            .await
            .is_problem(403);
        key.patch("/v1/auth/me", json!({ "display_name": "Mallory" }))
            .await
            .is_problem(403);
        key.delete(&format!("/v1/auth/api-keys/{id}"))
            .await
            .is_problem(403);
        key.post_empty("/v1/auth/refresh").await.is_problem(400);
        key.post("/v1/vaults", json!({ "name": "mine" }))
            .await
            .is_problem(403);
        let secret = format!("/v1/vaults/{vault}/secrets/db/password");
        key.put(&secret, json!({ "value": "overwritten by a key" }))
            .await
            .is_problem(403);
        key.delete(&secret).await.is_problem(403);
        refresh(&app, credential).await.is_problem(401);
    }
    assert_eq!(rows(&app).await, before);
}

#[both_stores]
async fn key_03_scopes_that_nobody_understands_give_nothing(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("ours").await;
    ada.keep(&vault, "db/password", "a value that nobody guesses")
        .await;
    for scope in ["x:y", "Secrets:read", "db/**", "*", "secrets:", "secret"] {
        let (api_key, _) = ada
            .api_key(json!({ "name": "odd", "scopes": [scope] }))
            .await;
        let token = exchange(&app, &api_key).await.is(200).str("/access_token");
        for credential in [&api_key, &token] {
            let key = ada.with(credential);
            key.read(&vault, "db/password").await.is_problem(403);
            key.get("/v1/vaults").await.is_problem(403);
            key.post("/v1/auth/api-keys", json!({ "name": "more" }))
                .await
                .is_problem(403);
        }
    }
}

#[both_stores]
async fn key_03_a_key_does_not_revoke_itself_as_a_token(app: TestApp) {
    let ada = app.owner().await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    ada.with(&api_key)
        .delete("/v1/auth/token")
        .await
        .is_problem(400);
    ada.with(&api_key).get("/v1/auth/me").await.is(200);
    let token = exchange(&app, &api_key).await.is(200).str("/access_token");
    ada.with(&token).delete("/v1/auth/token").await.is(204);
    ada.with(&token).get("/v1/auth/me").await.is_problem(401);
    ada.with(&api_key).get("/v1/auth/me").await.is(200);
}

/// A key with its middle character changed.
fn altered(api_key: &str) -> String {
    let (head, tail) = api_key.split_at(20);
    let other = if tail.starts_with('A') { 'B' } else { 'A' };
    format!("{head}{other}{}", &tail[1..])
}

/// The same letters in the other case; the last character stays, so that it is a key by its shape.
fn in_other_case(api_key: &str) -> String {
    let flip = |c: char| {
        if c.is_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    let (prefix, rest) = api_key.split_at(4);
    let (rest, last) = rest.split_at(42);
    format!(
        "{prefix}{}{last}",
        rest.chars().map(flip).collect::<String>()
    )
}

fn without_request_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[both_stores]
async fn key_04_a_key_is_the_whole_key_or_nothing(app: TestApp) {
    let ada = app.owner().await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let before = rows(&app).await;
    let well_formed = [altered(&api_key), in_other_case(&api_key)];
    let malformed = [
        api_key[..46].to_owned(),
        format!("{api_key}A"),
        format!("{api_key} "),
        format!("{api_key}="),
        api_key.replacen("1ck_", "1CK_", 1),
        api_key[4..].to_owned(),
        api_key[..12].to_owned(),
        "1ck_".to_owned(),
        format!("1ck_{}", "*".repeat(43)),
        format!("1ck_{}", "A".repeat(10_000)),
    ];
    let mut bodies = Vec::new();
    for key in well_formed.iter().chain(&malformed) {
        let queries = app.services().store_statistics().read_round_trips;
        let answer = exchange(&app, key).await.is_problem(401);
        let cost = app.services().store_statistics().read_round_trips - queries;
        assert_eq!(
            cost,
            u64::from(well_formed.contains(key)),
            "queries for {key:.60}"
        );
        assert_eq!(
            app.last_event().await,
            "auth.failure denied invalid_api_key"
        );
        bodies.push(without_request_id(&answer));
        // blanks around a header's value are not part of it (RFC 9110 5.5)
        if !key.ends_with(' ') {
            ada.with(key).get("/v1/auth/me").await.is_problem(401);
        }
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    assert_eq!(bodies[0]["detail"], "Invalid API key");

    let agents = api_key.replacen("1ck_", "ocv_", 1);
    let answer = exchange(&app, &agents).await.is_problem(401);
    assert!(
        answer.str("/detail").contains("/v1/auth/agent-token"),
        "{}",
        answer.text()
    );
    ada.with(&agents).get("/v1/auth/me").await.is_problem(401);
    assert_eq!(rows(&app).await, before);
    exchange(&app, &api_key).await.is(200);
}

/// Shows a thousand keys that do not exist, and tells how often the answer was 401 and 429.
async fn a_thousand(show: impl Fn(String) -> Request) -> (usize, usize) {
    let mut seen = (0, 0);
    for batch in 0..20 {
        let shown = (0..50).map(|number| show(format!("1ck_{batch:020}{number:022}A")).send());
        for answer in join_all(shown).await {
            seen.0 += usize::from(answer.status == 401);
            seen.1 += usize::from(answer.status == 429);
            if answer.status == 429 {
                let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=60).contains(&wait), "{wait}");
            }
        }
    }
    seen
}

#[both_stores]
async fn key_04_guessing_from_one_address_is_stopped(app: TestApp) {
    let default = Settings::default().invalid_keys;
    assert_eq!((default.tries, default.seconds), (30, 60));
    let limited = app
        .instance_with(|services, _| services.invalid_keys = default)
        .await;
    let ada = app.owner().await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let exchanged = a_thousand(|key| {
        let body = json!({ "api_key": key });
        limited
            .request("POST", "/v1/auth/api-key-token")
            .json(&body)
    });
    assert_eq!(exchanged.await, (30, 970));
    let folded = app.events().await;
    let limits = folded
        .iter()
        .filter(|event| *event == "auth.failure denied rate_limited");
    assert_eq!(limits.count(), 1, "a flood is one line");

    app.clock().advance(60);
    let shown = a_thousand(|key| limited.request("GET", "/v1/auth/me").bearer(&key));
    assert_eq!(shown.await, (30, 970));
    // who has a key is not kept out by a neighbour who guesses
    exchange(&limited, &api_key).await.is(200);
    ada.at(&limited)
        .with(&api_key)
        .get("/v1/auth/me")
        .await
        .is(200);
}
