//! AUD-03: what is hashed is what both stores give back.

use super::steps::{EVENTS, holds, some_deeds, verified};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn aud_03_odd_names_and_times_hold_after_the_round_trip(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    for name in ["é\u{1f600}", "a|b", "\"quoted\"", "ключ"] {
        app.clock().advance(1);
        let vault = json!({ "name": name });
        ada.post("/v1/vaults", vault).await.is(201);
        let agent = json!({ "name": name, "description": "0.1 1e16 -0.0" });
        ada.post("/v1/agents", agent).await.is(201);
    }
    holds(&verified(&ada).await);
    let listed = ada.get(EVENTS).await.is(200);
    let first = listed.get("/events/0");
    assert_eq!(first["details"], first["metadata"]);
    assert_eq!(first["created_at"], first["timestamp"]);
    assert_eq!(first["integrity_hash"].as_str().map(str::len), Some(64));
    assert_eq!(first["prev_event_id"], listed.get("/events/1/id"));
}
