//! How an organization stands, told with every answer (contract 1.6).

use crate::ground::{credit, id, use_up, with_plans, with_requests};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

/// 2026-03-20T00:00:00Z: within 30 days of the test's beginning.
const SOON: i64 = 1_773_964_800_000;
/// 2026-09-01T00:00:00Z.
const LATER: i64 = 1_788_220_800_000;

const NAMES: [&str; 7] = [
    "x-ratelimit-requests-used",
    "x-ratelimit-requests-limit",
    "x-ratelimit-requests-percent",
    "x-quota-warning",
    "x-credit-balance-cents",
    "x-credit-expiring-soon",
    "x-overage-method",
];

fn told(answer: &Answer) -> [Option<&str>; 7] {
    NAMES.map(|name| answer.header(name))
}

#[both_stores]
async fn without_limits_neither_limit_nor_percent_is_told(app: TestApp) {
    let platform = app.owner().await;
    let answer = platform.get("/v1/vaults").await.is(200);
    let expected = [
        Some("1"),
        None,
        None,
        None,
        Some("0"),
        None,
        Some("credits"),
    ];
    assert_eq!(told(&answer), expected);

    let bea = app.owner().await;
    let org = id(&app, &bea.org_id);
    app.tamper(&format!(
        "UPDATE orgs SET is_sponsored = true WHERE id = {org}"
    ))
    .await;
    let answer = bea.get("/v1/vaults").await.is(200);
    assert_eq!(told(&answer), expected, "who is sponsored has no quota");
}

#[both_stores]
async fn bil_04_use_is_told_rounded_down_and_warns_above_eighty_percent(app: TestApp) {
    app.owner().await;
    let at = with_requests(&app, 10).await;
    let bea = at.owner().await;
    let expected = [
        ("1", "10", None),
        ("2", "20", None),
        ("3", "30", None),
        ("4", "40", None),
        ("5", "50", None),
        ("6", "60", None),
        ("7", "70", None),
        ("8", "80", None),
        ("9", "90", Some("approaching_limit")),
        ("10", "100", Some("exceeded")),
        ("11", "110", Some("exceeded")),
    ];
    for (used, percent, warning) in expected {
        let answer = bea.get("/v1/vaults").await.is(200);
        let [is, limit, of_it, warns, ..] = told(&answer);
        assert_eq!((is, limit), (Some(used), Some("10")));
        assert_eq!((of_it, warns), (Some(percent), warning), "{used}");
    }
}

#[both_stores]
async fn refusals_tell_it_too_and_401_never(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let vault = ada.vault("prod").await;
    for (answer, status) in [
        (eve.get(&format!("/v1/vaults/{vault}")).await, 404),
        (eve.post("/v1/vaults", json!({ "name": "" })).await, 400),
        (eve.get("/v1/agents/me").await, 403),
    ] {
        let answer = answer.is_problem(status);
        assert!(
            answer.header("x-ratelimit-requests-used").is_some(),
            "{}",
            answer.asked
        );
        assert_eq!(answer.header("x-ratelimit-requests-limit"), Some("1000"));
    }
    eve.delete("/v1/auth/token").await.is(204);
    let dead = eve.get("/v1/vaults").await.is_problem(401);
    assert_eq!(told(&dead), [None; 7]);
}

#[both_stores]
async fn bil_04_credits_are_told_in_whole_cents_and_only_those_that_last(app: TestApp) {
    app.owner().await;
    let at = with_plans(&app, |_| ()).await;
    let bea = at.owner().await;
    bea.get("/v1/vaults").await.is(200);
    credit(&app, &bea, (1_009_999, LATER), 1).await;
    credit(&app, &bea, (509_999, SOON), 2).await;
    let answer = bea.get("/v1/vaults").await.is(200);
    let [.., balance, expiring, method] = told(&answer);
    // 1.519998 dollars, of which 0.509999 end soon
    assert_eq!((balance, expiring), (Some("151"), Some("50")));
    assert_eq!(method, Some("credits"));

    app.clock().advance(20 * 86_400);
    let token = at.post(
        "/v1/auth/token",
        json!({ "email": bea.email, "password": bea.password }),
    );
    let bea = bea.with(&token.await.is(200).str("/access_token"));
    let answer = bea.get("/v1/vaults").await.is(200);
    let [.., balance, expiring, _] = told(&answer);
    assert_eq!(
        (balance, expiring),
        (Some("100"), None),
        "what has ended is gone"
    );
}

#[both_stores]
async fn another_instance_tells_what_it_counted_itself(app: TestApp) {
    app.owner().await;
    let (bea, other) = (app.owner().await, app.another_instance().await);
    for number in 1..=6_i64 {
        let who = if number % 2 == 0 {
            bea.at(&other)
        } else {
            bea.clone()
        };
        let answer = who.get("/v1/vaults").await.is(200);
        let told = answer.header("x-ratelimit-requests-used");
        assert_eq!(told, Some(number.to_string().as_str()));
    }
    use_up(&app, &bea, 900).await;
    let answer = bea.at(&other).get("/v1/vaults").await.is(200);
    assert_eq!(answer.header("x-quota-warning"), Some("approaching_limit"));
}
