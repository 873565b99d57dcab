//! What becomes of shares when somebody goes.

use crate::steps::{Scene, VALUE, at, leave, open, to_agent, to_email, to_user, with};
use futures_util::future::join_all;
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::json;

async fn remove(by: &Person, whom: &Person) {
    let target = format!("/v1/org/members/{}", whom.user_id);
    by.delete(&target).await.is(204);
}

#[both_stores]
async fn shr_07_org_03_what_a_removed_member_shared_ends_on_every_instance(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    let bob = scene.member_with(&["read"]).await;
    let carol = scene.ada.member("member").await;
    let link = scene
        .shared_by(&bob, with("anyone_with_link", json!({})))
        .await;
    let outside = scene.shared_by(&bob, to_email("dave@x.test")).await;
    let inside = scene.shared_by(&bob, to_user(&carol)).await;
    let to_bob = scene.share(to_user(&bob)).await;
    open(&other, &link).await.is(200);
    remove(&scene.ada, &bob).await;
    open(&other, &link).await.is_problem(404);
    open(&other, &outside).await.is_problem(404);
    carol.at(&other).get(&at(&inside)).await.is_problem(404);
    bob.at(&other).get(&at(&to_bob)).await.is_problem(404);
    // the mail that waited to tell of it does not leave
    assert!(app.mail_to("dave@x.test").await.is_empty());
    // and what was theirs does not come back with them
    let token = scene.ada.invite(&bob.email, "admin").await;
    let body = json!({ "email": bob.email, "password": bob.password, "invite_token": token });
    app.post("/v1/auth/signup", body).await.is(200);
    open(&other, &link).await.is_problem(404);
    assert_eq!(
        carol.get("/v1/shares/inbound").await.is(200).get("/shares"),
        json!([])
    );
}

#[both_stores]
async fn shr_07_agt_09_what_an_agent_shared_ends_with_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let make = async |name: &str| {
        let agent = scene.ada.new_agent(json!({ "name": name })).await;
        scene
            .ada
            .grant(&scene.vault, &agent, "db/*", &["read"])
            .await;
        let link = scene
            .shared_by(&agent, with("anyone_with_link", json!({})))
            .await;
        let creator = scene.shared_by(&agent, with("creator", json!({}))).await;
        (agent, link, creator)
    };
    let (off, link, creator) = make("off").await;
    let one = format!("/v1/agents/{}", off.user_id);
    scene
        .ada
        .patch(&one, json!({ "is_active": false }))
        .await
        .is(200);
    let gone = open(&app, &link).await.is_problem(410);
    assert_eq!(gone.str("/code"), "share_withdrawn");
    scene.ada.get(&at(&creator)).await.is_problem(410);
    scene
        .ada
        .patch(&one, json!({ "is_active": true }))
        .await
        .is(200);
    open(&app, &link).await.is(200);
    let (deleted, link, creator) = make("deleted").await;
    let (listed, second, _) = make("listed").await;
    let to_it = scene.share(to_agent(&deleted)).await;
    scene
        .ada
        .delete(&format!("/v1/agents/{}", deleted.user_id))
        .await
        .is(204);
    let batch = json!({ "agent_ids": [listed.user_id] });
    scene
        .ada
        .post("/v1/agents/batch-delete", batch)
        .await
        .is(200);
    for share in [&link, &second] {
        open(&app, share).await.is_problem(404);
    }
    scene.ada.get(&at(&creator)).await.is_problem(404);
    deleted.get(&at(&to_it)).await.is_problem(404);
    assert!(
        crate::steps::item(&scene.ada, "outbound", &to_it)
            .await
            .is_none()
    );
}

/// Reads all of these again and again, as whoever has the link.
async fn readers(instance: &Instance, shares: &[String]) {
    let reads = (0..12).map(|n| open(instance, &shares[n % shares.len()]));
    for answer in join_all(reads).await {
        // neither is anybody's victim, nor is it half gone
        let is_told = [200, 404, 410].contains(&answer.status);
        assert!(is_told, "{}: {}", answer.status, answer.text());
    }
}

