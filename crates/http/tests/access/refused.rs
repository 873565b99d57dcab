//! What is refused about policies, and that nothing comes of it.

use crate::scene::{Scene, merged, said, to};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

const RANDOM: &str = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10";

/// Making, changing and deleting, by somebody who may not.
async fn is_powerless(app: &TestApp, scene: &Scene, who: &Person, policy: &str) {
    let before = scene.ada.get(&scene.policies()).await.is(200).text();
    let made = who.ask_policy(&scene.vault, who, &json!({})).await;
    made.is_problem(403);
    assert_eq!(app.last_event().await, "policy.create denied not_manager");
    let at = scene.policy(policy);
    let changed = who.put(&at, json!({ "permissions": ["*"] })).await;
    changed.is_problem(403);
    assert_eq!(app.last_event().await, "policy.update denied not_manager");
    who.delete(&at).await.is_problem(403);
    assert_eq!(app.last_event().await, "policy.delete denied not_manager");
    let after = scene.ada.get(&scene.policies()).await.is(200).text();
    assert_eq!(after, before);
}

#[both_stores]
async fn pol_07_only_who_manages_the_vault_makes_and_changes_policies(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let policy = scene.for_bob(json!({ "permissions": ["*"] })).await;
    // who may write everything there, and manages a vault of their own
    let own = bob.vault("bobs").await;
    bob.grant(&own, ada, "**", &["read"]).await;
    is_powerless(&app, &scene, bob, &policy).await;
    let agent = bob.new_agent(json!({ "name": "builder" })).await;
    ada.grant(&scene.vault, &agent, "**", &["*"]).await;
    let made = agent
        .post("/v1/vaults", json!({ "name": "agents" }))
        .await
        .is(201);
    is_powerless(&app, &scene, &agent, &policy).await;
    let theirs = made.str("/id");
    agent.grant(&theirs, ada, "**", &["read"]).await;
}

#[both_stores]
async fn key_03_a_limited_key_gives_nobody_what_it_lacks(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let policy = scene.for_bob(json!({})).await;
    for scopes in [json!(["vaults:read"]), json!(["vaults:*", "secrets:*"])] {
        let (key, _) = ada.api_key(json!({ "name": "k", "scopes": scopes })).await;
        let limited = ada.with(&key);
        limited.get(&scene.policies()).await.is(200);
        let asked = limited.ask_policy(&scene.vault, bob, &json!({})).await;
        asked.is_problem(403);
        let denied = "policy.create denied limited_credential";
        assert_eq!(app.last_event().await, denied);
        let at = scene.policy(&policy);
        let changed = limited.put(&at, json!({ "permissions": ["*"] })).await;
        changed.is_problem(403);
        limited.delete(&at).await.is_problem(403);
    }
}

#[both_stores]
async fn pol_07_a_principal_that_is_none_is_named(app: TestApp) {
    let scene = Scene::of(&app).await;
    let agent = scene.bob.new_agent(json!({ "name": "builder" })).await;
    let stranger = app.owner().await;
    let (bob, ada) = (&scene.bob, &scene.ada);
    for (more, field) in [
        (json!({ "principal_type": "agent" }), "principal_id"),
        (json!({ "principal_id": "*" }), "principal_id"),
        (json!({ "principal_id": "" }), "principal_id"),
        (json!({ "principal_id": RANDOM }), "principal_id"),
        (json!({ "principal_id": stranger.user_id }), "principal_id"),
        (json!({ "principal_id": agent.user_id }), "principal_id"),
        (
            json!({ "principal_id": format!("agent:{}", bob.user_id) }),
            "principal_id",
        ),
        (
            json!({ "principal_id": format!("user:user:{}", bob.user_id) }),
            "principal_id",
        ),
        (json!({ "principal_id": 7 }), "principal_id"),
        (json!({ "principal_id": null }), "principal_id"),
    ] {
        let asked = ada.ask_policy(&scene.vault, bob, &more).await;
        asked.is_invalid(field);
    }
    let for_agent = json!({ "attribute_conditions": { "principal_role": "admin" } });
    let asked = ada.ask_policy(&scene.vault, &agent, &for_agent).await;
    asked.is_invalid("attribute_conditions");
    assert_eq!(app.count("policies").await, 0);
}

