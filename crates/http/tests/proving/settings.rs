//! A person's own settings.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn settings_are_shown_and_a_passkey_cannot_be_asked_for(app: TestApp) {
    let ada = app.owner().await;
    let none = json!({ "require_passkey_for_vaults": false, "passkey_count": 0 });
    let shown = ada.get("/v1/auth/settings").await.is(200);
    assert_eq!(shown.json(), none);
    assert_eq!(app.last_event().await, "user.settings_read ok");
    for body in [json!({}), json!({ "require_passkey_for_vaults": false })] {
        let kept = ada.patch("/v1/auth/settings", body).await.is(200);
        assert_eq!(kept.json(), none);
    }
    let on = json!({ "require_passkey_for_vaults": true });
    ada.patch("/v1/auth/settings", on)
        .await
        .is_invalid("require_passkey_for_vaults");
    let denied = "user.settings_update denied invalid_input";
    assert_eq!(app.last_event().await, denied);
    let agent = ada.new_agent(json!({ "name": "builder" })).await;
    agent.get("/v1/auth/settings").await.is_problem(403);
}
