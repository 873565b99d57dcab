//! AUD-10: a part of the chain.

use super::steps::{VERIFY, broken, holds, literal, some_deeds};
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn aud_10_the_link_into_the_middle_is_checked(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let newest = format!("{VERIFY}?limit=3");
    let part = ada.get(&newest).await.is(200);
    holds(&part);
    assert_eq!(part.get("/events_checked"), 3);
    // the event before the next stretch is gone: the first of the stretch hangs on nothing
    let org = literal(&app, &ada.org_id);
    let fourth = format!("(SELECT max(chain_position) - 3 FROM audit_events WHERE org_id = {org})");
    app.tamper(&format!(
        "DELETE FROM audit_events WHERE org_id = {org} AND chain_position = {fourth}"
    ))
    .await;
    broken(&ada.get(&newest).await.is(200), "missing");
}

#[both_stores]
async fn aud_10_an_empty_stretch_says_that_nothing_was_checked(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let none = ada.get(&format!("{VERIFY}?from=9999-01-01")).await.is(200);
    holds(&none);
    assert_eq!(none.get("/events_checked"), 0);
    assert_eq!(none.get("/scheme/algorithm"), "HMAC-SHA256");
    ada.get(&format!("{VERIFY}?limit=0"))
        .await
        .is_invalid("limit");
}

#[both_stores]
async fn aud_10_an_event_without_a_place_is_pending_and_then_a_flaw(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    app.tamper(&format!(
        "UPDATE audit_events SET chain_position = NULL WHERE org_id = {org} AND chain_position = 4"
    ))
    .await;
    let found = ada.get(VERIFY).await.is(200);
    assert_eq!(found.get("/events_pending"), 1);
    broken(&found, "missing");
    let bob = app.owner().await;
    let id = literal(&app, "018f3a52-7d1c-7e11-9a55-3b7a2f9d4cfd");
    let org = literal(&app, &bob.org_id);
    app.tamper(&format!("INSERT INTO audit_events (id, org_id, action, actor_type, actor_id, resource_type, resource_id, details, outcome, request_id, created_at) SELECT {id}, {org}, action, actor_type, actor_id, resource_type, resource_id, details, outcome, request_id, created_at FROM audit_events WHERE org_id = {org} AND chain_position = 1")).await;
    let early = bob.get(VERIFY).await.is(200);
    holds(&early);
    assert_eq!(early.get("/events_pending"), 1);
    let bobs = bob.api_key(serde_json::json!({ "name": "later" })).await.0;
    app.clock().advance(2 * 86_400);
    broken(&bob.with(&bobs).get(VERIFY).await.is(200), "unplaced");
}
