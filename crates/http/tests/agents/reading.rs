//! Contract 13: who sees which agents.

use super::steps::about;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn lists_are_oldest_first_and_come_in_pages(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    eve.agent(json!({ "name": "hers" })).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(
            ada.agent(json!({ "name": format!("bot {number}") }))
                .await
                .0,
        );
        app.clock().advance(1);
    }
    let all = ada.get("/v1/agents").await.is(200);
    let listed = all.get("/agents");
    let seen: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| agent["id"].clone())
        .collect();
    assert_eq!(json!(seen), json!(ids));
    assert!(all.json().get("next_cursor").is_none());
    assert!(
        !all.text().contains("ocv_") || listed[0]["api_key_prefix"].as_str().unwrap().len() == 12
    );

    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ada
            .get(&format!("/v1/agents?limit=2{cursor}"))
            .await
            .is(200);
        for agent in page.get("/agents").as_array().unwrap() {
            paged.push(agent["id"].clone());
        }
        match page.get("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(json!(paged), json!(ids));
    eve.get(&format!("/v1/agents?limit=2{cursor}"))
        .await
        .is_invalid("cursor");
    ada.get("/v1/agents?limit=0").await.is_invalid("limit");
}

#[both_stores]
async fn an_agent_sees_itself_and_no_other(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada
        .new_agent(json!({ "name": "bot", "token_ttl_seconds": 90 }))
        .await;
    let other = ada.new_agent(json!({ "name": "other" })).await;
    let own = bot.get("/v1/agents/me").await.is(200);
    let expected = json!({
        "id": bot.user_id, "name": "bot", "description": "", "org_id": ada.org_id, "scopes": [],
        "is_active": true, "intents_api_enabled": false, "created_by": ada.user_id, "shroud_enabled": false,
        "created_at": "2026-03-01T12:00:00Z", "expires_at": null, "last_active_at": "2026-03-01T12:00:00Z",
        "vault_ids": [], "token_ttl_seconds": 90,
        "ssh_public_key": own.get("/ssh_public_key"), "ecdh_public_key": own.get("/ecdh_public_key"),
    });
    assert_eq!(own.json(), expected);
    let shown = bot.get(&about(&bot)).await.is(200);
    assert_eq!(shown.get("/ssh_public_key"), own.get("/ssh_public_key"));
    let of_another = bot.get(&about(&other)).await.is_problem(403);
    let of_nobody = "/v1/agents/018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let of_nobody = bot.get(of_nobody).await.is_problem(403);
    assert_eq!(
        of_another.get("/detail"),
        of_nobody.get("/detail"),
        "neither tells what there is"
    );
    bot.get("/v1/agents").await.is_problem(403);
    ada.get("/v1/agents/me").await.is_problem(403);
}

#[both_stores]
async fn ten_01_agents_of_others_do_not_exist(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    for (method, behind) in [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate-key"),
        ("POST", "/rotate-identity-keys"),
    ] {
        let target = format!("{}{behind}", about(&bot));
        eve.request(method, &target).send().await.is_problem(404);
        let malformed = format!("/v1/agents/not-an-id{behind}");
        ada.request(method, &malformed).send().await.is_problem(404);
    }
    let gone = eve
        .post(
            "/v1/agents/batch-delete",
            json!({ "agent_ids": [bot.user_id] }),
        )
        .await
        .is(200);
    assert_eq!(gone.get("/deleted"), 0);
    assert_eq!(
        gone.get("/errors"),
        json!([{ "id": bot.user_id, "reason": "Not found" }])
    );
    bot.get("/v1/agents/me").await.is(200);
}

#[both_stores]
async fn several_are_deleted_at_once(app: TestApp) {
    let ada = app.owner().await;
    let (one, two) = (
        ada.new_agent(json!({ "name": "one" })).await,
        ada.new_agent(json!({ "name": "two" })).await,
    );
    let nobody = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let ids = json!({ "agent_ids": [one.user_id, nobody, two.user_id, one.user_id] });
    let done = ada.post("/v1/agents/batch-delete", ids).await.is(200);
    assert_eq!(done.get("/deleted"), 2);
    assert_eq!(done.get("/failed"), 1);
    assert_eq!(
        done.get("/errors"),
        json!([{ "id": nobody, "reason": "Not found" }])
    );
    for gone in [&one, &two] {
        gone.get("/v1/agents/me").await.is_problem(401);
        ada.get(&about(gone)).await.is_problem(404);
    }
    let empty = json!({ "agent_ids": [] });
    assert_eq!(
        ada.post("/v1/agents/batch-delete", empty)
            .await
            .is(200)
            .get("/deleted"),
        0
    );
    for bad in [
        json!(["x"]),
        json!("x"),
        json!(vec![nobody; 501]),
        json!(null),
    ] {
        let body = json!({ "agent_ids": bad });
        ada.post("/v1/agents/batch-delete", body)
            .await
            .is_invalid("agent_ids");
    }
}
