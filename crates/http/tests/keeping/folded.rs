//! AUD-12: what anybody can cause without end is one event a minute, with a count.

use super::steps::tidied;
use futures_util::future::join_all;
use oneclaw_http::RateLimit;
use oneclaw_services::{AttemptLimit, AuditRequest};
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::num::NonZeroU32;

/// An instance that folds, and believes what its peer says of the client's address.
async fn folding(app: &TestApp) -> Instance {
    app.instance_with(|settings, http| {
        settings.refusals_apart = 1;
        settings.logins_per_address = AttemptLimit::new(3, 60);
        http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await
}

/// The events of an action: how many refusals each stands for.
async fn counts(app: &TestApp, action: &str, reason: &str) -> Vec<u64> {
    let events = app.audit().await;
    let of = |event: &&Value| event["action"] == action && event["details"]["reason"] == reason;
    let count = |event: &Value| event["details"]["count"].as_u64().unwrap_or(1);
    events.iter().filter(of).map(count).collect()
}

#[both_stores]
async fn aud_12_bad_credentials_are_one_event_and_a_count(app: TestApp) {
    let front = folding(&app).await;
    let ask = |from: &str| {
        let request = front.request("GET", "/v1/vaults").bearer("a.b.c");
        request.header("x-forwarded-for", from).send()
    };
    let first = ask("203.0.113.1").await.is_problem(401);
    let id = first.header("x-request-id").unwrap();
    assert_eq!(app.audit_of(id).await.len(), 1, "at once");
    for answer in join_all((0..49).map(|_| ask("203.0.113.1"))).await {
        answer.is_problem(401);
    }
    ask("203.0.113.2").await.is_problem(401);
    let all = || counts(&app, "auth.failure", "invalid_token");
    assert_eq!(all().await, [1, 1]);
    tidied(&front).await;
    assert_eq!(all().await, [1, 1], "the minute is not over");
    app.clock().advance(60);
    tidied(&front).await;
    assert_eq!(all().await, [1, 1, 49]);
    let folded = app.audit().await.pop().unwrap();
    assert_eq!(folded["org_id"], Value::Null);
    assert_eq!(folded["actor_type"], "anonymous");
    assert_eq!(folded["ip_address"], "203.0.113.1");
    ask("203.0.113.1").await.is_problem(401);
    assert_eq!(all().await, [1, 1, 49, 1], "a new minute");
    tidied(&front).await;
    assert_eq!(all().await.len(), 4, "one is no flood");
}

#[both_stores]
async fn aud_12_nothing_that_was_counted_is_lost_when_the_process_stops(app: TestApp) {
    let front = folding(&app).await;
    for _ in 0..5 {
        front.get("/v1/vaults").await.is_problem(401);
    }
    front.stop().await;
    assert_eq!(
        counts(&app, "auth.failure", "missing_credential").await,
        [1, 4]
    );
}

#[both_stores]
async fn aud_12_a_limiter_says_once_a_minute_how_often_it_refused(app: TestApp) {
    let front = folding(&app).await;
    let body = json!({ "email": "nobody@example.test", "password": "Wrong-Horse-0-Battery" });
    for number in 0..20 {
        let answer = front.post("/v1/auth/token", body.clone()).await;
        answer.is_problem(if number < 3 { 401 } else { 429 });
    }
    app.clock().advance(60);
    tidied(&front).await;
    assert_eq!(counts(&app, "auth.failure", "rate_limited").await, [1, 16]);
    assert_eq!(
        counts(&app, "auth.failure", "invalid_credentials").await,
        [1, 2]
    );
}

#[both_stores]
async fn aud_12_floods_and_pages_of_other_sites_leave_an_event_too(app: TestApp) {
    let front = app
        .instance_with(|settings, http| {
            settings.refusals_apart = 1;
            let n = |n| NonZeroU32::new(n).unwrap();
            http.rate_limit = Some(RateLimit {
                per_second: n(1),
                burst: n(20),
            });
        })
        .await;
    let evil = || {
        let request = front.request("POST", "/v1/auth/token");
        request.header("origin", "https://evil.test").send()
    };
    for _ in 0..10 {
        evil().await.is_problem(403);
    }
    let asked = join_all((0..40).map(|_| front.get("/v1/vaults"))).await;
    let turned = asked.iter().filter(|answer| answer.status == 429).count();
    assert!(turned >= 20, "{turned}");
    assert_eq!(counts(&app, "request.refused", "cross_site").await, [1]);
    app.clock().advance(60);
    tidied(&front).await;
    assert_eq!(counts(&app, "request.refused", "cross_site").await, [1, 9]);
    let limited = counts(&app, "request.refused", "rate_limited").await;
    assert_eq!(limited.len(), 2);
    assert_eq!(limited.iter().sum::<u64>(), u64::try_from(turned).unwrap());
}

/// Refusals of a known account stay one event each, in its organization.
#[both_stores]
async fn aud_12_what_somebody_was_refused_is_never_folded(app: TestApp) {
    let front = folding(&app).await;
    let ada = app.owner().await.at(&front);
    let nowhere = "/v1/vaults/018f9c2e-0000-7000-8000-000000000000";
    for _ in 0..5 {
        ada.get(nowhere).await.is_problem(404);
    }
    let each = counts(&app, "vault.read", "not_found").await;
    assert_eq!(each, [1; 5]);
}

/// Reads share the journal with refusals: what is counted never gets there.
#[both_stores]
async fn aud_12_a_hundred_thousand_refusals_are_a_few_thousand_events_at_most(app: TestApp) {
    const FLOOD: u32 = 100_000;
    let front = folding(&app).await;
    let ada = app.owner().await.at(&front);
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "k", "v").await;
    let before = app.count("audit_events").await;
    let commits = front.services().store_statistics().journal_commits;
    // a thousand networks, a hundred refusals each
    for number in 0..FLOOD {
        let network = u16::try_from(number % 1000).unwrap();
        let request = AuditRequest {
            request_id: "flood".to_owned(),
            ip: Some(IpAddr::from([0x2001, 0xdb8, network, 0, 0, 0, 0, 1])),
            metered: None,
        };
        let refused = front.services().auth.authenticate(Some("a.b.c"), request);
        refused.await.unwrap_err();
        if number % 10_000 == 0 {
            ada.read(&vault, "k").await.is(200);
        }
    }
    let written = front.services().store_statistics().journal_commits - commits;
    assert!(
        written <= 1_010,
        "{written} commits: readers queue behind them"
    );
    app.clock().advance(60);
    tidied(&front).await;
    let refusals = counts(&app, "auth.failure", "invalid_token").await;
    assert_eq!(refusals.len(), 2_000);
    assert_eq!(refusals.iter().sum::<u64>(), u64::from(FLOOD));
    assert_eq!(app.count("audit_events").await, before + 2_000 + 10);
}
