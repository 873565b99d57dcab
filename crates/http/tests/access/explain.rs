//! Why somebody may, or may not (ours).

use crate::scene::{Scene, merged, to};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};

async fn asked(scene: &Scene, who: &Person, more: Value) -> Answer {
    let body = merged(to(who), json!({ "path": "app/db", "permission": "read" }));
    let target = scene.at("access/explain");
    scene.ada.post(&target, merged(body, more)).await
}

/// What decides about reading `app/db`.
async fn kind(scene: &Scene, who: &Person) -> (bool, String) {
    let told = asked(scene, who, json!({})).await.is(200);
    (told.get("/allowed") == true, told.str("/decided_by/kind"))
}

#[both_stores]
async fn the_smallest_grant_is_ready_to_be_sent_and_allows_it(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    let robot = scene.ada.new_agent(json!({ "name": "robot" })).await;
    for who in [&scene.bob, &robot] {
        for permission in ["read", "write", "delete", "rotate"] {
            let told = asked(&scene, who, json!({ "permission": permission }))
                .await
                .is(200);
            assert_eq!(told.get("/allowed"), false);
            assert_eq!(told.get("/decided_by"), json!({ "kind": "no_policy" }));
            let grant = told.get("/smallest_grant");
            let expected = json!({
                "secret_path_pattern": "app/db", "permissions": [permission], "effect": "allow", "priority": 0,
            });
            assert_eq!(grant, merged(to(who), expected));
            let made = scene.ada.post(&scene.policies(), grant).await.is(201);
            let told = asked(&scene, who, json!({ "permission": permission }))
                .await
                .is(200);
            assert_eq!(told.get("/allowed"), true);
            assert_eq!(told.get("/decided_by/kind"), "policy");
            assert_eq!(
                told.get("/decided_by/policy"),
                made.json(),
                "the policy itself"
            );
            assert_eq!(told.get("/missing"), Value::Null);
            assert_eq!(told.get("/smallest_grant"), Value::Null);
            scene
                .ada
                .delete(&scene.policy(&made.str("/id")))
                .await
                .is(204);
        }
    }
    assert_eq!(app.last_event().await, "policy.delete ok");
}

#[both_stores]
async fn what_is_missing_is_what_a_refusal_says(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    let told = asked(&scene, &scene.bob, json!({})).await.is(200);
    let refused = scene.bob.read(&scene.vault, "app/db").await.is_problem(403);
    assert_eq!(told.str("/missing"), refused.str("/detail"));
}

/// A grant that wins over what denies it, unless nothing can be above that.
#[both_stores]
async fn a_deciding_deny_is_shown_and_overruled_by_the_smallest_grant(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    scene.for_bob(json!({ "priority": 3 })).await;
    let deny = scene
        .for_bob(json!({ "priority": 7, "effect": "deny", "secret_path_pattern": "app/**" }))
        .await;
    let told = asked(&scene, &scene.bob, json!({})).await.is(200);
    assert_eq!(told.get("/decided_by/policy/id"), deny.as_str());
    assert_eq!(told.get("/allowed"), false);
    let grant = told.get("/smallest_grant");
    assert_eq!(grant["priority"], 8);
    scene.ada.post(&scene.policies(), grant).await.is(201);
    assert_eq!(scene.bob_reads("app/db").await, 200);
    let highest = json!({ "priority": 1_000_000 });
    scene.ada.put(&scene.policy(&deny), highest).await.is(200);
    let told = asked(&scene, &scene.bob, json!({})).await.is(200);
    assert_eq!(told.get("/allowed"), false);
    assert_eq!(told.get("/smallest_grant"), Value::Null);
}

