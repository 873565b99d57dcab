//! AUD-06: a secret that somebody types where a name belongs is not kept.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

const PASSWORD: &str = "Correct horse battery staple 9!";

/// No event and no line of the log holds any of these.
async fn nowhere(app: &TestApp, typed: &[&str]) {
    for event in app.audit().await {
        for secret in typed {
            assert!(!event.to_string().contains(secret), "{event}");
        }
    }
    for secret in typed {
        assert!(!app.logged().contains(secret));
    }
}

#[both_stores]
async fn aud_06_a_password_in_the_place_of_an_address_is_not_kept(app: TestApp) {
    app.owner().await;
    let swapped = json!({ "email": PASSWORD, "password": "ada@example.test" });
    for (door, body) in [
        ("/v1/auth/token", swapped.clone()),
        ("/v1/auth/signup", swapped),
        ("/v1/auth/forgot-password", json!({ "email": PASSWORD })),
        (
            "/v1/auth/agent-token",
            json!({ "agent_id": PASSWORD, "api_key": PASSWORD }),
        ),
        ("/v1/auth/api-key-token", json!({ "api_key": PASSWORD })),
    ] {
        let answer = app.post(door, body).await;
        assert!((400..500).contains(&answer.status), "{door}");
        assert!(!answer.text().contains(PASSWORD), "{}", answer.text());
    }
    nowhere(&app, &[PASSWORD]).await;
}

#[both_stores]
async fn aud_06_a_key_in_a_path_is_redacted(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let (key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let (_, agent_key) = ada.agent(json!({ "name": "bot" })).await;
    for secret in [&key, &agent_key, &ada.refresh_token] {
        let at = format!("/v1/vaults/{vault}/secrets/prod/{secret}");
        ada.get(&at).await.is_problem(404);
        ada.get(&format!("/v1/vaults/{secret}/secrets/k"))
            .await
            .is_problem(404);
    }
    let random = [&key, &agent_key, &ada.refresh_token].map(|secret| &secret[4..]);
    nowhere(&app, &random).await;
    let events = app.audit().await;
    let marked = |prefix: &str| {
        let kept = format!("prod/{prefix}--redacted--");
        events.iter().any(|event| event["details"]["path"] == kept)
    };
    assert!(marked("1ck_") && marked("ocv_") && marked("ort_"));
}

#[both_stores]
async fn aud_06_a_token_in_a_name_is_not_kept(app: TestApp) {
    let ada = app.owner().await;
    let token = ada.token.clone();
    let (key, _) = ada.api_key(json!({ "name": "ci" })).await;
    for name in [&token, &key] {
        for door in ["/v1/vaults", "/v1/agents", "/v1/auth/api-keys"] {
            // too long for a name, or a name like any other: the event tells neither
            ada.post(door, json!({ "name": name, "scopes": 7 })).await;
            ada.post(door, json!({ "name": name })).await;
        }
        let made = ada.vault("prod").await;
        let policy = json!({
            "secret_path_pattern": name, "principal_type": "user",
            "principal_id": name, "permissions": ["read"],
        });
        ada.post(&format!("/v1/vaults/{made}/policies"), policy)
            .await
            .is_problem(400);
    }
    nowhere(&app, &[&token, &key[4..]]).await;
}