#[both_stores]
async fn cnt_06_flt_06_who_leaves_and_who_reads_get_along(app: TestApp) {
    let scene = Scene::of(&app).await;
    let other = app.another_instance().await;
    let link = || with("anyone_with_link", json!({}));
    for round in 0..6 {
        let bob = scene.member_with(&["read"]).await;
        let name = json!({ "name": format!("builder {round}") });
        let agent = scene.ada.new_agent(name).await;
        let to_all = scene.ada.grant(&scene.vault, &agent, "db/*", &["read"]);
        to_all.await;
        let mut links = Vec::new();
        for _ in 0..2 {
            scene.share(to_user(&bob)).await;
            links.push(scene.shared_by(&bob, link()).await);
            scene.share(to_agent(&agent)).await;
            links.push(scene.shared_by(&agent, link()).await);
        }
        let member = format!("/v1/org/members/{}", bob.user_id);
        let batch = json!({ "agent_ids": [agent.user_id] });
        let (removed, deleted, (), ()) = tokio::join!(
            scene.ada.delete(&member),
            scene.ada.post("/v1/agents/batch-delete", batch),
            readers(&app, &links),
            readers(&other, &links),
        );
        removed.is(204);
        deleted.is(200);
        for share in &links {
            open(&other, share).await.is_problem(404);
        }
    }
}

#[both_stores]
async fn cnt_06_flt_06_an_organization_goes_while_it_is_read(app: TestApp) {
    app.owner().await; // runs the installation, and stays
    let other = app.another_instance().await;
    for _ in 0..6 {
        let scene = Scene::of(&app).await;
        let mut links = Vec::new();
        for _ in 0..4 {
            links.push(scene.link(json!({})).await);
        }
        let (deleted, (), ()) = tokio::join!(
            leave(&scene.ada).send(),
            readers(&app, &links),
            readers(&other, &links),
        );
        deleted.is(204);
        for share in &links {
            open(&other, share).await.is_problem(404);
        }
    }
}

#[both_stores]
async fn shr_07_an_agent_whose_time_is_over_shares_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let first = scene.link(json!({ "expires_in_hours": 1 })).await;
    let end = scene.item(&first).await["expires_at"].clone();
    let agent = scene
        .ada
        .new_agent(json!({ "name": "short", "expires_at": end }))
        .await;
    scene
        .ada
        .grant(&scene.vault, &agent, "db/*", &["read"])
        .await;
    let share = scene
        .shared_by(&agent, with("anyone_with_link", json!({})))
        .await;
    let read = open(&app, &share).await.is(200);
    assert_eq!(read.str("/value"), VALUE);
    app.clock().advance(3600);
    let gone = open(&app, &share).await.is_problem(410);
    assert_eq!(gone.str("/code"), "share_withdrawn");
}

#[both_stores]
async fn agt_09_identity_keys_are_shared_by_who_may_read_them_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (agent, other) = (
        scene.ada.new_agent(json!({ "name": "one" })).await,
        scene.ada.new_agent(json!({ "name": "two" })).await,
    );
    let member = scene.ada.member("member").await;
    let vaults = scene.ada.get("/v1/vaults").await.is(200).get("/vaults");
    let vaults = vaults.as_array().unwrap();
    let keys = vaults
        .iter()
        .find(|vault| vault["name"] == "__agent-keys")
        .unwrap();
    let list = format!("/v1/vaults/{}/secrets", keys["id"].as_str().unwrap());
    let secrets = scene.ada.get(&list).await.is(200).get("/secrets");
    let of_agent =
        |secret: &&serde_json::Value| secret["path"].as_str().unwrap().contains(&agent.user_id);
    let secret = secrets.as_array().unwrap().iter().find(of_agent).unwrap()["id"].clone();
    let secret = secret.as_str().unwrap();
    for who in [&agent, &other, &member] {
        let link = with("anyone_with_link", json!({}));
        who.share(secret, link).await.is_problem(403);
    }
    let link = with("anyone_with_link", json!({}));
    let share = scene.ada.share(secret, link).await.is(201).str("/id");
    open(&app, &share).await.is(200);
    scene
        .ada
        .delete(&format!("/v1/agents/{}", agent.user_id))
        .await
        .is(204);
    let gone = open(&app, &share).await;
    assert!([404, 410].contains(&gone.status), "{}", gone.status);
}
