//! Logging in by the word of an issuer.

use crate::steps::{by_token, me, prove, rows};
use futures_util::future::join_all;
use oneclaw_adapters::{OidcIssuer, OidcVerifier};
use oneclaw_services::{NoIssuers, SignupMode};
use oneclaw_testkit::{Issuer, TestApp, both_stores, token_claims};
use serde_json::{Value, json};
use std::sync::Arc;

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[both_stores]
async fn the_first_time_an_account_is_made(app: TestApp) {
    app.owner().await;
    let named = with(claims(&app, "s-1", "ada@x.test"), "name", json!("Ada L."));
    let first = by_token(&app, &app.issuer().token(&named)).await.is(200);
    assert_eq!(first.get("/mfa_required"), false);
    assert!(first.get("/refresh_token").is_string());
    assert_eq!(
        token_claims(&first.str("/access_token"))["amr"],
        json!(["google"])
    );
    let profile = me(&app, &first).await;
    for (member, value) in [
        ("email", json!("ada@x.test")),
        ("display_name", json!("Ada L.")),
        ("auth_method", json!("google")),
        ("email_verified", json!(true)),
        ("has_password", json!(false)),
        ("role", json!("owner")),
    ] {
        assert_eq!(profile[member], value, "{member}");
    }
    assert!(app.events().await.contains(&"user.signup ok".to_owned()));
    let before = rows(&app).await;
    let again = by_token(&app, &app.id_token("s-1", "ada@x.test"))
        .await
        .is(200);
    assert_eq!(again.get("/user_id"), first.get("/user_id"));
    assert_eq!(app.last_event().await, "auth.success ok");
    let after = rows(&app).await;
    assert_eq!((&after[..2], &after[3..]), (&before[..2], &before[3..]));
    // nobody logs in to it by a password
    let login = json!({ "email": "ada@x.test", "password": "Correct-Horse-4-Battery" });
    app.post("/v1/auth/token", login).await.is_problem(401);
}

fn claims(app: &TestApp, subject: &str, email: &str) -> Value {
    app.issuer().claims(subject, email, app.services().now())
}

#[both_stores]
async fn of_many_first_times_at_once_one_makes_the_account(app: TestApp) {
    app.owner().await;
    let other = app.another_instance().await;
    let before = (app.count("users").await, app.count("orgs").await);
    let token = app.id_token("s-1", "ada@x.test");
    let logins = (0..16).map(|number| {
        let at = if number % 2 == 0 { &*app } else { &other };
        by_token(at, &token)
    });
    let answers = join_all(logins).await;
    let first = answers[0].get("/user_id");
    for answer in answers {
        assert_eq!(answer.is(200).get("/user_id"), first);
    }
    let after = (app.count("users").await, app.count("orgs").await);
    assert_eq!(after, (before.0 + 1, before.1 + 1));
    assert_eq!(app.count("identities").await, 1);
}

#[both_stores]
async fn what_is_no_question_is_refused_by_field(app: TestApp) {
    for (body, field) in [
        (json!({}), "id_token"),
        (json!({ "id_token": 7 }), "id_token"),
        (json!({ "id_token": "x", "nonce": 7 }), "nonce"),
        (json!({ "id_token": "x", "nonce": "" }), "nonce"),
        (
            json!({ "id_token": "x", "nonce": "n".repeat(513) }),
            "nonce",
        ),
    ] {
        app.post("/v1/auth/google", body).await.is_invalid(field);
    }
}

#[both_stores]
async fn goo_02_without_an_issuer_every_token_is_refused(app: TestApp) {
    let nothing = app.instance_believing(Arc::new(NoIssuers)).await;
    let empty = OidcVerifier::new(Vec::new()).unwrap();
    let empty = app.instance_believing(Arc::new(empty)).await;
    for at in [nothing, empty] {
        for token in [app.id_token("s-1", "ada@x.test"), "x".to_owned()] {
            let refused = by_token(&at, &token).await.is_problem(501);
            assert_eq!(refused.get("/type"), "not_configured");
        }
    }
    // and no issuer is one without client ids
    let settings = OidcIssuer {
        client_ids: Vec::new(),
        ..app.issuer().settings()
    };
    assert!(OidcVerifier::new(vec![settings]).is_err());
    assert_eq!(app.count("users").await, 0);
}

