//! ORG-01: nobody gives what they do not hold.

use crate::steps::{give, remove, roles, rule};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn org_01_nobody_gives_what_they_do_not_hold(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("admin").await;
    let other_admin = ada.member("admin").await;
    let eve = ada.member("member").await;
    let before = roles(&app).await;

    for (by, whom, role, reason) in [
        (&bob, &bob, "owner", "not_owner"),
        (&bob, &eve, "owner", "not_owner"),
        (&bob, &ada, "member", "not_owner"),
        (&bob, &ada, "owner", "not_owner"),
        (&eve, &eve, "admin", "not_org_manager"),
        (&eve, &eve, "member", "not_org_manager"),
        (&eve, &bob, "member", "not_org_manager"),
        (&eve, &ada, "member", "not_org_manager"),
    ] {
        give(by, whom, role).await.is_problem(403);
        let event = format!("org.member_role denied {reason}");
        assert_eq!(app.last_event().await, event);
    }
    for (by, whom, reason) in [
        (&bob, &ada, "not_owner"),
        (&eve, &bob, "not_org_manager"),
        (&eve, &ada, "not_org_manager"),
    ] {
        remove(by, whom).await.is_problem(403);
        let event = format!("org.member_remove denied {reason}");
        assert_eq!(app.last_event().await, event);
    }
    let invite = json!({ "email": "new@example.test", "role": "owner" });
    bob.post("/v1/org/invite", invite).await.is_problem(403);
    assert_eq!(app.last_event().await, "org.invite denied not_owner");
    rule(&eve, "allow", "127.0.0.1").await.is_problem(403);
    eve.get("/v1/security/ip-rules").await.is_problem(403);
    assert_eq!(roles(&app).await, before);
    assert_eq!(app.count("invites").await, 0);
    assert_eq!(app.count("ip_rules").await, 0);

    // what an admin does hold: other admins, and members
    give(&bob, &eve, "admin").await.is(200);
    give(&bob, &eve, "member").await.is(200);
    give(&bob, &other_admin, "member").await.is(200);
    remove(&bob, &other_admin).await.is(204);
}

/// A limited key, and what was made from it, gives nothing at all.
#[both_stores]
async fn org_01_a_limited_key_of_an_owner_gives_nothing(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let (key, _) = ada
        .api_key(json!({ "name": "k", "scopes": ["vaults:*"] }))
        .await;
    let before = roles(&app).await;
    let limited = ada.with(&key);
    give(&limited, &bob, "admin").await.is_problem(403);
    remove(&limited, &bob).await.is_problem(403);
    remove(&limited, &ada).await.is_problem(403);
    rule(&limited, "allow", "0.0.0.0/0").await.is_problem(403);
    limited.get("/v1/org/members").await.is_problem(403);
    assert_eq!(
        app.last_event().await,
        "org.members denied limited_credential"
    );
    assert_eq!(roles(&app).await, before);
}

/// Roles hold from the next request on, on every instance.
#[both_stores]
async fn org_03_a_change_of_role_holds_on_every_instance_at_once(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "swordfish").await;
    let there = bob.at(&other);
    for _ in 0..3 {
        bob.read(&vault, "db/password").await.is_problem(403);
        there.read(&vault, "db/password").await.is_problem(403);
        there.get("/v1/security/ip-rules").await.is_problem(403);
        give(&ada, &bob, "admin").await.is(200);
        there.read(&vault, "db/password").await.is(200);
        there.get("/v1/security/ip-rules").await.is(200);
        bob.read(&vault, "db/password").await.is(200);
        give(&ada, &bob, "member").await.is(200);
    }
}
