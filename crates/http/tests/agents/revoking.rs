//! AGT-03 and AGT-04: what ends an agent ends its tokens, everywhere, from the next request on.

use super::steps::{about, change, exchange, in_seconds};
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::json;

/// An agent's two credentials are alive at both instances, and remembered there.
async fn alive(instances: &[&Instance], bot: &Person) {
    for instance in instances {
        for credential in [&bot.token, &bot.password] {
            let bot = bot.at(instance).with(credential);
            bot.get("/v1/agents/me").await.is(200);
        }
    }
}

async fn dead(instances: &[&Instance], bot: &Person, detail: &str) {
    for instance in instances {
        let answer = bot.at(instance).get("/v1/agents/me").await.is_problem(401);
        assert_eq!(answer.str("/detail"), detail);
        let key = bot.at(instance).with(&bot.password);
        let answer = key.get("/v1/agents/me").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Invalid agent credentials");
        exchange(instance, &bot.password).await.is_problem(401);
    }
}

#[both_stores]
async fn agt_03_what_ends_an_agent_ends_its_tokens_on_every_instance(app: TestApp) {
    let other = app.another_instance().await;
    let both = [&other, &*app];
    let ada = app.owner().await;
    let kept = ada.new_agent(json!({ "name": "kept" })).await;
    for way in ["deactivated", "deleted", "batch", "rotated"] {
        let bot = ada.new_agent(json!({ "name": way })).await;
        alive(&both, &bot).await;
        match way {
            "deactivated" => change(&ada, &bot, json!({ "is_active": false }))
                .await
                .is(200),
            "deleted" => ada.delete(&about(&bot)).await.is(204),
            "batch" => {
                let ids = json!({ "agent_ids": [bot.user_id] });
                ada.post("/v1/agents/batch-delete", ids).await.is(200)
            }
            _ => ada
                .post_empty(&format!("{}/rotate-key", about(&bot)))
                .await
                .is(200),
        };
        dead(&both, &bot, "Token has been revoked").await;
        alive(&both, &kept).await;
    }
}

#[both_stores]
async fn agt_03_an_end_is_an_end_to_the_second(app: TestApp) {
    let other = app.another_instance().await;
    let both = [&other, &*app];
    let ada = app.owner().await;
    for field in ["expires_at", "api_key_expires_at"] {
        let bot = ada.new_agent(json!({ "name": "bot" })).await;
        alive(&both, &bot).await;
        let now = app.clock().clone();
        let end = json!({ field: in_seconds(if field == "expires_at" { 100 } else { 200 }) });
        change(&ada, &bot, end).await.is(200);
        now.advance(99);
        alive(&both, &bot).await;
        now.advance(1);
        dead(&both, &bot, "Token has expired").await;
    }
}

#[both_stores]
async fn agt_03_who_comes_back_comes_with_the_same_key(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    change(&ada, &bot, json!({ "is_active": false }))
        .await
        .is(200);
    dead(&[&*app], &bot, "Token has been revoked").await;
    change(&ada, &bot, json!({ "is_active": true }))
        .await
        .is(200);
    exchange(&app, &bot.password).await.is(200);
}

#[both_stores]
async fn agt_03_tokens_that_died_with_their_agent_stay_dead_when_it_comes_back(app: TestApp) {
    let other = app.another_instance().await;
    let both = [&other, &*app];
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    alive(&both, &bot).await;
    for is_active in [false, true] {
        let switch = json!({ "is_active": is_active });
        change(&ada, &bot, switch).await.is(200);
    }
    for instance in both {
        let answer = bot.at(instance).get("/v1/agents/me").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Token has been revoked");
        // the key, whose use is remembered there, works again
        let key = bot.at(instance).with(&bot.password);
        key.get("/v1/agents/me").await.is(200);
    }
    let bot = bot.with(&app.agent_token(&bot.password).await);
    alive(&both, &bot).await;
    // saying again what is so already ends nothing
    let same = json!({ "is_active": true, "description": "back" });
    change(&ada, &bot, same).await.is(200);
    alive(&both, &bot).await;
}

