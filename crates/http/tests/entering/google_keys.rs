//! The issuer's keys, and what becomes of them.

use crate::steps::by_token;
use futures_util::future::{Either, join_all, select};
use oneclaw_services::SecretText;
use oneclaw_testkit::{Issuer, JwksAnswer, TestApp, both_stores};
use serde_json::{Value, json};
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::Notify;

fn good(app: &TestApp) -> String {
    app.id_token("s-1", "ada@x.test")
}

fn exactly(status: u16, headers: &[(&str, &str)], body: impl Into<String>) -> JwksAnswer {
    let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    JwksAnswer::Exactly {
        status,
        headers: headers.iter().map(header).collect(),
        body: body.into(),
    }
}

fn named(app: &TestApp, kid: &str) -> String {
    let claims = app
        .issuer()
        .claims("s-1", "ada@x.test", app.services().now());
    app.issuer().token_with(&json!({ "kid": kid }), &claims)
}

#[both_stores]
async fn goo_06_keys_are_asked_for_when_they_are_stale(app: TestApp) {
    app.owner().await;
    app.issuer().answer(JwksAnswer::Keys { max_age: 600 });
    for _ in 0..3 {
        by_token(&app, &good(&app)).await.is(200);
    }
    assert_eq!(app.issuer().asked(), 1);
    app.clock().advance(599);
    by_token(&app, &good(&app)).await.is(200);
    assert_eq!(app.issuer().asked(), 1);
    app.clock().advance(1);
    by_token(&app, &good(&app)).await.is(200);
    assert_eq!(app.issuer().asked(), 2);
    // what the issuer says is bounded, from 60 seconds to a day
    app.issuer().answer(JwksAnswer::Keys { max_age: 0 });
    app.clock().advance(600);
    by_token(&app, &good(&app)).await.is(200);
    app.clock().advance(59);
    by_token(&app, &good(&app)).await.is(200);
    assert_eq!(app.issuer().asked(), 3);
    app.issuer().answer(JwksAnswer::Keys {
        max_age: 10_000_000,
    });
    app.clock().advance(1);
    by_token(&app, &good(&app)).await.is(200);
    app.clock().advance(86_400);
    by_token(&app, &good(&app)).await.is(200);
    assert_eq!(app.issuer().asked(), 5);
}

#[both_stores]
async fn goo_06_unknown_keys_make_one_question_a_minute(app: TestApp) {
    app.owner().await;
    by_token(&app, &good(&app)).await.is(200);
    app.clock().advance(60);
    let invented: Vec<String> = (0..200)
        .map(|number| named(&app, &format!("kid-{number}")))
        .collect();
    for answer in join_all(invented.iter().map(|token| by_token(&app, token))).await {
        answer.is_problem(401);
    }
    assert_eq!(
        app.issuer().asked(),
        2,
        "one question, shared by all who wait"
    );
    app.clock().advance(59);
    by_token(&app, &invented[0]).await.is_problem(401);
    assert_eq!(app.issuer().asked(), 2);
    // who has a true one is not held up
    by_token(&app, &good(&app)).await.is(200);
    app.clock().advance(1);
    by_token(&app, &invented[0]).await.is_problem(401);
    assert_eq!(app.issuer().asked(), 3);
}

#[both_stores]
async fn goo_06_a_new_key_is_found(app: TestApp) {
    app.owner().await;
    by_token(&app, &good(&app)).await.is(200);
    let old = good(&app);
    app.issuer().rotate();
    app.clock().advance(60);
    by_token(&app, &good(&app)).await.is(200);
    assert_eq!(app.issuer().asked(), 2);
    // the one before is shown no more, and so does no more
    by_token(&app, &old).await.is_problem(401);
}

#[both_stores]
async fn goo_07_kept_keys_serve_for_an_hour_more(app: TestApp) {
    app.owner().await;
    app.issuer().answer(JwksAnswer::Keys { max_age: 600 });
    by_token(&app, &good(&app)).await.is(200);
    let jwk = app.issuer().jwk();
    let big = format!(
        "{{\"keys\":[{jwk}],\"more\":\"{}\"}}",
        "x".repeat(300 * 1024)
    );
    let keys = json!({ "keys": [jwk] }).to_string();
    let failures = [
        JwksAnswer::HangsUp,
        exactly(500, &[], keys.clone()),
        exactly(404, &[], "{}"),
        exactly(200, &[], "<html>nothing here</html>"),
        exactly(200, &[], "{}"),
        exactly(200, &[], big),
        exactly(302, &[("location", "http://169.254.169.254/jwks")], keys),
    ];
    for (number, failure) in failures.into_iter().enumerate() {
        app.issuer().answer(failure);
        // 10 minutes of their own, and from there not a whole hour
        app.clock().advance(if number == 0 { 600 } else { 500 });
        by_token(&app, &good(&app)).await.is(200);
        assert_eq!(app.issuer().asked(), number + 2, "{number}");
    }
    app.clock().advance(600);
    let down = by_token(&app, &good(&app)).await.is_problem(503);
    assert_eq!(down.header("retry-after"), Some("5"));
    // open to nobody, whatever they show
    by_token(&app, &named(&app, "nobody")).await.is_problem(503);
    by_token(&app, "x").await.is_problem(401);
    app.issuer().answer(JwksAnswer::Keys { max_age: 600 });
    app.clock().advance(5);
    by_token(&app, &good(&app)).await.is(200);
}

