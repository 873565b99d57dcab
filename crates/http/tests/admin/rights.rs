//! BIL-08: nobody administers but who runs the installation.

use crate::steps::{event_of, is_in_log_of};
use oneclaw_http::{Endpoint, TABLE};
use oneclaw_testkit::{Person, Stage, TestApp, both_stores};
use serde_json::json;

fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    let all = TABLE.iter().flat_map(|rows| rows.iter());
    all.filter(|endpoint| endpoint.path.starts_with("/admin/"))
}

/// Everybody who may not.
async fn probers(app: &TestApp, runner: &Person) -> Vec<(&'static str, Person)> {
    let eve = app.owner().await;
    let (limited, _) = runner
        .api_key(json!({ "name": "k", "scopes": ["secrets:read"] }))
        .await;
    // the first use of a key leaves an event of its own
    runner.with(&limited).get("/v1/auth/me").await.is(200);
    vec![
        ("not_platform_admin", runner.member("member").await),
        (
            "users_only",
            runner.new_agent(json!({ "name": "bot" })).await,
        ),
        ("limited_credential", runner.with(&limited)),
        ("not_platform_admin", eve.member("admin").await),
        ("users_only", eve.new_agent(json!({ "name": "bot" })).await),
        ("not_platform_admin", eve),
    ]
}

#[both_stores]
async fn bil_08_nobody_else_administers(app: TestApp) {
    let runner = app.owner().await;
    let stage = Stage::set(&app).await;
    let probers = probers(&app, &runner).await;
    let tables = ["users", "orgs", "installation_settings", "credit_entries"];
    let mut before = Vec::new();
    for table in tables {
        before.push(app.count(table).await);
    }
    for endpoint in endpoints() {
        for (reason, who) in &probers {
            let refused = stage.request(endpoint, who).send().await.is_problem(403);
            let event = event_of(&app, &refused).await;
            assert_eq!(event["action"], endpoint.action, "{event}");
            assert_eq!(event["outcome"], "denied", "{event}");
            assert_eq!(event["actor_id"], who.user_id.as_str(), "{event}");
            // in the prober's own log, whoever it was about
            is_in_log_of(&event, &who.org_id);
            let told = refused.str("/code");
            assert!(told == *reason || *reason == "limited_credential", "{told}");
            assert_eq!(event["details"]["reason"], told, "{event}");
        }
        let nobody = stage.who.with("");
        let unknown = stage.request(endpoint, &nobody).send().await;
        unknown.is_problem(401);
    }
    for (table, before) in tables.iter().zip(before) {
        assert_eq!(app.count(table).await, before, "{table}");
    }
}

/// What is there and what is not answers alike to who may not know.
#[both_stores]
async fn bil_08_a_refusal_does_not_tell_what_there_is(app: TestApp) {
    let stage = Stage::set(&app).await;
    let (eve, nothing) = (app.owner().await, stage.of_nothing());
    for endpoint in endpoints().filter(|endpoint| endpoint.path.contains("_id}")) {
        let asked = stage.request(endpoint, &eve).send().await.is_problem(403);
        let random = nothing.request(endpoint, &eve).send().await.is_problem(403);
        let said = |answer: &oneclaw_testkit::Answer| {
            let id = answer.header("x-request-id").unwrap().to_owned();
            answer.text().replace(&id, "ID")
        };
        assert_eq!(said(&asked), said(&random), "{}", endpoint.id);
        // and who may, hears that there is none
        let none = nothing.request(endpoint, &stage.runner).send().await;
        none.is_problem(404);
    }
}

/// Nor does the prober's own log, which they may read.
#[both_stores]
async fn bil_08_no_log_tells_who_has_an_account(app: TestApp) {
    let (ada, eve) = (app.owner().await, app.owner().await);
    let bob = app.owner().await;
    let mut told = Vec::new();
    for email in [
        bob.email.as_str(),
        "nobody@example.test",
        ada.email.as_str(),
    ] {
        let body = json!({ "email": email });
        let refused = eve.post("/v1/admin/usage/reset-for-user", body).await;
        let mut event = event_of(&app, &refused.is_problem(403)).await;
        event["request_id"] = json!(null);
        told.push(event);
    }
    let unknown = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10";
    for user in [bob.user_id.as_str(), unknown, ada.user_id.as_str()] {
        let refused = eve.delete(&format!("/v1/admin/users/{user}")).await;
        let mut event = event_of(&app, &refused.is_problem(403)).await;
        assert_eq!(event["resource_id"], user, "{event}");
        event["resource_id"] = json!(null);
        event["request_id"] = json!(null);
        told.push(event);
    }
    for events in told.chunks(3) {
        assert_eq!(events[0], events[1]);
        assert_eq!(events[0], events[2]);
    }
}

/// Owners and admins of the platform's organization, by a login or a key without scopes; no other
/// role of it, and nobody any more who lost theirs.
#[both_stores]
async fn bil_08_who_runs_the_installation_is_asked_anew_each_time(app: TestApp) {
    let owner = app.owner().await;
    let admin = owner.member("admin").await;
    let (key, _) = admin.api_key(json!({ "name": "k" })).await;
    let other = app.another_instance().await;
    for who in [
        owner.clone(),
        admin.clone(),
        admin.with(&key),
        admin.at(&other),
    ] {
        who.get("/v1/admin/users").await.is(200);
    }
    let target = format!("/v1/org/members/{}", admin.user_id);
    owner
        .patch(&target, json!({ "role": "member" }))
        .await
        .is(200);
    for who in [admin.clone(), admin.with(&key), admin.at(&other)] {
        who.get("/v1/admin/users").await.is_problem(403);
    }
}
