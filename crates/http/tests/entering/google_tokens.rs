//! Tokens that do not hold.

use crate::steps::{by_token, plain, rows};
use oneclaw_adapters::{OidcIssuer, OidcVerifier};
use oneclaw_testkit::{TestApp, both_stores, unsigned};
use serde_json::{Value, json};
use std::sync::Arc;

fn claims(app: &TestApp) -> Value {
    app.issuer()
        .claims("s-1", "ada@x.test", app.services().now())
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Expects one and the same answer to all of them, and that nothing comes of it.
async fn all_refused(app: &TestApp, tokens: Vec<(String, String)>) {
    let before = rows(app).await;
    let mut first: Option<Value> = None;
    for (what, token) in tokens {
        app.never_log(&token);
        let answer = by_token(app, &token).await;
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        assert_eq!(
            app.last_event().await,
            "auth.failure denied invalid_id_token",
            "{what}"
        );
        let told = plain(&answer);
        assert_eq!(first.get_or_insert_with(|| told.clone()), &told, "{what}");
    }
    assert_eq!(rows(app).await, before);
    by_token(app, &app.issuer().token(&claims(app)))
        .await
        .is(200);
}

#[both_stores]
async fn goo_01_tokens_that_others_signed(app: TestApp) {
    app.owner().await;
    let (issuer, good) = (app.issuer(), claims(&app));
    let kid = issuer.kid();
    let token = issuer.token(&good);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let payload = |header: Value| unsigned(&header.to_string(), &good.to_string());
    let mut tokens = vec![
        ("stranger", issuer.token_of_stranger(&good)),
        (
            "unknown kid",
            issuer.token_with(&json!({ "kid": "nobody" }), &good),
        ),
        ("no kid", issuer.token_with(&json!({ "kid": null }), &good)),
        (
            "none",
            format!("{}.", payload(json!({ "alg": "none", "kid": kid }))),
        ),
        (
            "none with a signature",
            format!(
                "{}.{signature}",
                payload(json!({ "alg": "none", "kid": kid }))
            ),
        ),
        ("unsigned", format!("{message}.")),
        ("cut", message.to_owned()),
        ("no token", "x".to_owned()),
        ("empty", String::new()),
        (
            "jwk",
            issuer.token_with(&json!({ "jwk": issuer.jwk() }), &good),
        ),
        (
            "jku",
            issuer.token_with(&json!({ "jku": "http://evil.test/jwks" }), &good),
        ),
        (
            "crit",
            issuer.token_with(&json!({ "crit": ["exp"] }), &good),
        ),
        (
            "access token",
            issuer.token_with(&json!({ "typ": "at+jwt" }), &good),
        ),
    ];
    // HS256 keyed by what everybody knows
    let modulus = issuer.jwk()["n"].as_str().unwrap().to_owned();
    for secret in [issuer.client_id(), modulus.as_str()] {
        let message = payload(json!({ "alg": "HS256", "kid": kid, "typ": "JWT" }));
        tokens.push(("HS256", oneclaw_testkit::hs256(&message, secret)));
    }
    let tokens = tokens
        .into_iter()
        .map(|(what, token)| (what.to_owned(), token));
    all_refused(&app, tokens.collect()).await;
}

#[both_stores]
async fn goo_01_tokens_of_another_time_or_issuer(app: TestApp) {
    app.owner().await;
    let (issuer, good) = (app.issuer(), claims(&app));
    let now = app.services().now().seconds();
    let name = issuer.name();
    let wrong = [
        with(good.clone(), "iss", json!(format!("{name}.evil.test"))),
        with(
            good.clone(),
            "iss",
            json!(name.replace("http://", "https://")),
        ),
        with(good.clone(), "iss", json!(format!("{name}/"))),
        with(good.clone(), "iss", json!([name])),
        without(good.clone(), "iss"),
        with(good.clone(), "exp", json!(now - 31)),
        with(good.clone(), "exp", json!((now + 3600).to_string())),
        with(good.clone(), "exp", json!(-1)),
        without(good.clone(), "exp"),
        with(good.clone(), "iat", json!(now + 31)),
        with(good.clone(), "iat", json!(now.to_string())),
        with(good.clone(), "iat", json!(now - 86_400 - 31)),
        without(good.clone(), "iat"),
        with(good.clone(), "nbf", json!(now + 31)),
        with(good.clone(), "nbf", json!("0")),
    ];
    let tokens = wrong
        .iter()
        .map(|claims| (claims.to_string(), issuer.token(claims)));
    all_refused(&app, tokens.collect()).await;
    // clocks differ a little
    let near = with(
        with(good.clone(), "iat", json!(now + 29)),
        "nbf",
        json!(now + 29),
    );
    by_token(&app, &issuer.token(&near)).await.is(200);
    let just = with(good, "exp", json!(now - 29));
    by_token(&app, &issuer.token(&just)).await.is(200);
}

#[both_stores]
async fn goo_01_a_nonce_is_held_to_and_used_once(app: TestApp) {
    app.owner().await;
    let (issuer, other) = (app.issuer(), app.another_instance().await);
    let token = |nonce: &str| issuer.token(&with(claims(&app), "nonce", json!(nonce)));
    let asked = |token: String, nonce: &str| {
        app.post(
            "/v1/auth/google",
            json!({ "id_token": token, "nonce": nonce }),
        )
    };
    asked(token("n-1"), "n-2").await.is_problem(401);
    asked(issuer.token(&claims(&app)), "n-1")
        .await
        .is_problem(401);
    let number = issuer.token(&with(claims(&app), "nonce", json!(1)));
    asked(number, "1").await.is_problem(401);
    asked(token("n-1"), "n-1").await.is(200);
    // used, on every instance, whether the client says so or not, and in whichever token
    asked(token("n-1"), "n-1").await.is_problem(401);
    by_token(&other, &token("n-1")).await.is_problem(401);
    app.clock().advance(1800);
    by_token(&other, &token("n-1")).await.is_problem(401);
    asked(token("n-3"), "n-3").await.is(200);
}

#[both_stores]
async fn goo_02_tokens_for_others(app: TestApp) {
    app.owner().await;
    let (issuer, good) = (app.issuer(), claims(&app));
    let ours = issuer.client_id();
    let both = json!([ours, "other.clients.test"]);
    let wrong = [
        with(good.clone(), "aud", json!("other.clients.test")),
        with(good.clone(), "aud", json!(format!("{ours}.evil.test"))),
        with(good.clone(), "aud", json!("")),
        with(good.clone(), "aud", json!([])),
        with(good.clone(), "aud", json!([ours, 7])),
        with(good.clone(), "aud", json!({ "0": ours })),
        without(good.clone(), "aud"),
        with(
            with(good.clone(), "aud", both.clone()),
            "azp",
            json!("other.clients.test"),
        ),
        without(with(good.clone(), "aud", both.clone()), "azp"),
        with(
            good.clone(),
            "aud",
            json!(["other.clients.test", "third.clients.test"]),
        ),
    ];
    let tokens = wrong
        .iter()
        .map(|claims| (claims.to_string(), issuer.token(claims)));
    all_refused(&app, tokens.collect()).await;
    by_token(&app, &issuer.token(&with(good.clone(), "aud", both)))
        .await
        .is(200);
    by_token(&app, &issuer.token(&with(good, "aud", json!([ours]))))
        .await
        .is(200);
}

#[both_stores]
async fn goo_02_each_of_our_client_ids_does(app: TestApp) {
    app.owner().await;
    let issuer = app.issuer();
    let settings = OidcIssuer {
        client_ids: vec![
            "web.clients.test".to_owned(),
            "phone.clients.test".to_owned(),
        ],
        ..issuer.settings()
    };
    let at = app
        .instance_believing(Arc::new(OidcVerifier::new(vec![settings]).unwrap()))
        .await;
    for ours in ["web.clients.test", "phone.clients.test"] {
        let token = issuer.token(&with(claims(&app), "aud", json!(ours)));
        by_token(&at, &token).await.is(200);
    }
    by_token(&at, &issuer.token(&claims(&app)))
        .await
        .is_problem(401);
}

#[both_stores]
async fn goo_03_an_address_is_proved_by_true_alone(app: TestApp) {
    app.owner().await;
    let (issuer, good) = (app.issuer(), claims(&app));
    let verified = |value: Value| with(good.clone(), "email_verified", value);
    let wrong = [
        verified(json!(false)),
        verified(json!("false")),
        verified(json!("true")),
        verified(json!(1)),
        verified(json!(null)),
        without(good.clone(), "email_verified"),
        without(good.clone(), "email"),
        with(good.clone(), "email", json!("nobody")),
        with(good.clone(), "email", json!(["ada@x.test"])),
        without(good.clone(), "sub"),
        with(good.clone(), "sub", json!("")),
        with(good.clone(), "sub", json!(7)),
        with(good.clone(), "sub", json!("s".repeat(256))),
    ];
    let tokens = wrong
        .iter()
        .map(|claims| (claims.to_string(), issuer.token(claims)));
    all_refused(&app, tokens.collect()).await;
}
