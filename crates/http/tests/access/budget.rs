//! What many policies cost.

use crate::scene::{Scene, column, merged, to};
use oneclaw_services::Store as _;
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use serde_json::json;
use std::time::{Duration, Instant};

/// Policies on one principal.
const GRANTS: usize = 1_000;

/// The clumsiest pattern, and a path that it nearly takes (abuse case PATH-07).
const CLUMSY: &str = "a*a*a*a*a*a*b/**/a/**/a/**/b";

/// Copies of the only policy there is, by one statement for the sake of the test's own time.
async fn copies(app: &TestApp, principal: &str, many: usize) {
    let id = match app.kind() {
        StoreKind::Sqlite => "randomblob(16)",
        StoreKind::Postgres => "gen_random_uuid()",
    };
    let copies = format!(
        "INSERT INTO policies SELECT {id}, org_id, vault_id, {principal}, pattern, permissions, effect, priority, \
         conditions, attribute_conditions, tx_conditions, schema_version, expires_at, created_by, created_at \
         FROM policies, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) SELECT i FROM n) AS copies",
    );
    app.tamper(&copies).await;
}

#[both_stores]
async fn path_07_a_thousand_policies_cost_a_read_no_round_trip(app: TestApp) {
    let path = format!("{}/{}", "a".repeat(128), vec!["a"; 190].join("/"));
    let scene = Scene::with(&app, &[&path, "open"]).await;
    scene
        .for_bob(json!({ "secret_path_pattern": CLUMSY, "priority": 1 }))
        .await;
    copies(&app, "principal", GRANTS - 2).await;
    scene
        .for_bob(json!({ "secret_path_pattern": "open" }))
        .await;
    assert_eq!(app.count("policies").await, i64::try_from(GRANTS).unwrap());

    assert_eq!(scene.bob_reads("open").await, 200);
    let started = Instant::now();
    for _ in 0..10 {
        let before = app.store().statistics();
        assert_eq!(scene.bob_reads("open").await, 200);
        let after = app.store().statistics();
        assert_eq!(after.read_round_trips - before.read_round_trips, 1);
        assert_eq!(after.journal_commits - before.journal_commits, 1);
        assert_eq!(scene.bob_reads(&path).await, 403);
    }
    // 20 requests, each with a thousand patterns to match; far below this unless one runs away
    let limit = Duration::from_secs(5);
    assert!(started.elapsed() < limit, "{:?}", started.elapsed());
    assert_eq!(scene.listed(&scene.bob, "").await, ["open"]);
    let listed = scene.ada.get(&scene.policies()).await.is(200);
    assert_eq!(column(&listed, "/policies", "id").len(), GRANTS);
}

#[both_stores]
async fn a_principal_has_five_thousand_policies_at_most(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, bob) = (&scene.ada, &scene.bob);
    let helper = bob.new_agent(json!({ "name": "helper" })).await;
    let first = scene.for_bob(json!({})).await;
    copies(&app, "principal", 4_998).await;
    let last = json!({ "secret_path_pattern": "last" });
    scene.for_bob(last.clone()).await;
    let refused = ada.ask_policy(&scene.vault, bob, &last).await;
    assert!(refused.is_problem(409).str("/detail").contains("5000"));
    assert_eq!(app.last_event().await, "policy.create denied conflict");
    // in another vault of the organization neither, nor as a proposal, nor by a vault of their agent
    let other = ada.vault("other").await;
    ada.ask_policy(&other, bob, &last).await.is_problem(409);
    let create = merged(
        to(bob),
        merged(last.clone(), json!({ "permissions": ["read"] })),
    );
    let proposal = json!({ "create": create });
    ada.post(&scene.at("access/dry-run"), proposal)
        .await
        .is_problem(409);
    let vault = json!({ "name": "helpers" });
    helper
        .post("/v1/vaults", vault.clone())
        .await
        .is_problem(409);
    assert_eq!(app.count("policies").await, 5_000);
    // others are not concerned, and where one goes there is room for one
    ada.ask_policy(&scene.vault, &helper, &last).await.is(201);
    ada.delete(&scene.policy(&first)).await.is(204);
    helper.post("/v1/vaults", vault).await.is(201);
    ada.ask_policy(&scene.vault, bob, &last)
        .await
        .is_problem(409);
}

#[both_stores]
async fn a_vault_has_ten_thousand_policies_at_most(app: TestApp) {
    let scene = Scene::of(&app).await;
    let first = scene.for_bob(json!({})).await;
    let nobody = "'agent:00000000-0000-4000-8000-000000000000'";
    copies(&app, nobody, 9_998).await;
    let last = json!({ "secret_path_pattern": "last" });
    scene.for_bob(last.clone()).await;
    let ask = async |vault: &str| scene.ada.ask_policy(vault, &scene.bob, &last).await;
    let refused = ask(&scene.vault).await.is_problem(409);
    assert!(refused.str("/detail").contains("10000"));
    ask(&scene.ada.vault("other").await).await.is(201);
    scene.ada.delete(&scene.policy(&first)).await.is(204);
    ask(&scene.vault).await.is(201);
}
