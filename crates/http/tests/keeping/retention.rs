//! Retention of audit events goes by the rules of housekeeping.

use super::steps::{DAY, tidied};
use oneclaw_domain::Clock as _;
use oneclaw_services::Store as _;
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::Value;
use uuid::Uuid;

/// An instance that takes five events a commit, and somebody with more than thirty that are old.
async fn old(app: &TestApp) -> (Instance, Person) {
    let keeping = app
        .instance_with(|settings, _| {
            settings.audit_retention_days = Some(30);
            settings.housekeeping_batch = 5;
        })
        .await;
    let ada = app.owner().await;
    for _ in 0..30 {
        ada.get("/v1/vaults").await.is(200);
    }
    app.clock().advance(31 * DAY);
    (keeping, ada)
}

/// How many events each batch took.
async fn batches(app: &TestApp) -> Vec<u64> {
    let events = app.audit().await;
    let pruned = |event: &&Value| event["action"] == "audit.prune";
    let many = |event: &Value| event["details"]["events"].as_u64().unwrap();
    events.iter().filter(pruned).map(many).collect()
}

#[both_stores]
async fn aud_13_every_batch_that_is_taken_away_leaves_its_event(app: TestApp) {
    let (keeping, _ada) = old(&app).await;
    assert_eq!(
        app.services().prune_audit().await.unwrap(),
        0,
        "it is off there"
    );
    assert!(batches(&app).await.is_empty());
    let pruned = keeping.services().prune_audit().await.unwrap();
    let batches = batches(&app).await;
    assert_eq!(batches.iter().sum::<u64>(), pruned);
    assert!(pruned > 30 && batches.len() > 6, "{batches:?}");
    assert!(batches.iter().all(|many| *many <= 5), "{batches:?}");
}

#[both_stores]
async fn flt_08_nothing_is_taken_away_while_another_instance_has_the_turn(app: TestApp) {
    let (keeping, _ada) = old(&app).await;
    let now = app.clock().now();
    let turn = app
        .store()
        .lease("housekeeping", Uuid::max(), now, now.plus_seconds(60));
    assert!(turn.await.unwrap());
    let before = app.count("audit_events").await;
    assert_eq!(keeping.services().prune_audit().await.unwrap(), 0);
    assert_eq!(tidied(&keeping).await, 0);
    assert_eq!(app.count("audit_events").await, before);
    app.clock().advance(60);
    assert!(keeping.services().prune_audit().await.unwrap() > 0);
}

/// Who stops in the middle gives the turn back, and the next goes on where they were.
#[both_stores]
async fn flt_08_who_stops_in_the_middle_is_followed_at_once(app: TestApp) {
    let (keeping, _ada) = old(&app).await;
    let other = app
        .instance_with(|settings, _| settings.audit_retention_days = Some(30))
        .await;
    let services = keeping.services().clone();
    let (cut_off, ()) = futures_util::future::join(services.prune_audit(), services.close()).await;
    let cut_off = cut_off.unwrap();
    let rest = other.services().prune_audit().await.unwrap();
    assert!(rest > 0, "nothing was left after {cut_off}");
    assert_eq!(batches(&app).await.iter().sum::<u64>(), cut_off + rest);
}