#[both_stores]
async fn several_issuers_are_told_apart(app: TestApp) {
    app.owner().await;
    let (one, two) = (app.issuer().clone(), Issuer::start());
    two.rotate(); // both begin with the same key
    let believed = vec![one.settings(), two.settings()];
    let at = app
        .instance_believing(Arc::new(OidcVerifier::new(believed).unwrap()))
        .await;
    let now = app.services().now();
    let here = by_token(&at, &one.token(&one.claims("s-1", "ada@x.test", now)))
        .await
        .is(200);
    // the same sub elsewhere is somebody else
    let there = by_token(&at, &two.token(&two.claims("s-1", "bob@x.test", now)))
        .await
        .is(200);
    assert_ne!(here.get("/user_id"), there.get("/user_id"));
    // and no key of one signs for the other
    let crossed = one.token(&two.claims("s-1", "bob@x.test", now));
    by_token(&at, &crossed).await.is_problem(401);
    let twice = vec![one.settings(), one.settings()];
    assert!(OidcVerifier::new(twice).is_err());
}

#[both_stores]
async fn signup_modes_hold_here_too(app: TestApp) {
    let ada = app.owner().await;
    for mode in [SignupMode::Invite, SignupMode::Closed] {
        let strict = app
            .instance_with(|services, _| services.signup_mode = mode)
            .await;
        let before = rows(&app).await;
        let refused = by_token(&strict, &app.id_token("s-1", "new@x.test"))
            .await
            .is_problem(403);
        assert_eq!(refused.get("/code"), "signup_closed", "{mode:?}");
        assert_eq!(app.last_event().await, "user.signup denied signup_closed");
        assert_eq!(rows(&app).await, before);
    }
    ada.invite("new@x.test", "admin").await;
    let closed = app
        .instance_with(|services, _| services.signup_mode = SignupMode::Closed)
        .await;
    by_token(&closed, &app.id_token("s-1", "new@x.test"))
        .await
        .is_problem(403);
    let by_invitation = app
        .instance_with(|services, _| services.signup_mode = SignupMode::Invite)
        .await;
    let joined = by_token(&by_invitation, &app.id_token("s-1", "new@x.test"))
        .await
        .is(200);
    assert_eq!(joined.get("/org_id"), ada.org_id);
    let profile = me(&app, &joined).await;
    assert_eq!(
        (&profile["role"], &profile["email_verified"]),
        (&json!("admin"), &json!(true))
    );
    assert_eq!(app.count("invites").await, 0);
}

#[both_stores]
async fn org_11_the_first_account_from_afar_needs_the_code(app: TestApp) {
    let code = app.services().auth.setup_code().await.unwrap().unwrap();
    app.never_log(code.expose());
    let token = app.issuer().token(&with(
        claims(&app, "s-1", "ada@x.test"),
        "nonce",
        json!("n-1"),
    ));
    let from_afar = |body: Value| {
        let request = app.request("POST", "/v1/auth/google").json(&body);
        request.header("x-forwarded-for", "192.0.2.1").send()
    };
    for wrong in [
        json!({ "id_token": token }),
        json!({ "id_token": token, "setup_code": "AAAA" }),
    ] {
        let refused = from_afar(wrong).await.is_problem(403);
        assert_eq!(refused.get("/code"), "setup_code_needed");
    }
    assert_eq!(app.count("users").await, 0);
    // the token was not used up by that
    let body = json!({ "id_token": token, "setup_code": code.expose() });
    from_afar(body).await.is(200);
    assert_eq!(
        app.rows("SELECT email AS text FROM users").await,
        ["ada@x.test"]
    );
}

#[both_stores]
async fn a_client_asks_so_often_and_no_more(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.proofs_per_address.tries = 3)
        .await;
    let token = app.id_token("s-1", "ada@x.test");
    by_token(&limited, "x").await.is_problem(401);
    limited
        .post("/v1/auth/google", json!({}))
        .await
        .is_problem(400);
    by_token(&limited, "x").await.is_problem(401);
    by_token(&limited, &token).await.is_problem(429);
}

#[both_stores]
async fn a_member_who_was_removed_is_nobody_here(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    prove(&app, &bob.email).await;
    let token = app.id_token("s-1", &bob.email);
    by_token(&app, &token).await.is(200);
    ada.delete(&format!("/v1/org/members/{}", bob.user_id))
        .await
        .is(204);
    assert_eq!(app.count("identities").await, 0);
    let anew = by_token(&app, &token).await.is(200);
    assert_ne!(anew.get("/org_id"), ada.org_id);
    assert_ne!(anew.get("/user_id"), bob.user_id);
}
