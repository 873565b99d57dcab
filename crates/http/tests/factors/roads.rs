//! MFA-06, AUTH-14, SES-04, KEY-03: no road to a session goes round the second factor, and nothing is
//! taken for what it is not.

use super::steps::{confirmed, enter, entered, export, leave, told, verify};
use oneclaw_testkit::{Person, TestApp, both_stores, token_claims};
use serde_json::json;

async fn refresh(app: &TestApp, token: &str) -> oneclaw_testkit::Answer {
    app.post("/v1/auth/refresh", json!({ "refresh_token": token }))
        .await
}

#[both_stores]
async fn mfa_06_sessions_from_before_end_and_the_one_that_proved_a_code_goes_on(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let login = json!({ "email": ada.email, "password": ada.password });
    let before = app.post("/v1/auth/token", login).await.is(200);
    let elsewhere = Person {
        refresh_token: before.str("/refresh_token"),
        ..ada.with(&before.str("/access_token")).at(&other)
    };
    elsewhere.get("/v1/auth/me").await.is(200);
    let phone = ada.turn_mfa_on().await;
    elsewhere.get("/v1/auth/me").await.is_problem(401);
    refresh(&app, &elsewhere.refresh_token)
        .await
        .is_problem(401);
    elsewhere
        .post("/v1/auth/refresh", json!({}))
        .await
        .is_problem(401);
    ada.get("/v1/auth/me").await.is(200);
    let newer = refresh(&app, &ada.refresh_token).await.is(200);
    let claims = token_claims(&newer.str("/access_token"));
    assert_eq!(claims["amr"], json!(["pwd", "otp"]));

    // keys are exempt, and made only by who passed the code
    let inside = entered(&ada, &phone.code(&app, 0)).await;
    let (key, _) = inside.api_key(json!({ "name": "k" })).await;
    let token = app
        .post("/v1/auth/api-key-token", json!({ "api_key": key }))
        .await
        .is(200);
    let claims = token_claims(&token.str("/access_token"));
    assert_eq!(claims["amr"], json!(["key"]));
}

#[both_stores]
async fn mfa_06_a_login_with_the_password_gives_nothing_but_a_question(app: TestApp) {
    let ada = app.owner().await;
    ada.turn_mfa_on().await;
    let (sessions, tokens) = (
        app.count("sessions").await,
        app.count("refresh_tokens").await,
    );
    let login = json!({ "email": ada.email, "password": ada.password });
    let answer = app.post("/v1/auth/token", login).await.is(200);
    let mut members: Vec<_> = answer.json().as_object().unwrap().keys().cloned().collect();
    members.sort_unstable();
    let expected = [
        "access_token",
        "expires_in",
        "mfa_required",
        "mfa_token",
        "token_type",
    ];
    assert_eq!(members, expected);
    assert_eq!(app.count("sessions").await, sessions);
    assert_eq!(app.count("refresh_tokens").await, tokens);
}

#[both_stores]
async fn ses_04_every_new_kind_of_token_is_good_at_its_own_place_alone(app: TestApp) {
    let ada = app.owner().await;
    let agent = ada.new_agent(json!({ "name": "bot" })).await;
    let (key, _) = ada.api_key(json!({ "name": "k" })).await;
    let phone = ada.turn_mfa_on().await;
    let question = ada.challenge().await;
    let proof = json!({ "code": phone.code(&app, 0) });
    let proof = ada
        .post("/v1/auth/reauth", proof)
        .await
        .is(200)
        .str("/token");
    let recovery = &phone.recovery_codes[0];
    for token in [&question, &proof, recovery, &phone.code(&app, 1)] {
        ada.with(token).get("/v1/auth/me").await.is_problem(401);
        refresh(&app, token).await.is_problem(401);
        let exchange = json!({ "api_key": token });
        app.post("/v1/auth/api-key-token", exchange.clone())
            .await
            .is_problem(401);
        app.post("/v1/auth/agent-token", exchange)
            .await
            .is_problem(401);
    }
    let unknown = told(
        &verify(&app, "mfa_nothing", recovery)
            .send()
            .await
            .is_problem(401),
    );
    for token in [
        &ada.token,
        &ada.refresh_token,
        &key,
        &proof,
        &agent.token,
        recovery,
        &ada.user_id,
    ] {
        let answer = verify(&app, token, recovery).send().await.is_problem(401);
        assert_eq!(told(&answer), unknown, "{token}");
    }
    for token in [
        &question,
        &ada.token,
        &ada.refresh_token,
        &key,
        &agent.token,
        recovery,
    ] {
        confirmed(export(&ada), token).send().await.is_problem(403);
    }
    let reauth = json!({ "password": "x" });
    agent.post("/v1/auth/reauth", reauth).await.is_problem(403);
    leave(&agent).send().await.is_problem(403);
    export(&agent).send().await.is_problem(403);
    // and each still does what it is for
    confirmed(export(&ada), &proof).send().await.is(200);
    verify(&app, &question, recovery).send().await.is(200);
}

#[both_stores]
async fn key_03_a_key_passes_no_step_up_by_the_age_of_its_token(app: TestApp) {
    let ada = app.owner().await;
    let (limited, _) = ada
        .api_key(json!({ "name": "k", "scopes": ["secrets:read"] }))
        .await;
    let (free, _) = ada.api_key(json!({ "name": "k" })).await;
    let exchanged = async |key: &str| {
        let answer = app
            .post("/v1/auth/api-key-token", json!({ "api_key": key }))
            .await;
        ada.with(&answer.is(200).str("/access_token"))
    };
    let by_limited = [ada.with(&limited), exchanged(&limited).await];
    let by_free = [ada.with(&free), exchanged(&free).await];
    for who in &by_limited {
        let proof = json!({ "password": ada.password });
        let answer = who.post("/v1/auth/reauth", proof).await.is_problem(403);
        assert_eq!(answer.get("/code"), "limited_credential");
        confirmed(export(who), &ada.password)
            .send()
            .await
            .is_problem(403);
        confirmed(leave(who), &ada.password)
            .send()
            .await
            .is_problem(403);
    }
    for who in &by_free {
        for request in [export(who), leave(who)] {
            let answer = request.send().await.is_problem(403);
            assert_eq!(answer.str("/type"), "reauth_required");
        }
        // who also knows the password is the owner
        confirmed(export(who), &ada.password).send().await.is(200);
    }
}

/// Nobody else's question can be asked of an account: a login in another's name is answered by their
/// own codes alone.
#[both_stores]
async fn mfa_06_a_question_is_answered_by_its_own_account(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let (hers, eves) = (ada.turn_mfa_on().await, eve.turn_mfa_on().await);
    enter(&ada, &eves.code(&app, 0)).await.is_problem(401);
    enter(&ada, &eves.recovery_codes[0]).await.is_problem(401);
    enter(&ada, &hers.code(&app, 0)).await.is(200);
    enter(&eve, &eves.recovery_codes[0]).await.is(200);
}
