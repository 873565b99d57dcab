//! Months end in UTC, once.

use crate::ground::{use_up, with_requests};
use oneclaw_domain::Timestamp;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// The same person with a token of now.
async fn again(who: &Person) -> Person {
    let body = json!({ "email": who.email, "password": who.password });
    let answer = who.instance.post("/v1/auth/token", body).await.is(200);
    who.with(&answer.str("/access_token"))
}

#[both_stores]
async fn bil_09_a_month_begins_once_though_the_clock_goes_back_over_its_end(app: TestApp) {
    app.owner().await;
    let at = with_requests(&app, 100).await;
    let bea = at.owner().await;
    let vault = bea.vault("prod").await;
    bea.keep(&vault, "db/password", "a value").await;

    app.clock().set(moment("2026-03-31T23:59:59.999Z"));
    let bea = again(&bea).await;
    use_up(&app, &bea, 100).await;
    bea.read(&vault, "db/password").await.is_problem(402);
    // 02:00 in Berlin, and a new month in UTC
    app.clock().set(moment("2026-04-01T00:00:00Z"));
    let first = bea.read(&vault, "db/password").await.is(200);
    assert_eq!(first.header("x-ratelimit-requests-used"), Some("1"));
    for used in ["2", "3"] {
        let answer = bea.get("/v1/vaults").await.is(200);
        assert_eq!(answer.header("x-ratelimit-requests-used"), Some(used));
    }
    // back over the end: what was spent is not there again, in neither month
    app.clock().set(moment("2026-03-31T23:59:58Z"));
    bea.get("/v1/vaults").await.is(200);
    app.clock().set(moment("2026-04-01T00:00:01Z"));
    let answer = bea.get("/v1/vaults").await.is(200);
    let used: i64 = answer
        .header("x-ratelimit-requests-used")
        .unwrap()
        .parse()
        .unwrap();
    assert!((4..=5).contains(&used), "{used}: the new month went on");
    let months = app
        .rows("SELECT CAST(month AS text) AS text FROM usage_months WHERE requests >= 100")
        .await;
    assert_eq!(months, ["202603"], "the old one stands as it was");
}

#[both_stores]
async fn bil_09_a_given_plan_ends_at_its_moment(app: TestApp) {
    app.owner().await;
    let bea = app.owner().await;
    let end = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "1772366460000000",
        oneclaw_testkit::StoreKind::Postgres => "to_timestamp(1772366460)",
    };
    app.tamper(&format!(
        "UPDATE orgs SET plan = 'pro', plan_ends_at = {end} WHERE NOT is_platform"
    ))
    .await;
    let limit = async || {
        let answer = bea.get("/v1/vaults").await.is(200);
        answer
            .header("x-ratelimit-requests-limit")
            .map(str::to_owned)
    };
    app.clock().advance(59);
    assert_eq!(limit().await.as_deref(), Some("25000"));
    app.clock().advance(1);
    assert_eq!(limit().await.as_deref(), Some("1000"));
}
