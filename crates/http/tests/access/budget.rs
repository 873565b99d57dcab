//! What many policies cost.

use crate::scene::{Scene, column};
use oneclaw_services::Store as _;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;
use std::time::{Duration, Instant};

/// Policies on one principal.
const GRANTS: usize = 1_000;

/// The clumsiest pattern, and a path that it nearly takes (abuse case PATH-07).
const CLUMSY: &str = "a*a*a*a*a*a*b/**/a/**/a/**/b";

#[both_stores]
async fn path_07_a_thousand_policies_cost_a_read_no_round_trip(app: TestApp) {
    let path = format!("{}/{}", "a".repeat(128), vec!["a"; 190].join("/"));
    let scene = Scene::with(&app, &[&path, "open"]).await;
    scene
        .for_bob(json!({ "secret_path_pattern": CLUMSY, "priority": 1 }))
        .await;
    // by one statement, for the sake of the test's own time: copies of the one that was made
    let id = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "randomblob(16)",
        oneclaw_testkit::StoreKind::Postgres => "gen_random_uuid()",
    };
    let copies = format!(
        "INSERT INTO policies SELECT {id}, org_id, vault_id, principal, pattern, permissions, effect, priority, \
         conditions, attribute_conditions, tx_conditions, schema_version, expires_at, created_by, created_at \
         FROM policies, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n) AS copies",
        GRANTS - 2
    );
    app.tamper(&copies).await;
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