#[both_stores]
async fn pol_07_every_bad_field_is_named_and_nothing_is_kept(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (bob, ada) = (&scene.bob, &scene.ada);
    for (more, field) in [
        (json!({ "principal_type": "robot" }), "principal_type"),
        (json!({ "principal_type": "User" }), "principal_type"),
        (json!({ "permissions": [] }), "permissions"),
        (json!({ "permissions": ["READ"] }), "permissions"),
        (json!({ "permissions": ["admin"] }), "permissions"),
        (json!({ "permissions": ["read", "*"] }), "permissions"),
        (json!({ "permissions": "read" }), "permissions"),
        (
            json!({ "secret_path_pattern": null }),
            "secret_path_pattern",
        ),
        (json!({ "effect": "maybe" }), "effect"),
        (json!({ "priority": -1 }), "priority"),
        (json!({ "priority": 1_000_001 }), "priority"),
        (json!({ "priority": 1.5 }), "priority"),
        (json!({ "priority": "1" }), "priority"),
        (json!({ "expires_at": "soon" }), "expires_at"),
        (
            json!({ "expires_at": "2026-03-01T12:00:00Z" }),
            "expires_at",
        ),
        (
            json!({ "policy_schema_version": 3 }),
            "policy_schema_version",
        ),
        (
            json!({ "consensus_trigger": { "quorum": 2 } }),
            "consensus_trigger",
        ),
        (json!({ "consensus_trigger": true }), "consensus_trigger"),
        (json!({ "tx_conditions": [] }), "tx_conditions"),
        (
            json!({ "conditions": { "environment_in": ["prod"] } }),
            "conditions",
        ),
    ] {
        let asked = ada.ask_policy(&scene.vault, bob, &more).await;
        asked.is_invalid(field);
    }
    let all = json!({ "permissions": [], "priority": -1, "effect": "x", "conditions": { "x": 1 }, "secret_path_pattern": "/" });
    let asked = ada
        .ask_policy(&scene.vault, bob, &all)
        .await
        .is_problem(400);
    let fields = asked.get("/fields");
    assert_eq!(fields.as_object().unwrap().len(), 5, "{fields}");
    assert_eq!(app.count("policies").await, 0);
}

#[both_stores]
async fn pol_07_what_is_fixed_stays(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let made = ada.ask_policy(&scene.vault, bob, &json!({})).await.is(201);
    let at = scene.policy(&made.str("/id"));
    let other = ada.vault("other").await;
    for (change, field) in [
        (
            json!({ "secret_path_pattern": "a/**" }),
            "secret_path_pattern",
        ),
        (
            json!({ "secret_path_pattern": "a//b" }),
            "secret_path_pattern",
        ),
        (json!({ "principal_type": "agent" }), "principal_type"),
        (json!({ "principal_id": ada.user_id }), "principal_id"),
        (
            json!({ "principal_id": format!("agent:{}", bob.user_id) }),
            "principal_id",
        ),
        (json!({ "principal_id": "*" }), "principal_id"),
        (
            merged(to(ada), json!({ "principal_type": "user" })),
            "principal_id",
        ),
        (json!({ "vault_id": other }), "vault_id"),
        (json!({ "permissions": [] }), "permissions"),
        (json!({ "conditions": { "ip_allowlst": [] } }), "conditions"),
        (
            json!({ "conditions": { "environment_in": ["prod"] } }),
            "conditions",
        ),
        (
            json!({ "expires_at": "2026-03-01T12:00:00Z" }),
            "expires_at",
        ),
        (json!({ "consensus_trigger": {} }), "consensus_trigger"),
    ] {
        let with_more = merged(json!({ "priority": 9 }), change);
        ada.put(&at, with_more).await.is_invalid(field);
    }
    let listed = ada.get(&scene.policies()).await.is(200);
    assert_eq!(listed.get("/policies/0"), made.json(), "unchanged");
}

