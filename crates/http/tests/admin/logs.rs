//! Each act is in the log of the organization concerned, and the chains of both hold.

use oneclaw_testkit::{Stage, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn every_act_is_in_the_log_of_whom_it_is_about(app: TestApp) {
    let runner = app.owner().await;
    let stage = Stage::set(&app).await;
    let (org, member) = (stage.who.org_id.clone(), stage.member_id.clone());
    let at = |path: &str| format!("/v1/admin/orgs/{org}/{path}");
    let answers = [
        runner.get(&at("limits")).await.is(200),
        runner
            .put(&at("limits"), json!({ "is_sponsored": true }))
            .await
            .is(200),
        runner
            .put(&at("billing-tier"), json!({ "tier": "pro" }))
            .await
            .is(200),
        runner
            .post(&at("credits"), json!({ "amount_cents": 1 }))
            .await
            .is(200),
        runner
            .delete(&format!("/v1/admin/users/{member}"))
            .await
            .is(204),
    ];
    for answer in &answers {
        let event = crate::steps::event_of(&app, answer).await;
        crate::steps::is_in_log_of(&event, &org);
        assert_eq!(event["actor_id"], runner.user_id.as_str(), "{event}");
    }
    // their owner sees them, and the chain holds with them in it
    let seen = stage
        .who
        .get("/v1/audit/events?action=admin.credits")
        .await
        .is(200);
    assert_eq!(seen.get("/total"), 1);
    let verified = stage.who.get("/v1/audit/verify").await.is(200);
    assert_eq!(verified.get("/chain_valid"), true, "{}", verified.text());
    let verified = runner.get("/v1/audit/verify").await.is(200);
    assert_eq!(verified.get("/chain_valid"), true, "{}", verified.text());
}
