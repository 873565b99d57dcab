//! AGT-06 and SEC-08: scopes only ever cut, and some values are never seen.

use super::steps::{about, change};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

const NO_OPERATION: &str = "Agent has no scopes that allow this operation";
const NO_PATH: &str = "Agent scopes do not cover this path";

fn denied(answer: Answer, detail: &str) {
    assert_eq!(answer.is_problem(403).str("/detail"), detail);
}

/// A vault with two secrets, and an agent that was granted all of it.
async fn scene(app: &TestApp) -> (Person, String, Person) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "prod/a", "the first value").await;
    ada.keep(&vault, "dev/b", "the second value").await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    ada.grant(&vault, &bot, "**", &["read", "write"]).await;
    (ada, vault, bot)
}

#[both_stores]
async fn agt_06_a_list_that_nobody_understands_gives_nothing(app: TestApp) {
    let (ada, vault, bot) = scene(&app).await;
    for scope in [
        "prod/[ab]",
        "Secrets:read",
        "x:y",
        "secrets:reed",
        "wallet.sign!",
    ] {
        change(&ada, &bot, json!({ "scopes": [scope] }))
            .await
            .is(200);
        for path in ["prod/a", "dev/b"] {
            let answer = bot.read(&vault, path).await;
            assert_eq!(answer.status, 403, "{scope}: {}", answer.text());
        }
        let answer = bot.get(&format!("/v1/vaults/{vault}/secrets")).await;
        let seen = answer.status == 403 || answer.get("/secrets") == json!([]);
        assert!(seen, "{scope}: {}", answer.text());
        let shown = ada.get(&about(&bot)).await.is(200);
        assert_eq!(shown.get("/scopes"), json!([scope]), "it is kept");
    }
}

#[both_stores]
async fn agt_06_scopes_cut_at_the_next_request(app: TestApp) {
    let other = app.another_instance().await;
    let (ada, vault, bot) = scene(&app).await;
    let bot = bot.at(&other);
    bot.read(&vault, "dev/b").await.is(200);
    change(&ada, &bot, json!({ "scopes": ["prod/**"] }))
        .await
        .is(200);
    bot.read(&vault, "prod/a").await.is(200);
    denied(bot.read(&vault, "dev/b").await, NO_PATH);
    denied(bot.read(&vault, "dev/none").await, NO_PATH);
    let write = format!("/v1/vaults/{vault}/secrets/prod/a");
    bot.put(&write, json!({ "value": "another value" }))
        .await
        .is(201);

    change(&ada, &bot, json!({ "scopes": ["prod/**", "secrets:read"] }))
        .await
        .is(200);
    bot.read(&vault, "prod/a").await.is(200);
    denied(
        bot.put(&write, json!({ "value": "one more" })).await,
        NO_OPERATION,
    );
    denied(
        bot.post("/v1/vaults", json!({ "name": "x" })).await,
        NO_OPERATION,
    );
    denied(bot.read(&vault, "dev/b").await, NO_PATH);

    change(&ada, &bot, json!({ "scopes": ["vault.read"] }))
        .await
        .is(200);
    bot.get("/v1/vaults").await.is(200);
    denied(bot.read(&vault, "prod/a").await, NO_OPERATION);

    change(&ada, &bot, json!({ "scopes": [] })).await.is(200);
    bot.read(&vault, "dev/b").await.is(200);
}

#[both_stores]
async fn agt_06_a_scope_wider_than_the_grants_gives_nothing_more(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    for path in ["prod/a", "dev/b"] {
        ada.keep(&vault, path, "a value of its own").await;
    }
    let body = json!({ "name": "bot", "scopes": ["**", "secrets:*", "vaults:*"] });
    let bot = ada.new_agent(body).await;
    bot.read(&vault, "prod/a").await.is_problem(403);
    ada.grant(&vault, &bot, "prod/*", &["read"]).await;
    bot.read(&vault, "prod/a").await.is(200);
    bot.read(&vault, "dev/b").await.is_problem(403);
    let write = format!("/v1/vaults/{vault}/secrets/prod/a");
    bot.put(&write, json!({ "value": "x" }))
        .await
        .is_problem(403);
    bot.delete(&write).await.is_problem(403);
}

/// An agent with a vault of its own that holds a value of each of these kinds.
async fn keeper(app: &TestApp) -> (Person, Person, String) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let vault = bot.vault("its own").await;
    for (path, kind) in [
        ("k/ssh", "ssh_key"),
        ("k/private", "private_key"),
        ("k/plain", "password"),
    ] {
        put(&bot, &vault, path, "kept by the agent", kind).await;
        bot.read(&vault, path).await.is(200);
    }
    (ada, bot, vault)
}

async fn put(by: &Person, vault: &str, path: &str, value: &str, kind: &str) {
    let target = format!("/v1/vaults/{vault}/secrets/{path}");
    let body = json!({ "value": value, "type": kind });
    by.put(&target, body).await.is(201);
}

async fn version(by: &Person, vault: &str, path: &str, number: i64) -> Answer {
    by.get(&format!(
        "/v1/vaults/{vault}/secret-version/{path}/{number}"
    ))
    .await
}

#[both_stores]
async fn sec_08_what_an_agent_never_sees_it_sees_on_no_road(app: TestApp) {
    let (ada, bot, vault) = keeper(&app).await;
    let intents = json!({ "intents_api_enabled": true });
    change(&ada, &bot, intents).await.is(200);
    for path in ["k/ssh", "k/private"] {
        let answer = bot.read(&vault, path).await.is_problem(403);
        assert!(!answer.text().contains("kept by"), "{}", answer.text());
        version(&bot, &vault, path, 1).await.is_problem(403);
        // a type that changes does not open what was written before
        put(&bot, &vault, path, "an open value", "password").await;
        version(&bot, &vault, path, 1).await.is_problem(403);
        let open = version(&bot, &vault, path, 2).await.is(200);
        assert_eq!(open.str("/value"), "an open value");
        put(&bot, &vault, path, "closed again", "ssh_key").await;
        bot.read(&vault, path).await.is_problem(403);
        let rotate = format!("/v1/vaults/{vault}/secret-rotate/{path}");
        let rotated = bot.post_empty(&rotate).await;
        assert!(rotated.status < 300 && rotated.json().get("value").is_none());
        bot.read(&vault, path).await.is_problem(403);
    }
    bot.read(&vault, "k/plain").await.is(200);
    ada.read(&vault, "k/ssh").await.is(200);
}

#[both_stores]
async fn sec_08_an_agent_that_needs_a_tee_sees_no_value(app: TestApp) {
    let (ada, bot, vault) = keeper(&app).await;
    let tee = json!({ "execution_require_tee": true });
    change(&ada, &bot, tee).await.is(200);
    for path in ["k/plain", "k/ssh"] {
        bot.read(&vault, path).await.is_problem(403);
        version(&bot, &vault, path, 1).await.is_problem(403);
    }
    let list = format!("/v1/vaults/{vault}/secrets");
    let listed = bot.get(&list).await.is(200).get("/secrets");
    assert_eq!(listed.as_array().unwrap().len(), 3, "what there is is seen");
    let cleared = json!({ "execution_require_tee": null });
    change(&ada, &bot, cleared).await.is(200);
    bot.read(&vault, "k/ssh").await.is(200);
}
