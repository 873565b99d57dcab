//! AUD-10: a part of the chain.

use super::steps::{EVENTS, VERIFY, broken, holds, literal, some_deeds};
use oneclaw_testkit::{Person, StoreKind, TestApp, both_stores};
use serde_json::Value;

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

/// Makes an event in each of nine minutes, and gives the first one's place and all their moments.
async fn nine_minutes(app: &TestApp, who: &Person) -> (i64, Vec<String>) {
    for _ in 0..9 {
        app.clock().advance(60);
        who.get("/v1/vaults").await.is(200);
    }
    let org = literal(app, &who.org_id);
    let last = app
        .rows(&format!(
            "SELECT CAST(max(chain_position) AS text) AS text FROM audit_events WHERE org_id = {org}"
        ))
        .await;
    let listed = who.get(&format!("{EVENTS}?limit=9")).await.is(200);
    let listed = listed.get("/events");
    let at = |event: &Value| event["created_at"].as_str().unwrap().to_owned();
    let moments = listed.as_array().unwrap().iter().rev().map(at).collect();
    (last[0].parse::<i64>().unwrap() - 8, moments)
}

#[both_stores]
async fn aud_10_what_is_lost_at_either_end_of_a_bounded_stretch_is_found(app: TestApp) {
    let earlier = "created_at = (SELECT min(created_at) FROM audit_events)";
    let later = match app.kind() {
        StoreKind::Sqlite => "created_at = created_at + 3600000000",
        StoreKind::Postgres => "created_at = created_at + interval '1 hour'",
    };
    // events 3, 4 and 5 of the nine are in the stretch
    for (changed, of) in [
        (None, 5..=5),
        (None, 3..=3),
        (None, 3..=5),
        (Some(earlier), 3..=3),
        (Some(earlier), 5..=5),
        (Some(earlier), 3..=5),
        (Some(later), 3..=3),
        (Some(later), 5..=5),
        (Some(later), 3..=5),
    ] {
        let ada = app.owner().await;
        let (first, moments) = nine_minutes(&app, &ada).await;
        let stretch = format!("{VERIFY}?from={}&to={}", moments[3], moments[6]);
        let before = ada.get(&stretch).await.is(200);
        holds(&before);
        assert_eq!(before.get("/events_checked"), 3);
        let places = format!(
            "org_id = {} AND chain_position BETWEEN {} AND {}",
            literal(&app, &ada.org_id),
            first + of.start(),
            first + of.end()
        );
        let sql = changed.map_or_else(
            || format!("DELETE FROM audit_events WHERE {places}"),
            |set| format!("UPDATE audit_events SET {set} WHERE {places}"),
        );
        app.tamper(&sql).await;
        let found = ada.get(&stretch).await.is(200);
        let what = format!("{changed:?} {of:?}: {}", found.text());
        assert_eq!(found.get("/chain_valid"), false, "{what}");
    }
}

#[both_stores]
async fn aud_10_an_empty_stretch_holds_wherever_the_clock_went(app: TestApp) {
    let ada = app.owner().await;
    let (_, moments) = nine_minutes(&app, &ada).await;
    app.clock().advance(-200);
    nine_minutes(&app, &ada).await;
    for moment in moments {
        let base = moment.get(..17).unwrap();
        for (from, to) in [("58", "59"), ("01", "02")] {
            let stretch = format!("{VERIFY}?from={base}{from}Z&to={base}{to}Z");
            holds(&ada.get(&stretch).await.is(200));
        }
    }
}