#[both_stores]
async fn every_reason_has_its_word_and_no_grant_where_none_helps(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    let ada = &scene.ada;
    assert_eq!(kind(&scene, ada).await, (true, "org_manager".to_owned()));
    assert_eq!(
        kind(&scene, &ada.member("admin").await).await,
        (true, "org_manager".to_owned())
    );
    let other = ada.vault("other").await;
    let agent = async |more: Value| {
        let agent = ada.new_agent(merged(json!({ "name": "a" }), more)).await;
        ada.grant(&scene.vault, &agent, "**", &["*"]).await;
        agent
    };
    let free = agent(json!({})).await;
    assert_eq!(kind(&scene, &free).await, (true, "policy".to_owned()));
    for (more, word) in [
        (json!({ "vault_ids": [other] }), "binding"),
        (
            json!({ "scopes": ["vaults:read", "secrets:write"] }),
            "scope",
        ),
        (json!({ "scopes": ["x:y"] }), "scope"),
        (json!({ "scopes": ["web/**"] }), "path_scope"),
    ] {
        let agent = agent(more.clone()).await;
        let told = asked(&scene, &agent, json!({})).await.is(200);
        assert_eq!(told.get("/allowed"), false, "{more}");
        assert_eq!(told.str("/decided_by/kind"), word, "{more}");
        assert!(told.get("/missing").is_string(), "{more}");
        assert_eq!(told.get("/smallest_grant"), Value::Null, "{more}");
        let refused = agent.read(&scene.vault, "app/db").await.is_problem(403);
        assert_eq!(told.str("/missing"), refused.str("/detail"), "{more}");
    }
    let at = format!("/v1/agents/{}", free.user_id);
    ada.patch(&at, json!({ "is_active": false })).await.is(200);
    assert_eq!(
        kind(&scene, &free).await,
        (false, "principal_inactive".to_owned())
    );
    let ends = agent(json!({ "expires_at": "2026-03-01T13:00:00Z" })).await;
    assert_eq!(kind(&scene, &ends).await, (true, "policy".to_owned()));
    let later = json!({ "at": "2026-03-01T13:00:00Z" });
    let told = asked(&scene, &ends, later).await.is(200);
    assert_eq!(told.str("/decided_by/kind"), "principal_inactive");
}

#[both_stores]
async fn who_made_the_vault_and_a_row_that_cannot_be_read(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    let own = Scene {
        vault: scene.bob.vault("bobs").await,
        ada: scene.ada.clone(),
        bob: scene.bob.clone(),
    };
    assert_eq!(
        kind(&own, &own.bob).await,
        (true, "vault_creator".to_owned())
    );
    // a member who manages the vault may ask as well
    let body = merged(to(&own.bob), json!({ "path": "x", "permission": "read" }));
    own.bob.post(&own.at("access/explain"), body).await.is(200);
    scene.for_bob(json!({})).await;
    app.tamper("UPDATE policies SET effect = 'maybe'").await;
    let told = asked(&scene, &scene.bob, json!({})).await.is(200);
    assert_eq!(
        told.get("/decided_by"),
        json!({ "kind": "unreadable_policy" })
    );
    assert_eq!(told.get("/smallest_grant"), Value::Null);
}

#[both_stores]
async fn the_moment_and_the_address_are_those_that_are_asked_for(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    let conditions = json!({ "ip_allowlist": ["10.0.0.0/8"], "time_window": { "start_hour": 9, "end_hour": 17 } });
    scene
        .for_bob(json!({ "conditions": conditions, "expires_at": "2026-04-01T00:00:00Z" }))
        .await;
    for (more, expected) in [
        (json!({ "ip": "10.1.2.3" }), true),
        (json!({ "ip": "::ffff:10.1.2.3" }), true),
        (json!({ "ip": "192.0.2.1" }), false),
        (json!({}), false),
        (
            json!({ "ip": "10.1.2.3", "at": "2026-03-01T08:59:59Z" }),
            false,
        ),
        (
            json!({ "ip": "10.1.2.3", "at": "2026-03-31T16:59:59Z" }),
            true,
        ),
        (
            json!({ "ip": "10.1.2.3", "at": "2026-04-01T12:00:00Z" }),
            false,
        ),
    ] {
        let told = asked(&scene, &scene.bob, more.clone()).await.is(200);
        assert_eq!(told.get("/allowed"), expected, "{more}");
    }
    let rule = json!({ "rule_type": "deny", "cidr": "10.1.0.0/16" });
    scene.ada.post("/v1/security/ip-rules", rule).await.is(201);
    for (ip, word) in [("10.1.2.3", "ip_rule"), ("10.2.2.3", "policy")] {
        let told = asked(&scene, &scene.bob, json!({ "ip": ip })).await.is(200);
        assert_eq!(told.str("/decided_by/kind"), word, "{ip}");
    }
}

