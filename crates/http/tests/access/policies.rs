//! Policies as a client makes, sees, changes and deletes them (contract 12).

use crate::scene::{Scene, column, merged, to};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FIELDS: [&str; 11] = [
    "id",
    "vault_id",
    "secret_path_pattern",
    "principal_type",
    "principal_id",
    "permissions",
    "conditions",
    "expires_at",
    "created_by",
    "created_by_type",
    "created_at",
];
const SUPERSET: [&str; 4] = [
    "effect",
    "priority",
    "attribute_conditions",
    "policy_schema_version",
];

fn names(of: &Value) -> BTreeSet<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

#[both_stores]
async fn a_policy_shows_what_it_was_given_and_the_defaults(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let made = ada.ask_policy(&scene.vault, bob, &json!({})).await.is(201);
    let shown = made.json();
    let expected: BTreeSet<&str> = FIELDS.into_iter().chain(SUPERSET).collect();
    assert_eq!(names(&shown), expected);
    assert_eq!(shown["vault_id"], scene.vault.as_str());
    assert_eq!(shown["principal_type"], "user");
    assert_eq!(shown["principal_id"], bob.user_id.as_str());
    assert_eq!(shown["permissions"], json!(["read"]));
    assert_eq!(shown["conditions"], json!({}));
    assert_eq!(shown["attribute_conditions"], json!({}));
    assert_eq!(shown["expires_at"], Value::Null);
    assert_eq!(shown["created_by"], ada.user_id.as_str());
    assert_eq!(shown["created_by_type"], "user");
    assert_eq!(
        (&shown["effect"], &shown["priority"]),
        (&json!("allow"), &json!(0))
    );
    assert_eq!(shown["policy_schema_version"], 2);
    assert_eq!(app.last_event().await, "policy.create ok");

    let conditions = json!({ "ip_allowlist": ["10.0.0.0/8", "2001:DB8::1"], "time_window": { "start_hour": 22, "end_hour": 6 } });
    let all = json!({
        "secret_path_pattern": "app/**/x-*", "permissions": ["*"], "conditions": conditions, "effect": "deny",
        "expires_at": "2027-01-01T00:00:00+01:00", "priority": 7, "attribute_conditions": { "principal_role": ["member"] },
        "tx_conditions": { "max_value": "1.5" }, "policy_schema_version": 1, "principal_id": format!("user:{}", bob.user_id),
        "approval_id": "not looked at", "consensus_trigger": null, "unknown": [1],
        "id": bob.user_id, "created_by": bob.user_id, "created_at": "2020-01-01", "org_id": bob.user_id,
    });
    let made = ada.ask_policy(&scene.vault, bob, &all).await.is(201);
    let shown = made.json();
    assert_eq!(
        shown["permissions"],
        json!(["read", "write", "delete", "rotate"])
    );
    assert_eq!(shown["conditions"], conditions);
    assert_eq!(shown["expires_at"], "2026-12-31T23:00:00Z");
    assert_eq!(shown["principal_id"], bob.user_id.as_str());
    assert_eq!(shown["tx_conditions"], json!({ "max_value": "1.5" }));
    assert_eq!(shown["policy_schema_version"], 1);
    // what is the server's stays the server's (IN-08)
    assert_ne!(shown["id"], bob.user_id.as_str());
    assert_eq!(shown["created_by"], ada.user_id.as_str());
    assert_eq!(shown["created_at"], "2026-03-01T12:00:00Z");
    let listed = ada.get(&scene.policies()).await.is(200);
    assert_eq!(
        listed.get("/policies/1"),
        shown,
        "listed as it was answered"
    );
}

#[both_stores]
async fn generated_clients_get_no_superset_fields(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.for_bob(json!({ "tx_conditions": { "a": 1 } })).await;
    let request = scene.ada.request("GET", &scene.policies());
    let request = request.header("user-agent", "OpenAPI-Generator/1.0.0/go");
    let listed = request.send().await.is(200);
    let expected: BTreeSet<&str> = FIELDS.into_iter().collect();
    assert_eq!(names(&listed.get("/policies/0")), expected);
}

