//! Contract 3.2, 3.3, 4.5, 5.3 and AGT-07: what an agent's key is exchanged for.

use super::steps::{change, exchange, in_seconds};
use oneclaw_testkit::{TestApp, both_stores, token_claims, token_header};
use serde_json::{Value, json};

#[both_stores]
async fn a_key_alone_is_enough_and_the_answer_says_whose(app: TestApp) {
    let ada = app.owner().await;
    let (id, key) = ada
        .agent(json!({ "name": "bot", "environment": "prod", "intents_api_enabled": true }))
        .await;
    let answer = exchange(&app, &key).await.is(200);
    assert_eq!(app.last_event().await, "auth.success ok");
    let event = app.audit().await.pop().unwrap();
    assert_eq!(
        (&event["actor_type"], &event["actor_id"]),
        (&json!("agent"), &json!(id))
    );
    assert_eq!(event["details"]["method"], "agent_key");
    let told = answer.json();
    let expected = json!({
        "access_token": told["access_token"], "token_type": "Bearer", "expires_in": 3600, "agent_id": id,
        "vault_ids": [], "entitlements": {
            "intents_api": true, "execution_intents": false, "execution_require_tee": false,
            "intents_require_tee": false, "cards": false, "memory": false, "shroud": false,
            "discoverable": false, "treasury_signer": false, "has_delegations": false,
        },
    });
    assert_eq!(told, expected);
    let token = answer.str("/access_token");
    let header = token_header(&token);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("EdDSA"), &json!("JWT"))
    );
    let claims = token_claims(&token);
    for (claim, value) in [
        ("sub", json!(format!("agent:{id}"))),
        ("org", json!(ada.org_id)),
        ("scopes", json!([])),
        ("vault_ids", json!([])),
        ("intents_api_enabled", json!(true)),
        ("environment", json!("prod")),
        ("aud", json!("oneclaw")),
    ] {
        assert_eq!(claims[claim], value, "{claim}");
    }
    for absent in ["role", "email", "auth_time", "amr", "shroud_config"] {
        assert!(claims.get(absent).is_none(), "{absent}");
    }
    let named = json!({ "api_key": key, "agent_id": id.to_uppercase(), "dpop_jwk": {} });
    app.post("/v1/auth/agent-token", named).await.is(200);
    let mut strict = app.request("POST", "/v1/auth/agent-token");
    strict = strict.header("user-agent", "OpenAPI-Generator/1.0.0/go");
    let strict = strict.json(&json!({ "api_key": key })).send().await.is(200);
    let mut members: Vec<_> = strict.json().as_object().unwrap().keys().cloned().collect();
    members.sort_unstable();
    assert_eq!(members, ["access_token", "expires_in", "token_type"]);
}

#[both_stores]
async fn agt_07_a_token_ends_with_the_first_of_all(app: TestApp) {
    let ada = app.owner().await;
    for ttl in [59, 86401] {
        let body = json!({ "name": "bot", "token_ttl_seconds": ttl });
        ada.post("/v1/agents", body)
            .await
            .is_invalid("token_ttl_seconds");
    }
    for (more, life) in [
        (json!({}), 3600),
        (json!({ "token_ttl_seconds": 60 }), 60),
        (json!({ "token_ttl_seconds": 86400 }), 86400),
        (
            json!({ "token_ttl_seconds": 600, "expires_at": in_seconds(100) }),
            100,
        ),
        (json!({ "api_key_expires_at": in_seconds(50) }), 50),
        (
            json!({ "expires_at": in_seconds(90), "api_key_expires_at": in_seconds(80) }),
            80,
        ),
        (
            json!({ "token_ttl_seconds": 70, "expires_at": in_seconds(90) }),
            70,
        ),
    ] {
        let mut body = more.clone();
        body["name"] = json!("bot");
        let (_, key) = ada.agent(body).await;
        let answer = exchange(&app, &key).await.is(200);
        assert_eq!(answer.get("/expires_in"), life, "{more}");
        let claims = token_claims(&answer.str("/access_token"));
        let (from, to) = (
            claims["iat"].as_i64().unwrap(),
            claims["exp"].as_i64().unwrap(),
        );
        assert_eq!(to - from, life, "{more}");
    }
    let instance = app
        .instance_with(|settings, _| settings.agent_token_ttl = 120)
        .await;
    let (_, key) = ada.agent(json!({ "name": "bot" })).await;
    assert_eq!(
        exchange(&instance, &key).await.is(200).get("/expires_in"),
        120
    );
}