#[both_stores]
async fn agt_03_tokens_that_ended_with_their_agent_stay_dead_when_its_end_is_taken_back(
    app: TestApp,
) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    for (end, at) in [("expires_at", 60), ("api_key_expires_at", 120)] {
        let bot = bot.with(&app.agent_token(&bot.password).await);
        let soon = json!({ end: in_seconds(at) });
        change(&ada, &bot, soon).await.is(200);
        bot.get("/v1/agents/me").await.is(200);
        app.clock().advance(60);
        bot.get("/v1/agents/me").await.is_problem(401);
        change(&ada, &bot, json!({ end: null })).await.is(200);
        bot.get("/v1/agents/me").await.is_problem(401);
    }
}

#[both_stores]
async fn a_token_ends_itself_and_no_other(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let second = bot.with(&app.agent_token(&bot.password).await);
    alive(&[&other, &*app], &bot).await;
    bot.delete("/v1/auth/token").await.is(204);
    assert_eq!(app.last_event().await, "auth.token_revoke ok");
    for instance in [&other, &*app] {
        let answer = bot.at(instance).get("/v1/agents/me").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Token has been revoked");
        second.at(instance).get("/v1/agents/me").await.is(200);
    }
    let key = bot.with(&bot.password);
    let answer = key
        .delete("/v1/auth/token")
        .await
        .is_invalid("authorization");
    assert!(answer.text().contains("rotate-key"));
    key.get("/v1/agents/me").await.is(200);
}

#[both_stores]
async fn rotating_gives_a_key_and_keeps_what_is_to_come(app: TestApp) {
    let ada = app.owner().await;
    let body = json!({ "name": "bot", "api_key_expires_at": in_seconds(100) });
    let bot = ada.new_agent(body).await;
    let rotate = format!("{}/rotate-key", about(&bot));
    let rotated = ada.post_empty(&rotate).await.is(200);
    assert_eq!(app.last_event().await, "agent.rotate_key ok");
    let key = rotated.str("/api_key");
    assert_ne!(key, bot.password);
    assert_eq!(rotated.get("/agent/api_key_prefix"), key[..12]);
    assert_eq!(rotated.get("/agent/api_key_expires_at"), in_seconds(100));
    exchange(&app, &key).await.is(200);
    exchange(&app, &bot.password).await.is_problem(401);
    app.clock().advance(100);
    exchange(&app, &key).await.is_problem(401);
    let rotated = ada.post_empty(&rotate).await.is(200);
    assert!(
        rotated.get("/agent/api_key_expires_at").is_null(),
        "an end that is past goes"
    );
    exchange(&app, &rotated.str("/api_key")).await.is(200);
}

#[both_stores]
async fn agt_04_of_rotations_at_once_one_key_is_left(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    for _ in 0..5 {
        let bot = ada.new_agent(json!({ "name": "bot" })).await;
        let rotate = format!("{}/rotate-key", about(&bot));
        let elsewhere = ada.at(&other);
        let (one, two, exchanged) = tokio::join!(
            ada.post_empty(&rotate),
            elsewhere.post_empty(&rotate),
            exchange(&app, &bot.password),
        );
        let keys = [one.is(200).str("/api_key"), two.is(200).str("/api_key")];
        let mut valid = 0;
        for key in &keys {
            valid += i32::from(exchange(&other, key).await.status == 200);
        }
        assert_eq!(valid, 1);
        exchange(&other, &bot.password).await.is_problem(401);
        if exchanged.status == 200 {
            let early = bot.with(&exchanged.str("/access_token"));
            early.get("/v1/agents/me").await.is_problem(401);
        }
        bot.get("/v1/agents/me").await.is_problem(401);
    }
}
