//! AGT-01: what an agent may call, and who may keep agents.

use super::steps::{about, change};
use oneclaw_http::{Auth, BodyKind, Endpoint, Place, TABLE};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

/// What agents may call (contract 4.5); of policies on vaults that they made. All else is 403.
const OPEN_TO_AGENTS: &[&str] = &[
    "createVault",
    "listVaults",
    "getVault",
    "deleteVault",
    "listSecrets",
    "getSecret",
    "putSecret",
    "deleteSecret",
    "listSecretVersions",
    "getSecretVersion",
    "disableSecretVersion",
    "rotateSecret",
    "rotateSecretAlias",
    "createPolicy",
    "listPolicies",
    "updatePolicy",
    "deletePolicy",
    "getOwnAgent",
    "revokeToken",
    "createShare",
    "revokeShare",
    "listOutboundShares",
    "listInboundShares",
    "acceptShare",
    "declineShare",
    "createShareAlias",
    "listSharesAlias",
    "revokeShareAlias",
    "queryAuditEvents", // what they did themselves
    "listAuditEvents",
];

/// What is judged by a vault that has to be there: tried where those are tested.
const ON_A_VAULT: &[&str] = &[
    "explainAccess",
    "dryRunPolicy",
    "enableCmek",
    "disableCmek",
    "rotateCmek",
    "getCmekRotation",
];

fn closed() -> impl Iterator<Item = &'static Endpoint> {
    let all = TABLE.iter().flat_map(|rows| rows.iter());
    all.filter(|row| row.auth == Auth::Bearer && row.place == Place::Api)
        .filter(|row| !OPEN_TO_AGENTS.contains(&row.id))
        .filter(|row| !ON_A_VAULT.contains(&row.id))
}

#[both_stores]
async fn agt_01_what_is_for_people_is_closed_to_agents(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let other = ada.new_agent(json!({ "name": "other" })).await;
    let before = ada.get("/v1/agents").await.is(200).json();
    let mut tried = 0;
    for endpoint in closed() {
        for agent in [&bot, &other] {
            let id = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
            let path = endpoint.path.replace("{agent_id}", &agent.user_id);
            let path = path.replace("{user_id}", &ada.user_id);
            let path = path.replace("{key}", "signup.mode");
            let path: Vec<_> = path
                .split('/')
                .map(|part| if part.starts_with('{') { id } else { part })
                .collect();
            if endpoint.id == "getAgent" && agent.user_id == bot.user_id {
                continue;
            }
            let target = format!("/v1{}", path.join("/"));
            let body = json!({
                "name": "x", "email": "new@example.test", "role": "admin", "agent_ids": [agent.user_id],
                "current_password": "Correct-Horse-1-Battery", "new_password": "Correct-Horse-2-Battery",
                "rule_type": "deny", "cidr": "203.0.113.7", "token": "x".repeat(43), "decision": "approve",
                "is_active": false, "password": "Correct-Horse-2-Battery",
                "new_email": "other@example.test", "code": "123456", "user_code": "BCDF-GHJK",
                "tier": "pro", "interval": "monthly", "amount_usd": 5, "method": "credits",
                "confirm": "DELETE MY ACCOUNT", "fingerprint": "0a".repeat(32), "value": "open",
            });
            let body = if endpoint.path == "/admin/orgs/{org_id}/credits" {
                json!({ "amount_cents": 5 })
            } else {
                body
            };
            for credential in [&bot.token, &bot.password] {
                let request = bot
                    .with(credential)
                    .request(endpoint.method.as_str(), &target);
                let answer = match endpoint.body {
                    BodyKind::None | BodyKind::Raw => request.send().await,
                    BodyKind::Optional | BodyKind::Required => request.json(&body).send().await,
                };
                assert_eq!(answer.status, 403, "{}: {}", endpoint.id, answer.text());
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
    assert_eq!(
        ada.get("/v1/agents").await.is(200).json()["agents"][1],
        before["agents"][1]
    );
}

#[both_stores]
async fn agt_01_only_its_keeper_and_managers_change_an_agent(app: TestApp) {
    let ada = app.owner().await;
    let [admin, maker, member] = [
        ada.member("admin").await,
        ada.member("member").await,
        ada.member("member").await,
    ];
    let bot = maker.new_agent(json!({ "name": "bot" })).await;
    let target = about(&bot);
    let of_member = member
        .patch(&target, json!({ "name": "x" }))
        .await
        .is_problem(403);
    assert!(of_member.str("/detail").contains("registered the agent"));
    member.delete(&target).await.is_problem(403);
    member
        .post_empty(&format!("{target}/rotate-key"))
        .await
        .is_problem(403);
    member
        .post_empty(&format!("{target}/rotate-identity-keys"))
        .await
        .is_problem(403);
    let ids = json!({ "agent_ids": [bot.user_id] });
    for person in [&member, &maker] {
        person
            .post("/v1/agents/batch-delete", ids.clone())
            .await
            .is_problem(403);
    }
    member.get(&target).await.is(200);
    for keeper in [&maker, &admin, &ada] {
        change(keeper, &bot, json!({ "name": "kept" }))
            .await
            .is(200);
    }
    maker
        .post_empty(&format!("{target}/rotate-key"))
        .await
        .is(200);
    maker.delete(&target).await.is(204);
}

#[both_stores]
async fn key_03_a_limited_key_keeps_no_agents(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let (key, _) = ada
        .api_key(json!({ "name": "k", "scopes": ["secrets:read", "vaults:*"] }))
        .await;
    let limited = ada.with(&key);
    limited
        .post("/v1/agents", json!({ "name": "x" }))
        .await
        .is_problem(403);
    limited.get("/v1/agents").await.is_problem(403);
    limited.get(&about(&bot)).await.is_problem(403);
    limited
        .post_empty(&format!("{}/rotate-key", about(&bot)))
        .await
        .is_problem(403);
    limited.delete(&about(&bot)).await.is_problem(403);
    let (whole, _) = ada.api_key(json!({ "name": "w" })).await;
    ada.with(&whole).get("/v1/agents").await.is(200);
}

#[both_stores]
async fn an_agent_acts_by_grants_alone(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "granted in the end").await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    bot.read(&vault, "db/password").await.is_problem(403);
    let policy = ada.grant(&vault, &bot, "db/*", &["read"]).await;
    assert_eq!(
        bot.read(&vault, "db/password").await.is(200).str("/value"),
        "granted in the end"
    );
    bot.delete(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(403);
    ada.delete(&format!("/v1/vaults/{vault}/policies/{policy}"))
        .await
        .is(204);
    bot.read(&vault, "db/password").await.is_problem(403);
    // what it makes is its own
    let own = bot.vault("own").await;
    let shown = bot.get(&format!("/v1/vaults/{own}")).await.is(200);
    assert_eq!(shown.str("/created_by_type"), "agent");
    bot.keep(&own, "a/b", "its own value").await;
    bot.delete(&format!("/v1/vaults/{own}")).await.is(204);
}
