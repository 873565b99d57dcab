//! ORG-03 and KEY-02: of somebody who was removed nothing works any more, anywhere.

use crate::steps::{give, remove};
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::json;

/// Every credential of a member, each tried with what it was good for.
struct Credentials {
    who: Person,
    api_key: String,
    of_key: String,
}

impl Credentials {
    async fn of(who: &Person) -> Self {
        let (api_key, _) = who.api_key(json!({ "name": "laptop" })).await;
        let of_key = exchange(&who.instance, &api_key).await.is(200);
        Self {
            who: who.clone(),
            of_key: of_key.str("/access_token"),
            api_key,
        }
    }

    async fn all_are(&self, at: &Instance, alive: bool) {
        let status = if alive { 200 } else { 401 };
        for token in [&self.who.token, &self.api_key, &self.of_key] {
            let who = self.who.at(at).with(token);
            who.get("/v1/auth/me").await.is(status);
            who.get("/v1/vaults").await.is(status);
        }
        exchange(at, &self.api_key).await.is(status);
        let Person {
            email, password, ..
        } = &self.who;
        let login = json!({ "email": email, "password": password });
        at.post("/v1/auth/token", login).await.is(status);
    }
}

async fn exchange(at: &Instance, api_key: &str) -> oneclaw_testkit::Answer {
    at.post("/v1/auth/api-key-token", json!({ "api_key": api_key }))
        .await
}

#[both_stores]
async fn org_03_nothing_of_a_removed_member_works_on_any_instance(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    for (by_whom, role) in [("owner", "admin"), ("admin", "member"), ("self", "member")] {
        let bob = ada.member(role).await;
        let theirs = Credentials::of(&bob).await;
        for at in [&*app, &other] {
            theirs.all_are(at, true).await;
        }
        let by = match by_whom {
            "self" => bob.clone(),
            "admin" => ada.member("admin").await,
            _ => ada.clone(),
        };
        remove(&by, &bob).await.is(204);
        assert_eq!(app.last_event().await, "org.member_remove ok");
        for at in [&other, &*app] {
            theirs.all_are(at, false).await;
        }
        let refresh = json!({ "refresh_token": bob.refresh_token });
        app.post("/v1/auth/refresh", refresh).await.is_problem(401);
        // who is gone is nobody
        remove(&ada, &bob).await.is_problem(404);
        give(&ada, &bob, "admin").await.is_problem(404);
        let members = ada.get("/v1/org/members").await.is(200);
        assert!(!members.text().contains(&bob.user_id));
    }
}

#[both_stores]
async fn org_03_who_comes_back_has_nothing_of_what_they_had(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let theirs = bob.vault("theirs").await;
    bob.keep(&theirs, "db/password", "kept by a member").await;
    let granted = ada.vault("granted").await;
    ada.keep(&granted, "db/password", "kept by the owner").await;
    let policy = json!({
        "principal_type": "user", "principal_id": bob.user_id,
        "secret_path_pattern": "**", "permissions": ["read"],
    });
    let policies = format!("/v1/vaults/{granted}/policies");
    ada.post(&policies, policy).await.is(201);
    bob.read(&granted, "db/password").await.is(200);

    remove(&ada, &bob).await.is(204);
    let left = ada.get(&policies).await.is(200);
    assert_eq!(left.get("/policies"), json!([]));
    // what they made stays, with the organization
    let read = ada.read(&theirs, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "kept by a member");

    let token = ada.invite(&bob.email, "member").await;
    let again = json!({
        "email": bob.email, "password": "Another-Horse-9-Staple", "invite_token": token,
    });
    let again = app.post("/v1/auth/signup", again).await.is(200);
    assert_eq!(again.str("/org_id"), ada.org_id);
    assert_ne!(again.str("/user_id"), bob.user_id);
    let back = bob.with(&again.str("/access_token"));
    for vault in [&theirs, &granted] {
        back.read(vault, "db/password").await.is_problem(403);
    }
    let vaults = back.get("/v1/vaults").await.is(200);
    assert_eq!(vaults.get("/vaults"), json!([]));
    bob.get("/v1/auth/me").await.is_problem(401);
}

/// An agent lives on when who registered it leaves; then nobody but the managers keeps it.
#[both_stores]
async fn org_03_agents_stay_without_their_keeper(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let (agent, key) = bob.agent(json!({ "name": "robot" })).await;
    remove(&ada, &bob).await.is(204);
    let shown = ada.get(&format!("/v1/agents/{agent}")).await.is(200);
    assert_eq!(shown.get("/created_by"), serde_json::Value::Null);
    let token = app.agent_token(&key).await;
    let robot = ada.with(&token);
    robot.get("/v1/agents/me").await.is(200);
}
