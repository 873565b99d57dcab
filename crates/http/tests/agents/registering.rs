//! Contract 13: registering an agent, and what is refused.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn an_agent_is_born_with_a_key_and_without_any_grant(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "not for newcomers").await;
    let made = ada
        .post("/v1/agents", json!({ "name": "bot" }))
        .await
        .is(201);
    assert_eq!(app.last_event().await, "agent.register ok");
    let key = made.str("/api_key");
    assert!(key.starts_with("ocv_") && key.len() == 47, "{}", key.len());
    let agent = made.get("/agent");
    let expected = json!({
        "name": "bot", "description": "", "auth_method": "api_key", "scopes": [], "is_active": true,
        "intents_api_enabled": false, "shroud_enabled": false, "token_ttl_seconds": null, "vault_ids": [],
        "expires_at": null, "last_active_at": null, "api_key_expires_at": null, "org_id": ada.org_id,
        "created_by": ada.user_id, "api_key_prefix": key[..12], "environment_locked": false,
        "created_at": "2026-03-01T12:00:00Z",
    });
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(&agent[member], value, "{member}");
    }
    assert_eq!(agent["ssh_public_key"].as_str().unwrap().len(), 44);
    assert_eq!(agent["ecdh_public_key"].as_str().unwrap().len(), 88);
    for absent in ["environment", "env_auto_resolve", "shroud_config"] {
        assert!(agent.get(absent).is_none(), "{absent}");
    }
    assert_eq!(made.get("/id"), agent["id"]);
    assert_eq!(made.get("/name"), "bot");
    assert_eq!(made.get("/scopes"), json!([]));

    let bot = ada.with(&app.agent_token(&key).await);
    assert_eq!(
        bot.get("/v1/vaults").await.is(200).get("/vaults"),
        json!([])
    );
    bot.read(&vault, "db/password").await.is_problem(403);
    bot.get(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(403);
}

#[both_stores]
async fn everything_that_is_sent_is_kept(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let body = json!({
        "name": "bot", "description": "does things", "auth_method": "api_key",
        "scopes": ["db/**", "secrets:read", "wallet.sign"], "vault_ids": [vault, vault],
        "token_ttl_seconds": 60, "expires_at": "2026-03-02", "api_key_expires_at": "2026-03-01T12:00:01",
        "intents_api_enabled": true, "shroud_enabled": true, "environment": "prod", "environment_locked": true,
        "env_auto_resolve": true, "approval_id": "x", "skip_default_policy": true, "tx_spent_today": "7",
        "shroud_config": { "pii_policy": "block" }, "tx_max_value": "1.5", "tx_daily_limit_eth": 3,
        "tx_to_allowlist": ["0x0"], "cards_enabled": false, "tx_max_per_day": 4, "execution_require_tee": true,
    });
    let made = ada.post("/v1/agents", body.clone()).await.is(201);
    let id = made.str("/id");
    let agent = ada.get(&format!("/v1/agents/{id}")).await.is(200).json();
    assert_eq!(agent, made.get("/agent"));
    for member in [
        "description",
        "scopes",
        "token_ttl_seconds",
        "intents_api_enabled",
        "shroud_enabled",
        "environment",
        "environment_locked",
        "env_auto_resolve",
        "shroud_config",
        "tx_max_value",
        "tx_daily_limit_eth",
        "tx_to_allowlist",
        "cards_enabled",
        "tx_max_per_day",
        "execution_require_tee",
    ] {
        assert_eq!(agent[member], body[member], "{member}");
    }
    assert_eq!(agent["vault_ids"], json!([vault]));
    assert_eq!(agent["expires_at"], "2026-03-02T00:00:00Z");
    assert_eq!(agent["api_key_expires_at"], "2026-03-01T12:00:01Z");
    assert_eq!(agent["tx_max_value_eth"], "1.5", "one is the other");
    assert_eq!(agent["tx_daily_limit"], 3, "one is the other");
    assert!(agent.get("tx_spent_today").is_none());

    let mut strict = ada.request("GET", &format!("/v1/agents/{id}"));
    strict = strict.header("user-agent", "OpenAPI-Generator/1.0.0/go");
    let strict = strict.send().await.is(200).json();
    for beyond in [
        "org_id",
        "created_by",
        "api_key_prefix",
        "environment",
        "tx_max_value",
        "cards_enabled",
    ] {
        assert!(strict.get(beyond).is_none(), "{beyond}");
    }
    assert_eq!(strict["tx_max_value_eth"], "1.5");
    assert_eq!(strict["shroud_config"], body["shroud_config"]);
}