#[both_stores]
async fn the_vaults_of_a_token_are_the_binding_or_what_is_seen(app: TestApp) {
    let ada = app.owner().await;
    let mut vaults = Vec::new();
    for name in ["one", "two", "three"] {
        app.clock().advance(1);
        vaults.push(ada.vault(name).await);
    }
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    ada.grant(&vaults[2], &bot, "db/*", &["read"]).await;
    ada.grant(&vaults[0], &bot, "**", &["write"]).await;
    let deny = json!({ "effect": "deny", "secret_path_pattern": "never/**" });
    ada.ask_policy(&vaults[1], &bot, &deny).await.is(201);
    let past = json!({ "expires_at": in_seconds(60), "secret_path_pattern": "soon/**" });
    ada.ask_policy(&vaults[1], &bot, &past).await.is(201);
    app.clock().advance(60);
    let own = bot.vault("own").await;
    let answer = exchange(&app, &bot.password).await.is(200);
    let seen = json!([vaults[0], vaults[2], own]);
    assert_eq!(answer.get("/vault_ids"), seen, "oldest first");
    let claims = token_claims(&answer.str("/access_token"));
    assert_eq!(claims["vault_ids"], seen);
    assert_eq!(
        claims["scopes"],
        json!(["**", "db/*"]),
        "the patterns of what was granted"
    );
    let listed = bot.get("/v1/vaults").await.is(200).get("/vaults");
    let listed: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["id"].clone())
        .collect();
    assert_eq!(json!(listed), seen);

    let bound = json!({ "vault_ids": [vaults[1], vaults[0]], "scopes": ["secrets:read"] });
    change(&ada, &bot, bound).await.is(200);
    let answer = exchange(&app, &bot.password).await.is(200);
    assert_eq!(answer.get("/vault_ids"), json!([vaults[1], vaults[0]]));
    let claims = token_claims(&answer.str("/access_token"));
    assert_eq!(claims["scopes"], json!(["secrets:read"]));

    // what a token names is no list that scopes would cut
    change(&ada, &bot, json!({ "vault_ids": [] })).await.is(200);
    let answer = exchange(&app, &bot.password).await.is(200);
    assert_eq!(answer.get("/vault_ids"), seen);
}

#[both_stores]
async fn fld_01_a_token_never_outgrows_what_headers_may_be(app: TestApp) {
    let ada = app.owner().await;
    let scopes: Vec<String> = (0..100)
        .map(|n| format!("{n}{}", "\"é".repeat(120)))
        .collect();
    let bot = ada
        .new_agent(json!({ "name": "bot", "scopes": scopes }))
        .await;
    let mut vaults = Vec::new();
    for number in 0..120 {
        vaults.push(ada.vault(&format!("vault {number}")).await);
    }
    change(&ada, &bot, json!({ "vault_ids": vaults }))
        .await
        .is(200);
    let answer = exchange(&app, &bot.password).await.is(200);
    assert_eq!(
        answer.get("/vault_ids").as_array().unwrap().len(),
        120,
        "the answer has them all"
    );
    let token = answer.str("/access_token");
    assert!(token.len() < 8 * 1024, "{}", token.len());
    let shown = bot.with(&token).get("/v1/agents/me").await.is(200);
    assert_eq!(
        shown.get("/scopes"),
        json!(scopes),
        "what holds is on the agent"
    );
    let (key, _) = ada
        .api_key(json!({ "name": "long", "scopes": scopes }))
        .await;
    let token = app
        .post("/v1/auth/api-key-token", json!({ "api_key": key }))
        .await
        .is(200);
    let limited = ada.with(&token.str("/access_token"));
    limited.get("/v1/auth/me").await.is(200);
}

#[both_stores]
async fn an_agent_is_seen_when_it_was_last_active(app: TestApp) {
    let ada = app.owner().await;
    let (id, key) = ada.agent(json!({ "name": "bot" })).await;
    let bot = ada.with(&key);
    let last = |answer: Value| answer["last_active_at"].clone();
    let target = format!("/v1/agents/{id}");
    assert!(last(ada.get(&target).await.is(200).json()).is_null());
    app.clock().advance(60);
    exchange(&app, &key).await.is(200);
    let shown = ada.get(&target).await.is(200).json();
    assert_eq!(last(shown), "2026-03-01T12:01:00Z");
    app.clock().advance(60);
    bot.get("/v1/agents/me").await.is(200);
    let shown = ada.get(&target).await.is(200).json();
    assert_eq!(
        last(shown),
        "2026-03-01T12:02:00Z",
        "the key itself counts as well"
    );
}

#[both_stores]
async fn in_06_a_malformed_exchange_is_named(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    for (field, body) in [
        ("api_key", json!({})),
        ("api_key", json!({ "api_key": 7 })),
        (
            "agent_id",
            json!({ "api_key": bot.password, "agent_id": "me" }),
        ),
        (
            "agent_id",
            json!({ "api_key": bot.password, "agent_id": 7 }),
        ),
    ] {
        app.post("/v1/auth/agent-token", body)
            .await
            .is_invalid(field);
    }
}
