//! AGT-05: an agent that is bound to vaults.

use super::steps::{about, change};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn agt_05_losing_the_last_vault_leaves_none(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let (bound, free) = (ada.vault("bound").await, ada.vault("free").await);
    for vault in [&bound, &free] {
        ada.keep(vault, "db/password", "a value of its own").await;
    }
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    for vault in [&bound, &free] {
        ada.grant(vault, &bot, "**", &["read"]).await;
        bot.at(&other).read(vault, "db/password").await.is(200);
    }
    // narrowing holds at the next request, for the token that lives
    change(&ada, &bot, json!({ "vault_ids": [bound] }))
        .await
        .is(200);
    for instance in [&other, &*app] {
        let bot = bot.at(instance);
        bot.read(&bound, "db/password").await.is(200);
        let answer = bot.read(&free, "db/password").await.is_problem(403);
        assert_eq!(answer.str("/detail"), "Access denied");
        bot.get(&format!("/v1/vaults/{free}")).await.is_problem(403);
        let listed = bot.get("/v1/vaults").await.is(200).get("/vaults");
        assert_eq!(listed.as_array().unwrap().len(), 1);
        bot.post("/v1/vaults", json!({ "name": "beyond" }))
            .await
            .is_problem(403);
    }
    ada.delete(&format!("/v1/vaults/{bound}")).await.is(204);
    for unchanged in [json!({ "name": "renamed" }), json!({ "vault_ids": null })] {
        change(&ada, &bot, unchanged).await.is(200);
        for instance in [&other, &*app] {
            let bot = bot.at(instance);
            bot.read(&free, "db/password").await.is_problem(403);
            let listed = bot.get("/v1/vaults").await.is(200);
            assert_eq!(listed.get("/vaults"), json!([]));
        }
    }
    // what is gone stays named, and may be sent back
    let shown = ada.get(&about(&bot)).await.is(200).get("/vault_ids");
    assert_eq!(shown, json!([bound]));
    change(&ada, &bot, json!({ "vault_ids": shown }))
        .await
        .is(200);
    bot.read(&free, "db/password").await.is_problem(403);
    let gone = ada.new_agent(json!({ "name": "other" })).await;
    change(&ada, &gone, json!({ "vault_ids": [bound] }))
        .await
        .is_invalid("vault_ids");
    // unbinding is said
    change(&ada, &bot, json!({ "vault_ids": [] })).await.is(200);
    for instance in [&other, &*app] {
        bot.at(instance).read(&free, "db/password").await.is(200);
    }
}