#[both_stores]
async fn a_strict_client_gets_nothing_beyond_at_creation(app: TestApp) {
    let ada = app.owner().await;
    let made = ada
        .request("POST", "/v1/agents")
        .header("user-agent", "OpenAPI-Generator/1.0.0/go")
        .json(&json!({ "name": "bot" }))
        .send()
        .await
        .is(201)
        .json();
    let mut members: Vec<_> = made.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["agent", "api_key"]);
}

#[both_stores]
async fn in_03_each_bad_field_is_named(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let (vault, foreign) = (ada.vault("prod").await, eve.vault("hers").await);
    let long = |length: usize| Value::from("x".repeat(length));
    let many = |count: usize| Value::from(vec!["a/*"; count]);
    let cases = [
        ("name", json!("")),
        ("name", long(256)),
        ("name", json!("a\u{202e}b")),
        ("name", json!(7)),
        ("description", long(1001)),
        ("auth_method", json!("mtls")),
        ("scopes", json!("db/**")),
        ("scopes", json!([7])),
        ("scopes", many(101)),
        ("scopes", json!([long(257)])),
        ("scopes", json!([""])),
        ("vault_ids", json!(["not-an-id"])),
        ("vault_ids", json!([foreign])),
        (
            "vault_ids",
            json!([vault, "018f6f2e-7c1a-7a3b-9c1d-0123456789ab"]),
        ),
        ("token_ttl_seconds", json!(59)),
        ("token_ttl_seconds", json!(86401)),
        ("token_ttl_seconds", json!(60.5)),
        ("token_ttl_seconds", json!("60")),
        ("expires_at", json!("tomorrow")),
        ("expires_at", json!("2026-03-01T12:00:00Z")),
        ("api_key_expires_at", json!("2026-03-01T11:59:59Z")),
        ("intents_api_enabled", json!("yes")),
        ("shroud_enabled", json!(1)),
        ("environment", json!("")),
        ("environment", long(65)),
        ("environment_locked", json!([])),
        ("env_auto_resolve", json!({})),
        ("shroud_config", json!([])),
        ("tx_to_allowlist", json!("0x0")),
        ("tx_max_value", json!([])),
        ("tx_max_per_day", json!("four")),
        ("cards_enabled", json!("no")),
    ];
    let before = app.count("agents").await;
    for (field, value) in cases {
        let mut body = json!({ "name": "bot" });
        body[field] = value;
        ada.post("/v1/agents", body).await.is_invalid(field);
    }
    let all =
        json!({ "token_ttl_seconds": 1, "cards_enabled": 1, "tx_max_value": [], "scopes": 1 });
    let answer = ada.post("/v1/agents", all).await.is_invalid("name");
    assert_eq!(answer.get("/fields").as_object().unwrap().len(), 5);
    let heavy = json!({ "name": "bot", "shroud_config": { "x": long(65_536) } });
    ada.post("/v1/agents", heavy).await.is_problem(400);
    assert_eq!(app.count("agents").await, before);
    assert_eq!(
        app.count("vaults").await,
        2,
        "no vault was made for what was refused"
    );
}

#[both_stores]
async fn the_bounds_themselves_are_taken(app: TestApp) {
    let ada = app.owner().await;
    for body in [
        json!({ "name": "é".repeat(255), "token_ttl_seconds": 60 }),
        json!({ "name": "n", "token_ttl_seconds": 86400, "description": "d".repeat(1000) }),
        json!({ "name": "n", "token_ttl_seconds": null, "expires_at": null, "scopes": null, "vault_ids": null }),
        json!({ "name": "n", "scopes": vec!["é".repeat(256); 100], "unknown": { "x": 1 } }),
    ] {
        ada.post("/v1/agents", body).await.is(201);
    }
}