/// Whoever made a vault could else read the rules off, address by address (contract 13: owners and
/// admins see them).
#[both_stores]
async fn ip_rules_are_told_to_owners_and_admins_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let robot = ada.new_agent(json!({ "name": "robot" })).await;
    let rule = json!({ "rule_type": "deny", "cidr": "10.1.0.0/16" });
    ada.post("/v1/security/ip-rules", rule).await.is(201);
    for maker in [bob, &robot] {
        let vault = maker.vault("own").await;
        let body = merged(
            to(maker),
            json!({ "path": "x", "permission": "read", "ip": "10.1.2.3" }),
        );
        let target = format!("/v1/vaults/{vault}/access/explain");
        let told = maker.post(&target, body.clone()).await.is(200);
        assert_eq!(told.str("/decided_by/kind"), "vault_creator");
        for manager in [ada, &ada.member("admin").await] {
            let told = manager.post(&target, body.clone()).await.is(200);
            assert_eq!(told.str("/decided_by/kind"), "ip_rule");
        }
    }
}

#[both_stores]
async fn sec_08_what_is_withheld_from_an_agent_is_told(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    for (more, withheld) in [
        (json!({}), Value::Null),
        (
            json!({ "intents_api_enabled": true }),
            json!(["private_key", "ssh_key"]),
        ),
        (json!({ "execution_require_tee": true }), json!(["*"])),
    ] {
        let agent = scene
            .ada
            .new_agent(merged(json!({ "name": "a" }), more))
            .await;
        scene.ada.grant(&scene.vault, &agent, "**", &["*"]).await;
        let told = asked(&scene, &agent, json!({})).await.is(200);
        assert_eq!(told.get("/withheld_types"), withheld);
        let told = asked(&scene, &agent, json!({ "permission": "write" }))
            .await
            .is(200);
        assert_eq!(
            told.get("/withheld_types"),
            Value::Null,
            "writing is not reading"
        );
    }
}

#[both_stores]
async fn pol_10_only_who_manages_the_vault_may_ask(app: TestApp) {
    let scene = Scene::with(&app, &["app/db"]).await;
    scene.for_bob(json!({ "permissions": ["*"] })).await;
    scene.bob.vault("bobs").await;
    let robot = scene.ada.new_agent(json!({ "name": "robot" })).await;
    scene.ada.grant(&scene.vault, &robot, "**", &["*"]).await;
    let body = merged(
        to(&scene.bob),
        json!({ "path": "app/db", "permission": "read" }),
    );
    for who in [&scene.bob, &robot] {
        who.post(&scene.at("access/explain"), body.clone())
            .await
            .is_problem(403);
        assert_eq!(app.last_event().await, "policy.explain denied not_manager");
    }
    let stranger = app.owner().await;
    stranger
        .post(&scene.at("access/explain"), body)
        .await
        .is_problem(404);
    let stranger = asked(&scene, &stranger, json!({})).await;
    stranger.is_invalid("principal_id");
}

#[both_stores]
async fn bad_questions_are_refused_field_by_field(app: TestApp) {
    let scene = Scene::of(&app).await;
    for (more, field) in [
        (json!({ "path": "a//b" }), "path"),
        (json!({ "path": "a/*" }), "path"),
        (json!({ "path": null }), "path"),
        (json!({ "permission": "list" }), "permission"),
        (json!({ "permission": "*" }), "permission"),
        (json!({ "permission": ["read"] }), "permission"),
        (json!({ "principal_type": "group" }), "principal_type"),
        (
            json!({ "principal_id": "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10" }),
            "principal_id",
        ),
        (json!({ "ip": "10.0.0.0/8" }), "ip"),
        (json!({ "ip": "localhost" }), "ip"),
        (json!({ "at": "yesterday" }), "at"),
    ] {
        asked(&scene, &scene.bob, more).await.is_invalid(field);
    }
}
