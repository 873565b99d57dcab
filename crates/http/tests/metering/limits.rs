//! What plans allow of vaults, secrets and agents, asked for by many at once.

use crate::ground::{id, with_plans};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::json;

/// So many ask at once, at two instances in turn.
const MANY: usize = 16;

async fn two(app: &TestApp) -> (Instance, Instance) {
    app.owner().await;
    let small = |plans: &mut oneclaw_domain::Plans| plans.free.secrets = Some(3);
    (with_plans(app, small).await, with_plans(app, small).await)
}

/// One is made, and all others are told why not, in the words that clients match.
fn one_was_made(answers: &[Answer], detail: &str) {
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        let refused = answer.clone().is_problem(403);
        assert_eq!(refused.str("/type"), "resource_limit_exceeded");
        assert_eq!(refused.str("/title"), "Resource Limit Exceeded");
        assert_eq!(refused.str("/detail"), detail);
    }
}

async fn at_once<F: Future<Output = Answer>>(
    who: &Person,
    other: &Instance,
    ask: impl Fn(Person, usize) -> F,
) -> Vec<Answer> {
    let asked = (0..MANY).map(|number| {
        let who = if number % 2 == 0 {
            who.clone()
        } else {
            who.at(other)
        };
        ask(who, number)
    });
    join_all(asked).await
}

#[both_stores]
async fn one_below_the_limit_one_vault_of_many_is_made(app: TestApp) {
    let (at, other) = two(&app).await;
    let bea = at.owner().await;
    for name in ["a", "b"] {
        bea.vault(name).await;
    }
    let answers = at_once(&bea, &other, |who, number| async move {
        who.post("/v1/vaults", json!({ "name": format!("v{number}") }))
            .await
    });
    let detail = "Vault limit reached (3/3 on free tier). Upgrade your plan for more.";
    one_was_made(&answers.await, detail);
}

#[both_stores]
async fn one_below_the_limit_one_secret_of_many_is_made(app: TestApp) {
    let (at, other) = two(&app).await;
    let bea = at.owner().await;
    let vault = &bea.vault("prod").await;
    for path in ["a", "b"] {
        bea.keep(vault, path, "a value").await;
    }
    let answers = at_once(&bea, &other, |who, number| async move {
        let path = format!("/v1/vaults/{vault}/secrets/s{number}");
        who.put(&path, json!({ "value": "a value" })).await
    });
    let detail = "Secret limit reached (3/3 on free tier). Upgrade your plan for more.";
    one_was_made(&answers.await, detail);
    bea.keep(vault, "a", "a new version is none more").await;
}

#[both_stores]
async fn one_below_the_limit_one_agent_of_many_is_made(app: TestApp) {
    let (at, other) = two(&app).await;
    let bea = at.owner().await;
    bea.agent(json!({ "name": "a" })).await;
    let answers = at_once(&bea, &other, |who, number| async move {
        who.post("/v1/agents", json!({ "name": format!("agent {number}") }))
            .await
    });
    let detail = "Agent limit reached (2/2 on free tier). Upgrade your plan for more.";
    one_was_made(&answers.await, detail);
}

#[both_stores]
async fn bil_09_after_a_downgrade_what_is_there_stays_readable_and_no_more_is_made(app: TestApp) {
    let (at, _) = two(&app).await;
    let bea = at.owner().await;
    let org = id(&app, &bea.org_id);
    let on = async |plan: &str| {
        app.tamper(&format!("UPDATE orgs SET plan = {plan} WHERE id = {org}"))
            .await;
    };
    on("'pro'").await;
    let mut vaults = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        vaults.push(bea.vault(name).await);
    }
    for path in ["a", "b", "c", "d"] {
        bea.keep(&vaults[4], path, "a value").await;
    }
    on("NULL").await;
    let refused = bea
        .post("/v1/vaults", json!({ "name": "f" }))
        .await
        .is_problem(403);
    assert_eq!(refused.str("/type"), "resource_limit_exceeded");
    let more = format!("/v1/vaults/{}/secrets/e", vaults[4]);
    let refused = bea
        .put(&more, json!({ "value": "a value" }))
        .await
        .is_problem(403);
    assert_eq!(refused.str("/type"), "resource_limit_exceeded");
    for path in ["a", "b", "c", "d"] {
        bea.read(&vaults[4], path).await.is(200);
        bea.keep(&vaults[4], path, "a new version").await;
    }
    bea.delete(&format!("/v1/vaults/{}", vaults[0]))
        .await
        .is(204);
}
