//! FLT-07: a clock that is wrong gives nobody back what they lost.

use super::steps::{DAY, again, tidied};
use oneclaw_domain::Clock as _;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn flt_07_a_clock_that_goes_back_revives_nothing(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let soon = app.clock().now().plus_seconds(60).to_string();
    let at = format!("/v1/vaults/{vault}/secrets/k");
    let body = json!({ "value": "v", "expires_at": soon });
    let id = ada.put(&at, body).await.is(201).str("/id");
    let link = json!({ "recipient_type": "anyone_with_link", "expires_at": soon });
    let share = ada.share(&id, link).await.is(201).str("/id");
    let share = format!("/v1/share/{share}");
    app.clock().advance(1000);
    ada.get("/v1/auth/me").await.is_problem(401);
    app.get(&share).await.is_problem(410);
    app.clock().advance(-3600);
    ada.get("/v1/auth/me").await.is_problem(401);
    app.get(&share).await.is_problem(410);
    let ada = again(&ada).await;
    ada.get(&at).await.is_problem(410);
    app.get("/readyz").await.is_problem(503);
    app.get("/livez").await.is(200);
    assert_eq!(
        tidied(&app).await,
        0,
        "nothing is taken away by a wrong clock"
    );
    app.clock().advance(3600 - 60);
    app.get("/readyz").await.is(200);
}

/// The journal remembers, too: neither a restart nor another instance goes by an earlier time.
#[both_stores]
async fn flt_07_a_start_goes_by_the_newest_event_unless_it_is_told_otherwise(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(1000);
    app.get("/v1/vaults").await.is_problem(401);
    app.clock().advance(-1000);
    let second = app.another_instance().await;
    ada.at(&second).get("/v1/auth/me").await.is_problem(401);
    second.get("/readyz").await.is_problem(503);
    let trusting = app.instance_with(|settings, _| settings.trust_clock = true);
    let trusting = trusting.await;
    ada.at(&trusting).get("/v1/auth/me").await.is(200);
    trusting.get("/readyz").await.is(200);
}

#[both_stores]
async fn flt_07_a_day_forward_is_a_day_and_no_panic(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(DAY);
    ada.get("/v1/auth/me").await.is_problem(401);
    again(&ada).await.get("/v1/auth/me").await.is(200);
    app.get("/readyz").await.is(200);
    for far in [i64::MIN / 4_000, i64::MAX / 4_000] {
        app.clock().advance(far);
        let answer = app.get("/v1/vaults").await;
        assert!(
            answer.status == 401 || answer.status == 503,
            "{}",
            answer.status
        );
        app.clock().advance(-far);
    }
}
