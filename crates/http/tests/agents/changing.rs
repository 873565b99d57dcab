//! Contract 13: changing an agent.

use super::steps::{about, change};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn what_is_left_out_stays_and_null_clears(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let bot = ada
        .new_agent(json!({
            "name": "bot", "description": "words", "scopes": ["db/**"], "vault_ids": [vault],
            "token_ttl_seconds": 90, "expires_at": "2027-01-01T00:00:00Z", "api_key_expires_at": "2027-01-01",
            "environment": "prod", "tx_max_value": "1", "cards_enabled": true,
        }))
        .await;
    let before = ada.get(&about(&bot)).await.is(200).json();
    for nothing in [
        json!({}),
        json!({ "name": null, "description": null, "scopes": null, "vault_ids": null, "is_active": null }),
        json!({ "unknown": 1, "tx_spent_today": "9" }),
    ] {
        let answer = change(&ada, &bot, nothing).await.is(200);
        assert_eq!(answer.json(), before);
    }
    ada.request("PATCH", &about(&bot)).send().await.is(200);
    assert_eq!(app.last_event().await, "agent.update ok");

    let cleared = json!({
        "expires_at": null, "token_ttl_seconds": null, "api_key_expires_at": null, "environment": null,
        "tx_max_value": null, "cards_enabled": null,
    });
    let after = change(&ada, &bot, cleared).await.is(200).json();
    for member in ["expires_at", "token_ttl_seconds", "api_key_expires_at"] {
        assert!(after[member].is_null(), "{member}");
    }
    for member in [
        "environment",
        "tx_max_value",
        "tx_max_value_eth",
        "cards_enabled",
    ] {
        assert!(after.get(member).is_none(), "{member}");
    }

    let others = json!({
        "name": "new", "description": "", "scopes": [], "vault_ids": [], "token_ttl_seconds": 60,
        "expires_at": "2026-03-01T12:00:01Z", "api_key_expires_at": "2026-03-01T12:00:02Z", "environment": "dev",
        "intents_api_enabled": true, "shroud_enabled": true, "env_auto_resolve": false, "signing_chains": ["x"],
    });
    change(&ada, &bot, others.clone()).await.is(200);
    let shown = ada.get(&about(&bot)).await.is(200).json();
    for (member, value) in others.as_object().unwrap() {
        assert_eq!(&shown[member], value, "{member}");
    }
    assert_eq!(shown["api_key_prefix"], before["api_key_prefix"]);
    assert_eq!(shown["ssh_public_key"], before["ssh_public_key"]);
}

#[both_stores]
async fn in_03_bad_changes_are_named_and_change_nothing(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let foreign = eve.vault("hers").await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let before = ada.get(&about(&bot)).await.is(200).json();
    for (field, value) in [
        ("name", json!("")),
        ("description", json!(7)),
        ("scopes", json!([""])),
        ("is_active", json!("no")),
        ("expires_at", json!("2026-03-01T12:00:00Z")),
        ("api_key_expires_at", json!("2020-01-01")),
        ("token_ttl_seconds", json!(59)),
        ("vault_ids", json!([foreign])),
        ("vault_ids", json!(["x"])),
        ("environment", json!("")),
        ("execution_require_tee", json!("yes")),
    ] {
        let mut body = json!({ "name": "changed" });
        body[field] = value;
        change(&ada, &bot, body).await.is_invalid(field);
    }
    assert_eq!(ada.get(&about(&bot)).await.is(200).json(), before);
}

