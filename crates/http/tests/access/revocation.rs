//! A change of policies holds on every instance from the next request on.

use crate::scene::Scene;
use futures_util::future::join_all;
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use serde_json::json;

/// Readers on the other instance in one go.
const READERS: usize = 1_000;
/// Of those, so many at once.
const AT_ONCE: usize = 50;

#[both_stores]
async fn a_change_of_policies_holds_at_another_instance_with_the_next_request(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let there = scene.bob.at(&app.another_instance().await);
    let reads = async || there.read(&scene.vault, "a").await.status;
    assert_eq!(reads().await, 403);
    let id = scene.for_bob(json!({})).await;
    assert_eq!(reads().await, 200, "widened");
    for (change, expected) in [
        (json!({ "permissions": ["write"] }), 403),
        (json!({ "permissions": ["read"] }), 200),
        (json!({ "effect": "deny" }), 403),
        (json!({ "effect": "allow" }), 200),
        (
            json!({ "conditions": { "ip_allowlist": ["192.0.2.1"] } }),
            403,
        ),
        (json!({ "conditions": {} }), 200),
    ] {
        let changed = scene.ada.put(&scene.policy(&id), change.clone()).await;
        changed.is(200);
        assert_eq!(reads().await, expected, "{change}");
    }
    scene.ada.delete(&scene.policy(&id)).await.is(204);
    assert_eq!(reads().await, 403, "deleted");
}

#[both_stores]
async fn pol_08_no_read_that_starts_after_the_deletion_succeeds(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let there = scene.bob.at(&app.another_instance().await);
    let id = scene.for_bob(json!({})).await;
    there.read(&scene.vault, "a").await.is(200);
    let deleted = std::sync::atomic::AtomicBool::new(false);
    let reader = async |many: usize| {
        for _ in 0..many {
            let started_after = deleted.load(std::sync::atomic::Ordering::SeqCst);
            let read = there.read(&scene.vault, "a").await;
            assert!([200, 403].contains(&read.status), "{}", read.text());
            assert!(!(started_after && read.status == 200), "read after the 204");
        }
    };
    let remove = async {
        scene.ada.delete(&scene.policy(&id)).await.is(204);
        deleted.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let readers = join_all((0..AT_ONCE).map(|_| reader(READERS / AT_ONCE)));
    futures_util::future::join(readers, remove).await;
    there.read(&scene.vault, "a").await.is_problem(403);
}

/// Reads that look while a change commits leave nothing behind that the next one could be judged by.
#[both_stores]
async fn pol_09_what_was_looked_at_before_a_change_decides_nothing_after_it(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let there = scene.bob.at(&app.another_instance().await);
    let id = scene.for_bob(json!({})).await;
    for round in 0..20 {
        let (permissions, expected) = if round % 2 == 0 {
            (["write"], 403)
        } else {
            (["read"], 200)
        };
        let readers = [&scene.bob, &there];
        let readers = join_all((0..8).map(|n| readers[n % 2].read(&scene.vault, "a")));
        let at = scene.policy(&id);
        let change = scene.ada.put(&at, json!({ "permissions": permissions }));
        let (_, changed) = futures_util::future::join(readers, change).await;
        changed.is(200);
        for who in [&scene.bob, &there] {
            let read = who.read(&scene.vault, "a").await;
            assert_eq!(read.status, expected, "round {round}");
        }
    }
}

/// Half of a batch is undone: what its unit of work saw is not what the next change leaves behind.
#[both_stores]
async fn pol_09_a_deletion_that_was_undone_leaves_no_standing_for_the_next_change(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("admin").await;
    let mut agents = Vec::new();
    for name in ["one", "two"] {
        agents.push(ada.new_agent(json!({ "name": name })).await.user_id);
    }
    agents.sort_unstable();
    let last = agents[1].replace('-', "");
    let one = match app.kind() {
        StoreKind::Sqlite => format!("id = x'{last}'"),
        StoreKind::Postgres => format!("id = '{last}'"),
    };
    // a row that does not read any more, and is come to after the other one is deleted
    let damage = format!("UPDATE agents SET scopes = '\"x\"' WHERE {one}");
    app.tamper(&damage).await;
    let ids = json!({ "agent_ids": agents });
    let done = bob.post("/v1/agents/batch-delete", ids.clone()).await;
    done.is_problem(503);
    assert_eq!(app.count("agents").await, 2);
    let role = json!({ "role": "member" });
    let whom = format!("/v1/org/members/{}", bob.user_id);
    ada.patch(&whom, role).await.is(200);
    bob.get("/v1/security/ip-rules").await.is_problem(403);
    let again = bob.post("/v1/agents/batch-delete", ids).await;
    again.is_problem(403);
}