#[both_stores]
async fn who_manages_sees_all_and_others_those_that_name_them(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let carol = ada.member("member").await;
    let admin = ada.member("admin").await;
    let empty = ada.get(&scene.policies()).await.is(200);
    assert_eq!(empty.text(), r#"{"policies":[]}"#);
    bob.get(&scene.policies()).await.is_problem(403);

    let ends = scene
        .for_bob(json!({ "expires_at": "2026-03-01T12:10:00Z" }))
        .await;
    let stays = scene.for_bob(json!({ "secret_path_pattern": "b" })).await;
    let hers = ada.grant(&scene.vault, &carol, "c/**", &["write"]).await;
    app.clock().advance(600);
    for manager in [ada, &admin] {
        let listed = manager.get(&scene.policies()).await.is(200);
        let ids = column(&listed, "/policies", "id");
        assert_eq!(
            ids,
            [ends.clone(), stays.clone(), hers.clone()],
            "oldest first"
        );
    }
    let seen = bob.get(&scene.policies()).await.is(200);
    assert_eq!(column(&seen, "/policies", "id"), [ends, stays.clone()]);
    let seen = carol.get(&scene.policies()).await.is(200);
    assert_eq!(column(&seen, "/policies", "id"), [hers]);
    // an expired policy alone is no grant
    ada.delete(&scene.policy(&stays)).await.is(204);
    bob.get(&scene.policies()).await.is_problem(403);
}

#[both_stores]
async fn in_11_pages_join_to_the_whole_and_cursors_stay_in_their_list(app: TestApp) {
    let scene = Scene::of(&app).await;
    let ada = &scene.ada;
    for index in 0..7 {
        scene
            .for_bob(json!({ "secret_path_pattern": format!("p{index}") }))
            .await;
    }
    let whole = ada.get(&scene.policies()).await.is(200);
    let (mut joined, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let target = format!("{}?limit=3{cursor}", scene.policies());
        let page = ada.get(&target).await.is(200);
        joined.extend(column(&page, "/policies", "id"));
        pages += 1;
        match page.get("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((joined, pages), (column(&whole, "/policies", "id"), 3));

    let page = ada
        .get(&format!("{}?limit=1", scene.policies()))
        .await
        .is(200);
    let cursor = page.str("/next_cursor");
    let other = ada.vault("other").await;
    let elsewhere = format!("/v1/vaults/{other}/policies?cursor={cursor}");
    ada.get(&elsewhere).await.is_invalid("cursor");
    let edited = format!("{}?cursor=A{cursor}", scene.policies());
    ada.get(&edited).await.is_invalid("cursor");
    let too_many = format!("{}?limit=1001", scene.policies());
    ada.get(&too_many).await.is_invalid("limit");
}

/// What no change changes.
const FIXED: [&str; 8] = [
    "secret_path_pattern",
    "principal_type",
    "principal_id",
    "vault_id",
    "id",
    "created_by",
    "org_id",
    "created_at",
];

/// Does to a policy what a change is to do.
fn expect(policy: &mut Value, change: &Value) {
    for (member, value) in change.as_object().unwrap() {
        match (member.as_str(), value) {
            ("expires_at", Value::Null) => policy["expires_at"] = Value::Null,
            ("expires_at", _) => policy["expires_at"] = json!("2026-06-01T00:00:00Z"),
            ("permissions", Value::Array(_)) => policy["permissions"] = json!(["read", "write"]),
            (name, value) if !FIXED.contains(&name) && !value.is_null() => {
                policy[name] = value.clone();
            }
            _ => {}
        }
    }
}

#[both_stores]
async fn a_change_changes_what_it_names_and_nothing_else(app: TestApp) {
    let scene = Scene::of(&app).await;
    let ada = &scene.ada;
    let given = json!({ "conditions": { "ip_allowlist": ["127.0.0.1"] }, "expires_at": "2027-01-01T00:00:00Z", "priority": 3 });
    let made = ada
        .ask_policy(&scene.vault, &scene.bob, &given)
        .await
        .is(201);
    let at = scene.policy(&made.str("/id"));
    let mut expected = made.json();
    for change in [
        json!({}),
        json!({ "permissions": ["write", "read"] }),
        json!({ "conditions": {} }),
        json!({ "effect": "deny" }),
        json!({ "priority": 0 }),
        json!({ "expires_at": "2026-06-01" }),
        json!({ "expires_at": null }),
        json!({ "attribute_conditions": { "principal_role": "member" } }),
        json!({ "tx_conditions": { "a": [1] } }),
        // null is "absent" for all others, and what is fixed may be repeated
        json!({ "permissions": null, "conditions": null, "effect": null, "priority": null, "tx_conditions": null }),
        merged(
            to(&scene.bob),
            json!({ "secret_path_pattern": "**", "vault_id": scene.vault.to_uppercase() }),
        ),
        json!({ "principal_id": format!("user:{}", scene.bob.user_id) }),
        json!({ "id": "x", "created_by": "y", "org_id": "z", "created_at": "2020-01-01" }),
    ] {
        let changed = ada.put(&at, change.clone()).await.is(200);
        expect(&mut expected, &change);
        assert_eq!(changed.json(), expected, "{change}");
        let listed = ada.get(&scene.policies()).await.is(200);
        assert_eq!(listed.get("/policies/0"), expected, "{change}");
    }
    ada.request("PUT", &at)
        .header("content-type", "application/json")
        .send()
        .await
        .is(200);
    assert_eq!(app.last_event().await, "policy.update ok");
}

#[both_stores]
async fn the_event_of_a_change_names_what_changed(app: TestApp) {
    let scene = Scene::of(&app).await;
    let id = scene.for_bob(json!({ "priority": 3 })).await;
    for (change, changed) in [
        (json!({}), json!([])),
        (json!({ "priority": 3, "permissions": ["read"] }), json!([])),
        (
            json!({ "permissions": ["write"], "effect": "deny", "priority": 4 }),
            json!(["permissions", "effect", "priority"]),
        ),
        (
            json!({ "conditions": { "ip_allowlist": ["192.0.2.1"] }, "expires_at": "2027-01-01" }),
            json!(["conditions", "expires_at"]),
        ),
        (
            json!({ "tx_conditions": { "a": "words-of-ours" }, "attribute_conditions": { "principal_role": "member" } }),
            json!(["attribute_conditions", "tx_conditions"]),
        ),
        (json!({ "expires_at": null }), json!(["expires_at"])),
    ] {
        scene
            .ada
            .put(&scene.policy(&id), change.clone())
            .await
            .is(200);
        let event = app.audit().await.pop().unwrap();
        assert_eq!(event["action"], "policy.update", "{change}");
        assert_eq!(event["details"]["changed"], changed, "{change}");
        assert!(!event.to_string().contains("words-of-ours"), "{event}");
    }
}

#[both_stores]
async fn a_deleted_policy_is_gone_with_what_it_gave(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene.for_bob(json!({})).await;
    assert_eq!(scene.bob_reads("a").await, 200);
    assert_eq!(
        scene.bob.get("/v1/vaults").await.get("/vaults/0/id"),
        scene.vault.as_str()
    );
    let gone = scene.ada.delete(&scene.policy(&id)).await.is(204);
    assert!(gone.body.is_empty());
    assert_eq!(app.last_event().await, "policy.delete ok");
    assert_eq!(scene.bob_reads("a").await, 403);
    assert_eq!(scene.bob.get("/v1/vaults").await.text(), r#"{"vaults":[]}"#);
    scene.ada.delete(&scene.policy(&id)).await.is_problem(404);
    scene
        .ada
        .put(&scene.policy(&id), json!({}))
        .await
        .is_problem(404);
    assert_eq!(app.count("policies").await, 0);
}

/// A vault's policies go with it, and a new one of the same name has none.
#[both_stores]
async fn ten_05_a_deleted_vaults_policies_do_not_come_back(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let id = scene.for_bob(json!({})).await;
    scene
        .ada
        .delete(&format!("/v1/vaults/{}", scene.vault))
        .await
        .is(204);
    assert_eq!(app.count("policies").await, 0);
    scene.ada.get(&scene.policies()).await.is_problem(404);
    scene.bob.read(&scene.vault, "a").await.is_problem(404);
    let again = scene.ada.vault("prod").await;
    scene.ada.keep(&again, "a", "another").await;
    scene.bob.read(&again, "a").await.is_problem(403);
    scene
        .ada
        .delete(&format!("/v1/vaults/{again}/policies/{id}"))
        .await
        .is_problem(404);
}
