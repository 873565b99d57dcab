//! Contract 15: who belongs to an organization.

use crate::steps::give;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

async fn listed(by: &Person) -> Vec<Value> {
    let list = by.get("/v1/org/members").await.is(200);
    list.get("/members").as_array().unwrap().clone()
}

#[both_stores]
async fn contract_15_members_are_listed_oldest_first(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(60);
    let bob = ada.member("admin").await;
    let eve = bob.member("member").await;
    app.owner().await;
    for who in [&ada, &bob, &eve] {
        let members = listed(who).await;
        let ids: Vec<_> = members.iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [&ada, &bob, &eve].map(|one| json!(one.user_id)));
        let roles: Vec<_> = members.iter().map(|one| one["role"].clone()).collect();
        assert_eq!(roles, ["owner", "admin", "member"]);
        for (member, person) in members.iter().zip([&ada, &bob, &eve]) {
            assert_eq!(member["email"], person.email.as_str());
            assert_eq!(member["user_id"], member["id"]);
            assert_eq!(member["joined_at"], member["created_at"]);
            assert_eq!(member["auth_method"], "password");
            assert!(member["display_name"].is_string());
            assert_eq!(member.as_object().unwrap().len(), 8, "{member}");
        }
        assert_ne!(members[0]["created_at"], members[1]["created_at"]);
    }
    let first = eve.get("/v1/org/members?limit=2").await.is(200);
    assert_eq!(first.get("/members").as_array().map(Vec::len), Some(2));
    let cursor = first.str("/next_cursor");
    let next = format!("/v1/org/members?limit=2&cursor={cursor}");
    let next = eve.get(&next).await.is(200);
    assert_eq!(next.str("/members/0/id"), eve.user_id);
    assert_eq!(next.get("/next_cursor"), Value::Null);
}

#[both_stores]
async fn contract_15_a_role_is_given_and_shown(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    for role in ["admin", "owner", "member", "member"] {
        let changed = give(&ada, &bob, role).await.is(200);
        assert_eq!(app.last_event().await, "org.member_role ok");
        assert_eq!(changed.str("/id"), bob.user_id);
        assert_eq!(changed.str("/role"), role);
        let me = bob.get("/v1/auth/me").await.is(200);
        assert_eq!(me.str("/role"), role);
    }
    for wrong in [
        json!({ "role": "root" }),
        json!({ "role": "Admin" }),
        json!({}),
    ] {
        let target = format!("/v1/org/members/{}", bob.user_id);
        ada.patch(&target, wrong).await.is_invalid("role");
    }
}

/// An agent has no organization to look at (contract 4.5).
#[both_stores]
async fn contract_15_agents_are_told_no(app: TestApp) {
    let ada = app.owner().await;
    let robot = ada.new_agent(json!({ "name": "robot" })).await;
    robot.get("/v1/org/members").await.is_problem(403);
    robot.get("/v1/org/agent-keys-vault").await.is_problem(403);
    robot.get("/v1/security/ip-rules").await.is_problem(403);
    give(&robot, &ada, "member").await.is_problem(403);
    assert_eq!(app.last_event().await, "org.member_role denied users_only");
}
