//! CNT-05 for agents, and contract 4.6.

use super::steps::{about, change, keys_vault};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

fn over(answer: Answer) {
    let answer = answer.is_problem(403);
    assert_eq!(answer.str("/type"), "resource_limit_exceeded");
    let detail = "Agent limit reached (2/2 on free tier). Upgrade your plan for more.";
    assert_eq!(answer.str("/detail"), detail);
}

async fn register(by: &Person) -> Answer {
    by.post("/v1/agents", json!({ "name": "bot" })).await
}

#[both_stores]
async fn cnt_05_active_agents_count(app: TestApp) {
    let _platform = app.owner().await;
    let ada = app.owner().await;
    let one = ada.new_agent(json!({ "name": "one" })).await;
    let two = ada.new_agent(json!({ "name": "two" })).await;
    over(register(&ada).await);
    assert_eq!(
        app.last_event().await,
        "agent.register denied limit_reached"
    );
    change(&ada, &one, json!({ "is_active": false }))
        .await
        .is(200);
    change(&ada, &one, json!({ "is_active": false }))
        .await
        .is(200);
    let three = ada.new_agent(json!({ "name": "three" })).await;
    over(change(&ada, &one, json!({ "is_active": true })).await);
    over(register(&ada).await);
    ada.delete(&about(&one)).await.is(204);
    over(register(&ada).await);
    ada.delete(&about(&two)).await.is(204);
    register(&ada).await.is(201);
    let ids = json!({ "agent_ids": [three.user_id] });
    ada.post("/v1/agents/batch-delete", ids).await.is(200);
    register(&ada).await.is(201);
    over(register(&ada).await);
}

#[both_stores]
async fn cnt_05_of_many_at_once_as_many_as_there_is_room(app: TestApp) {
    let other = app.another_instance().await;
    let _platform = app.owner().await;
    let ada = app.owner().await;
    ada.agent(json!({ "name": "first" })).await;
    let mut made = 0;
    for _ in 0..3 {
        let tries = (0..8).map(|n| {
            let by = if n % 2 == 0 {
                ada.clone()
            } else {
                ada.at(&other)
            };
            tokio::spawn(async move { register(&by).await })
        });
        let tries: Vec<_> = tries.collect();
        for answer in tries {
            let answer = answer.await.unwrap();
            match answer.status {
                201 => made += 1,
                _ => over(answer),
            }
        }
    }
    assert_eq!(made, 1);
    let listed = ada.get("/v1/agents").await.is(200).get("/agents");
    assert_eq!(listed.as_array().unwrap().len(), 2);
    keys_vault(&ada).await;
}

#[both_stores]
async fn cnt_05_first_agents_at_once_make_one_vault(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let tries = (0..6).map(|n| {
        let by = if n % 2 == 0 {
            ada.clone()
        } else {
            ada.at(&other)
        };
        tokio::spawn(async move { register(&by).await })
    });
    let tries: Vec<_> = tries.collect();
    for answer in tries {
        answer.await.unwrap().is(201);
    }
    keys_vault(&ada).await;
}

#[both_stores]
async fn the_systems_vault_and_its_secrets_do_not_count(app: TestApp) {
    let _platform = app.owner().await;
    let ada = app.owner().await;
    ada.agent(json!({ "name": "one" })).await;
    ada.agent(json!({ "name": "two" })).await;
    let system = keys_vault(&ada).await;
    // a manager may keep something beside the keys; that does not count either
    ada.keep(&system, "notes/one", "beside the keys").await;
    let vault = ada.vault("one").await;
    ada.vault("two").await;
    ada.vault("three").await;
    ada.post("/v1/vaults", json!({ "name": "four" }))
        .await
        .is_problem(403);
    for number in 0..50 {
        ada.keep(&vault, &format!("s/{number}"), "one of fifty")
            .await;
    }
    let target = format!("/v1/vaults/{vault}/secrets/s/more");
    ada.put(&target, json!({ "value": "x" }))
        .await
        .is_problem(403);
    let note = format!("/v1/vaults/{system}/secrets/notes/one");
    ada.delete(&note).await.is(204);
    ada.put(&target, json!({ "value": "x" }))
        .await
        .is_problem(403);
    ada.put(&note, json!({ "value": "again" })).await.is(201);
}
