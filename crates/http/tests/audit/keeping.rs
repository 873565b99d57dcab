//! AUD-13: deletions, retention, a clock that goes back, and keys that are replaced or gone.

use super::steps::{EXPORT, broken, holds, literal, offline, some_deeds, verified};
use oneclaw_services::{KeyAdmin, NoIssuers, NoPayments, Seams, SystemIds};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// Rotates as the operator's command does: over a handle of its own, beside the running servers.
async fn rotate(app: &TestApp) {
    let store = app.test_store().open().await;
    let seams = Seams {
        store: Arc::new(store.clone()),
        key_provider: Arc::new(app.key_provider()),
        clock: Arc::new(app.clock().clone()),
        ids: Arc::new(SystemIds),
        mailer: app.mailer(),
        identities: Arc::new(NoIssuers),
        payments: Arc::new(NoPayments),
    };
    KeyAdmin::new(seams).rotate_audit().await.unwrap();
    store.close().await;
}

#[both_stores]
async fn aud_13_what_is_deleted_leaves_the_chain_whole(app: TestApp) {
    let ada = app.owner().await;
    let vault = some_deeds(&ada).await;
    let bob = ada.member("member").await;
    bob.vault("theirs").await;
    ada.delete(&format!("/v1/vaults/{vault}")).await.is(204);
    ada.delete(&format!("/v1/org/members/{}", bob.user_id))
        .await
        .is(204);
    holds(&verified(&ada).await);
}

#[both_stores]
async fn aud_13_retention_leaves_a_signed_beginning(app: TestApp) {
    let keeping = app
        .instance_with(|services, _| services.audit_retention_days = Some(30))
        .await;
    let ada = app.owner().await;
    let ada = ada.with(&ada.api_key(json!({ "name": "later" })).await.0);
    some_deeds(&ada).await;
    let before = verified(&ada).await;
    holds(&before);
    assert_eq!(app.services().prune_audit().await.unwrap(), 0, "off");
    app.clock().advance(31 * DAY);
    some_deeds_again(&ada).await;
    assert!(keeping.services().prune_audit().await.unwrap() > 0);
    assert_eq!(keeping.services().prune_audit().await.unwrap(), 0);
    let after = verified(&ada).await;
    holds(&after);
    assert!(after.get("/events_checked").as_i64() < before.get("/events_checked").as_i64());
    let listed = ada.get("/v1/audit/events?action=audit.prune").await.is(200);
    assert_eq!(listed.get("/total"), 1);
    let whole = offline(&app, &ada.get(EXPORT).await.is(200).body)
        .await
        .unwrap();
    assert_eq!(whole.events, whole.linked);
    // the beginning is signed, too
    let org = literal(&app, &ada.org_id);
    app.tamper(&format!("DELETE FROM audit_events WHERE org_id = {org} AND chain_position = (SELECT min(chain_position) FROM audit_events WHERE org_id = {org})")).await;
    broken(&verified(&ada).await, "missing");
}

async fn some_deeds_again(who: &oneclaw_testkit::Person) {
    for _ in 0..3 {
        who.get("/v1/vaults").await.is(200);
    }
}

#[both_stores]
async fn aud_13_a_clock_that_goes_back_breaks_nothing(app: TestApp) {
    let ada = app.owner().await;
    let ada = ada.with(&ada.api_key(json!({ "name": "earlier" })).await.0);
    app.clock().advance(2 * 3600);
    some_deeds(&ada).await;
    app.clock().advance(-3600);
    some_deeds_again(&ada).await;
    holds(&verified(&ada).await);
}

#[both_stores]
async fn aud_13_older_events_need_their_older_key_and_its_loss_is_said(app: TestApp) {
    let ada = app.owner().await;
    let ada = ada.with(&ada.api_key(json!({ "name": "later" })).await.0);
    some_deeds(&ada).await;
    rotate(&app).await;
    some_deeds_again(&ada).await;
    app.clock().advance(121);
    some_deeds_again(&ada).await;
    holds(&verified(&ada).await);
    let keys = app
        .rows("SELECT DISTINCT chain_key AS text FROM audit_events")
        .await;
    assert_eq!(keys.len(), 2, "{keys:?}");
    let oldest = "starts_at = (SELECT min(starts_at) FROM audit_keys)";
    app.tamper(&format!("DELETE FROM audit_keys WHERE {oldest}"))
        .await;
    app.clock().advance(120);
    broken(&verified(&ada).await, "key_missing");
}