#[both_stores]
async fn goo_07_without_keys_nobody_comes_in(app: TestApp) {
    app.owner().await;
    app.issuer().answer(JwksAnswer::HangsUp);
    for _ in 0..3 {
        by_token(&app, &good(&app)).await.is_problem(503);
    }
    assert_eq!(app.issuer().asked(), 1);
    app.clock().advance(5);
    by_token(&app, &good(&app)).await.is_problem(503);
    assert_eq!(app.issuer().asked(), 2);
}

#[both_stores]
async fn goo_07_who_is_slow_is_not_waited_for(app: TestApp) {
    app.owner().await;
    app.issuer().answer(JwksAnswer::Nothing);
    // all wait for the one question
    let token = good(&app);
    let answers = join_all((0..4).map(|_| by_token(&app, &token))).await;
    for answer in answers {
        answer.is_problem(503);
    }
    assert_eq!(app.issuer().asked(), 1);
}

async fn was_asked(issuer: &Issuer, often: usize) {
    while issuer.asked() < often {
        tokio::task::yield_now().await;
    }
}

#[both_stores]
async fn goo_07_who_hangs_up_takes_no_answer_away(app: TestApp) {
    let (issuer, now) = (app.issuer(), app.services().now());
    let verifier = issuer.verifier();
    let token = SecretText::new(good(&app));
    let held = Arc::new(Notify::new());
    issuer.answer(JwksAnswer::Held(Arc::clone(&held)));
    {
        let caller = pin!(verifier.verify(&token, None, now));
        let asked = pin!(was_asked(issuer, 1));
        match select(caller, asked).await {
            Either::Left(_) => panic!("it was answered, and nothing was held back"),
            Either::Right(_) => {} // and the caller goes
        }
    }
    let waiting = verifier.verify(&token, None, now);
    held.notify_one();
    let who = waiting.await.unwrap();
    assert_eq!(who.identity.subject, "s-1");
    assert_eq!(issuer.asked(), 1, "asked again, within the pause");
}

#[both_stores]
async fn goo_06_a_client_who_hangs_up_keeps_nobody_out(app: TestApp) {
    app.owner().await;
    let held = Arc::new(Notify::new());
    app.issuer().answer(JwksAnswer::Held(Arc::clone(&held)));
    let token = good(&app);
    {
        let client = pin!(by_token(&app, &token));
        let asked = pin!(was_asked(app.issuer(), 1));
        let _gone = select(client, asked).await;
    }
    held.notify_one();
    by_token(&app, &token).await.is(200);
    assert_eq!(app.issuer().asked(), 1);
}

#[both_stores]
async fn goo_07_a_redirect_is_not_followed(app: TestApp) {
    app.owner().await;
    let elsewhere = oneclaw_testkit::Issuer::start();
    let there = format!("{}/jwks", elsewhere.name());
    app.issuer()
        .answer(exactly(302, &[("location", &there)], ""));
    by_token(&app, &good(&app)).await.is_problem(503);
    assert_eq!(elsewhere.asked(), 0);
}

#[both_stores]
async fn goo_07_weak_keys_are_none(app: TestApp) {
    app.owner().await;
    let jwk = app.issuer().jwk();
    let with = |member: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[member] = value;
        jwk
    };
    let n = jwk["n"].as_str().unwrap();
    for (number, key) in [
        json!({ "kty": "oct", "kid": jwk["kid"], "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "alg": "HS256" }),
        with("n", json!(&n[..171])),
        with("use", json!("enc")),
        with("alg", json!("RS1")),
    ]
    .into_iter()
    .enumerate()
    {
        let set = json!({ "keys": [key] }).to_string();
        app.issuer().answer(exactly(200, &[], set));
        if number > 0 {
            app.clock().advance(60);
        }
        by_token(&app, &good(&app)).await.is_problem(401);
        assert_eq!(app.issuer().asked(), number + 1, "{key}");
    }
}
