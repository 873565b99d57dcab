//! AUD-13: deletions, retention, a clock that goes back, and keys that are replaced or gone.

use super::steps::{EXPORT, broken, holds, literal, offline, seams, some_deeds, verified};
use oneclaw_domain::{Chain, Clock, OrgId, Timestamp};
use oneclaw_services::{
    AuditAdmin, AuditExport, EventFilter, ExportAuditCommand, ExportFormat, KeyAdmin, Refusal,
};
use oneclaw_testkit::{Instance, Person, StoreKind, TestApp, both_stores};
use serde_json::json;

const DAY: i64 = 86_400;
const OPERATOR: &str = "ada (uid 1000)";

/// Rotates as the operator's command does.
async fn rotate(app: &TestApp) -> Timestamp {
    let admin = KeyAdmin::new(seams(app).await, OPERATOR.to_owned());
    let (_, starts_at) = admin.rotate_audit().await.unwrap();
    starts_at
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

/// An instance that keeps a log for 30 days, and an owner with a key that lasts and some deeds.
async fn with_retention(app: &TestApp) -> (Instance, Person) {
    let keeping = app
        .instance_with(|services, _| services.audit_retention_days = Some(30))
        .await;
    let ada = app.owner().await;
    let ada = ada.with(&ada.api_key(json!({ "name": "later" })).await.0);
    some_deeds(&ada).await;
    (keeping, ada)
}

#[both_stores]
async fn aud_13_retention_leaves_a_signed_beginning(app: TestApp) {
    let (keeping, ada) = with_retention(&app).await;
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

async fn some_deeds_again(who: &Person) {
    for _ in 0..3 {
        who.get("/v1/vaults").await.is(200);
    }
}

/// An export of the whole log of an organization, as the operator's command makes it.
async fn export(app: &TestApp, org: &str) -> AuditExport {
    let admin = AuditAdmin::new(seams(app).await, OPERATOR.to_owned());
    let chain = Chain::Org(OrgId::from_uuid(org.parse().unwrap()));
    let command = ExportAuditCommand {
        filter: EventFilter::default(),
        format: ExportFormat::JsonLines,
    };
    admin.export(chain, command).await.unwrap()
}

#[both_stores]
async fn aud_13_what_retention_takes_from_under_an_export_does_not_look_like_a_loss(app: TestApp) {
    let (keeping, ada) = with_retention(&app).await;
    app.clock().advance(31 * DAY);
    some_deeds_again(&ada).await;
    let mut cut_short = export(&app, &ada.org_id).await;
    cut_short.piece().await.unwrap().unwrap();
    assert!(keeping.services().prune_audit().await.unwrap() > 0);
    let error = cut_short.piece().await.err().unwrap();
    assert!(matches!(error, Refusal::Unavailable(_)), "{error}");
    // whoever asks again has all that is left
    let mut again = export(&app, &ada.org_id).await;
    let mut file = Vec::new();
    while let Some(mut piece) = again.piece().await.unwrap() {
        file.append(&mut piece);
    }
    let whole = offline(&app, &file).await.unwrap();
    assert!(whole.events > 0);
    assert_eq!(whole.events, whole.linked);
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
    app.clock().advance(301);
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
    // who knew the key does not forget it, and tells; who starts now does not know it
    holds(&verified(&ada).await);
    assert!(app.services().broken_chains() > 0);
    let new = app.another_instance().await;
    broken(&verified(&ada.at(&new)).await, "key_missing");
}

#[both_stores]
async fn aud_13_a_rotation_is_not_undone_by_taking_the_new_key_away(app: TestApp) {
    let ada = app.owner().await;
    let ada = ada.with(&ada.api_key(json!({ "name": "later" })).await.0);
    rotate(&app).await;
    app.clock().advance(301);
    some_deeds_again(&ada).await;
    let org = literal(&app, &ada.org_id);
    let last = format!(
        "SELECT chain_key AS text FROM audit_events WHERE org_id = {org} ORDER BY chain_position DESC LIMIT 1"
    );
    let new = app.rows(&last).await;
    let newest = "starts_at = (SELECT max(starts_at) FROM audit_keys)";
    app.tamper(&format!("DELETE FROM audit_keys WHERE {newest}"))
        .await;
    app.clock().advance(120);
    some_deeds_again(&ada).await;
    assert_eq!(app.rows(&last).await, new, "an older key is used again");
    assert!(app.services().broken_chains() > 0);
    holds(&verified(&ada).await);
    let started = app.another_instance().await;
    broken(&verified(&ada.at(&started)).await, "key_missing");
}

#[both_stores]
async fn aud_13_a_new_key_starts_behind_what_clocks_ahead_have_written(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(200);
    ada.get("/v1/vaults").await.is(200);
    let ahead = app.clock().now();
    app.clock().advance(-200);
    let starts_at = rotate(&app).await;
    assert!(starts_at >= ahead.plus_seconds(300), "{starts_at}");
    app.clock().advance(400);
    some_deeds_again(&ada).await;
    holds(&verified(&ada).await);
}

#[both_stores]
async fn aud_13_retention_takes_nothing_that_was_tampered_with(app: TestApp) {
    let keeping = app
        .instance_with(|services, _| services.audit_retention_days = Some(30))
        .await;
    let old = match app.kind() {
        StoreKind::Sqlite => "created_at - 3456000000000",
        StoreKind::Postgres => "created_at - interval '40 days'",
    };
    // events that were given an older time would be taken away by the server itself
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    app.tamper(&format!(
        "UPDATE audit_events SET created_at = {old} WHERE org_id = {org} AND chain_position <= 3"
    ))
    .await;
    assert_eq!(keeping.services().prune_audit().await.unwrap(), 0);
    assert_eq!(keeping.services().broken_chains(), 1);
    broken(&verified(&ada).await, "changed");
    // and of a chain whose end does not hold nothing goes
    let bob = app.owner().await;
    let bob = bob.with(&bob.api_key(json!({ "name": "later" })).await.0);
    some_deeds(&bob).await;
    let end = format!("chain = {}", literal(&app, &bob.org_id));
    app.tamper(&format!(
        "UPDATE audit_chains SET length = length - 1 WHERE {end}"
    ))
    .await;
    app.clock().advance(31 * DAY);
    keeping.services().prune_audit().await.unwrap();
    let pruned = format!("SELECT CAST(pruned AS text) AS text FROM audit_chains WHERE {end}");
    assert_eq!(app.rows(&pruned).await, ["0"]);
    broken(&verified(&bob).await, "end_changed");
}