#[both_stores]
async fn in_05_echoed_numbers_that_would_come_back_as_others_are_refused(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let before = ada.get(&about(&bot)).await.is(200).json();
    let huge = "123456789012345678901234567890";
    for (field, value) in [
        ("tx_max_value", huge),
        ("tx_daily_limit_eth", "1e400"),
        ("tx_max_per_day", "18446744073709551616"),
        ("shroud_config", &format!(r#"{{"a":[{huge}]}}"#)),
        ("tx_max_value", r#""1e3""#),
        ("card_max_order_usd", r#""-1""#),
        ("card_max_order_usd", r#""""#),
    ] {
        let body = format!(r#"{{"name":"changed","{field}":{value}}}"#);
        for (method, target) in [("POST", "/v1/agents"), ("PATCH", &about(&bot))] {
            let request = ada.request(method, target).body(body.clone());
            let request = request.header("content-type", "application/json");
            request.send().await.is_invalid(field);
        }
    }
    assert_eq!(ada.get(&about(&bot)).await.is(200).json(), before);
    assert_eq!(app.count("agents").await, 1);
    // the same digits are a decimal string, and in what is not read they do not matter
    let body =
        format!(r#"{{"tx_max_value":"{huge}","tx_max_per_day":9223372036854775807,"x":{huge}}}"#);
    let request = ada.request("PATCH", &about(&bot)).body(body);
    let request = request.header("content-type", "application/json");
    request.send().await.is(200);
    let shown = ada.get(&about(&bot)).await.is(200);
    assert_eq!(shown.get("/tx_max_value"), huge);
    assert_eq!(shown.get("/tx_max_per_day"), i64::MAX);
}

#[both_stores]
async fn the_event_names_what_changed_and_not_what_it_is_now(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let bot = ada
        .new_agent(json!({ "name": "bot", "expires_at": "2027-01-01", "cards_enabled": true }))
        .await;
    for (body, changed) in [
        (json!({}), json!([])),
        (json!({ "name": "bot", "cards_enabled": true }), json!([])),
        (
            json!({ "scopes": ["words-of-ours/**"], "vault_ids": [vault], "expires_at": null }),
            json!(["scopes", "expires_at", "vault_ids"]),
        ),
        (
            json!({ "shroud_config": { "key": "words-of-ours" }, "cards_enabled": null }),
            json!(["shroud_config", "cards_enabled"]),
        ),
        (
            json!({ "tx_max_value": "1", "description": "words-of-ours" }),
            json!(["description", "tx_max_value_eth", "tx_max_value"]),
        ),
        (json!({ "is_active": false }), json!(["is_active"])),
    ] {
        change(&ada, &bot, body.clone()).await.is(200);
        let event = app.audit().await.pop().unwrap();
        assert_eq!(event["details"]["changed"], changed, "{body}");
        assert!(!event.to_string().contains("words-of-ours"), "{event}");
    }
}

#[both_stores]
async fn a_locked_environment_stays(app: TestApp) {
    let ada = app.owner().await;
    let body = json!({ "name": "bot", "environment": "prod", "environment_locked": true });
    let bot = ada.new_agent(body).await;
    for other in [json!("dev"), json!(null)] {
        let body = json!({ "environment": other, "name": "changed" });
        change(&ada, &bot, body).await.is_problem(409);
    }
    let same = json!({ "environment": "prod", "name": "same" });
    assert_eq!(change(&ada, &bot, same).await.is(200).get("/name"), "same");
    change(&ada, &bot, json!({ "environment_locked": false }))
        .await
        .is(200);
    let other = change(&ada, &bot, json!({ "environment": "dev" }))
        .await
        .is(200);
    assert_eq!(other.get("/environment"), "dev");
}

#[both_stores]
async fn deactivating_has_a_name_of_its_own(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    change(&ada, &bot, json!({ "is_active": false }))
        .await
        .is(200);
    assert_eq!(app.last_event().await, "agent.deactivate ok");
    change(&ada, &bot, json!({ "is_active": true }))
        .await
        .is(200);
    assert_eq!(app.last_event().await, "agent.update ok");
    ada.delete(&about(&bot)).await.is(204);
    let event = app.audit().await.pop().unwrap();
    assert_eq!(event["action"], "agent.deactivate");
    assert_eq!(event["details"]["deleted"], true);
    assert_eq!(event["resource_id"], bot.user_id.as_str());
    ada.delete(&about(&bot)).await.is_problem(404);
    change(&ada, &bot, json!({ "name": "x" }))
        .await
        .is_problem(404);
}
