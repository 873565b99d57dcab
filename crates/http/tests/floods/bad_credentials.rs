//! FLD-10: what cannot be a credential costs no query, and a line of the log at most.

use futures_util::future::join_all;
use oneclaw_testkit::{TestApp, both_stores};

#[both_stores]
async fn fld_10_a_bad_token_costs_no_query_and_one_line(app: TestApp) {
    let ada = app.owner().await;
    // the keys that sign are known by now
    ada.get("/v1/auth/me").await.is(200);
    let (head, signature) = ada.token.rsplit_once('.').unwrap();
    let flipped: String = signature.chars().rev().collect();
    let bad = [
        format!("{head}.{flipped}"),
        format!("{head}."),
        "a.b.c".to_owned(),
        "x".repeat(4_000),
        "1ck_short".to_owned(),
        "ocv_short".to_owned(),
        format!("1ck_{}", "*".repeat(43)),
    ];
    let trips = || {
        let statistics = app.services().store_statistics();
        (statistics.read_round_trips, statistics.write_round_trips)
    };
    let before = trips();
    let shown = (0..210).map(|number| ada.with(&bad[number % bad.len()]));
    let people: Vec<_> = shown.collect();
    let answers = join_all(people.iter().map(|who| who.get("/v1/vaults"))).await;
    assert_eq!(trips(), before, "a bad token was looked up");
    let logged = app.logged();
    for answer in answers {
        let answer = answer.is_problem(401);
        let id = answer.header("x-request-id").unwrap();
        let lines = logged.lines().filter(|line| line.contains(id)).count();
        assert!(lines <= 1, "{lines} lines of one request");
    }
    let wrong = (0..100).map(|number| app.get(["/v1/none", "/none", "/v1/vaults/%00"][number % 3]));
    let before = trips();
    let answers = join_all(wrong).await;
    assert_eq!(trips(), before, "what is not there was looked up");
    for answer in answers {
        assert!((400..500).contains(&answer.status));
    }
}