/// A policy that is over can be changed in other things, and given another end.
#[both_stores]
async fn a_policy_that_is_over_can_be_renewed(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene
        .for_bob(json!({ "expires_at": "2026-03-01T12:10:00Z" }))
        .await;
    app.clock().advance(600);
    let change = json!({ "permissions": ["read", "write"] });
    scene.ada.put(&scene.policy(&id), change).await.is(200);
    assert_eq!(scene.bob_reads("a").await, 403);
    let change = json!({ "expires_at": "2026-03-01T12:10:01Z" });
    scene.ada.put(&scene.policy(&id), change).await.is(200);
    assert_eq!(scene.bob_reads("a").await, 200);
}

/// Somebody of another organization is answered as nobody at all.
#[both_stores]
async fn ten_02_a_principal_of_another_organization_is_unknown(app: TestApp) {
    let scene = Scene::of(&app).await;
    let stranger = app.owner().await;
    let robot = stranger.new_agent(json!({ "name": "r" })).await;
    for who in [&stranger, &robot] {
        let foreign = scene.ada.ask_policy(&scene.vault, who, &json!({})).await;
        let foreign = foreign.is_invalid("principal_id");
        let nobody = json!({ "principal_id": RANDOM });
        let nobody = scene.ada.ask_policy(&scene.vault, who, &nobody).await;
        assert_eq!(said(&foreign), said(&nobody.is_problem(400)));
    }
    assert_eq!(app.count("policies").await, 0);
}

/// The vault in the URL must be the policy's.
#[both_stores]
async fn ten_03_a_policy_behind_another_vault_is_not_there(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene.for_bob(json!({})).await;
    let own = scene.bob.vault("bobs").await;
    let elsewhere = format!("/v1/vaults/{own}/policies/{id}");
    let random = format!("/v1/vaults/{own}/policies/{RANDOM}");
    for who in [&scene.bob, &scene.ada] {
        let there = who.delete(&elsewhere).await.is_problem(404);
        let nowhere = who.delete(&random).await.is_problem(404);
        assert_eq!(said(&there), said(&nowhere));
        let change = json!({ "permissions": ["*"] });
        let there = who.put(&elsewhere, change.clone()).await.is_problem(404);
        let nowhere = who.put(&random, change).await.is_problem(404);
        assert_eq!(said(&there), said(&nowhere));
    }
    // and not of another organization
    let stranger = app.owner().await;
    let theirs = stranger.vault("theirs").await;
    for target in [
        scene.policy(&id),
        format!("/v1/vaults/{theirs}/policies/{id}"),
    ] {
        stranger.delete(&target).await.is_problem(404);
        stranger.put(&target, json!({})).await.is_problem(404);
    }
    assert_eq!(scene.bob_reads("a").await, 200);
}

#[both_stores]
async fn in_06_ids_in_paths_and_bodies(app: TestApp) {
    let scene = Scene::of(&app).await;
    let id = scene.for_bob(json!({})).await;
    let braces = format!("%7B{id}%7D");
    for bad in ["nothing", "00000000-0000-0000-0000-000000000000", &braces] {
        scene.ada.delete(&scene.policy(bad)).await.is_problem(404);
        scene
            .ada
            .put(&scene.policy(bad), json!({}))
            .await
            .is_problem(404);
        let target = format!("/v1/vaults/{bad}/policies");
        scene.ada.get(&target).await.is_problem(404);
    }
    let loud = scene.policy(&id.to_uppercase());
    let changed = scene.ada.put(&loud, json!({})).await.is(200);
    assert_eq!(changed.get("/id"), Value::String(id));
}
