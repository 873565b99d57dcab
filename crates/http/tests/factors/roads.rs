//! MFA-06, AUTH-14, SES-04, KEY-03: no road to a session goes round the second factor, and nothing is
//! taken for what it is not.

use super::steps::{confirmed, enter, entered, export, leave, told, turn_off, verify};
use oneclaw_testkit::{Person, StoreKind, TestApp, both_stores, token_claims};
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
    ada.turn_mfa_on().await;
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
}

async fn exchanged(app: &TestApp, key: &str) -> String {
    let body = json!({ "api_key": key });
    let answer = app.post("/v1/auth/api-key-token", body).await;
    answer.is(200).str("/access_token")
}

/// A device that somebody let in.
async fn let_in(who: &Person) -> Person {
    let asked = who.instance.post("/v1/auth/device/code", json!({})).await;
    let asked = asked.is(200);
    let shown = json!({ "user_code": asked.str("/user_code") });
    who.post("/v1/auth/device/approve", shown).await.is(200);
    let poll = json!({
        "device_code": asked.str("/device_code"),
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
    });
    let answer = who.instance.post("/v1/auth/device/token", poll).await;
    who.with(&answer.is(200).str("/access_token"))
}

/// Keys are exempt from the second factor, and so are devices: what they make would be a way round
/// it that stays.
#[both_stores]
async fn mfa_06_keys_are_made_by_a_login_that_passed_the_code(app: TestApp) {
    let ada = app.owner().await;
    let (before, _) = ada.api_key(json!({ "name": "before" })).await;
    ada.with(&before)
        .api_key(json!({ "name": "another" }))
        .await;
    let phone = ada.turn_mfa_on().await;
    let inside = entered(&ada, &phone.code(&app, 0)).await;
    let by_key = exchanged(&app, &before).await;
    assert_eq!(token_claims(&by_key)["amr"], json!(["key"]));
    let keys = app.count("api_keys").await;
    for who in [ada.with(&before), ada.with(&by_key), let_in(&inside).await] {
        who.get("/v1/auth/me").await.is(200);
        let more = json!({ "name": "after" });
        let answer = who.post("/v1/auth/api-keys", more).await.is_problem(403);
        assert_eq!(answer.get("/code"), "login_only");
        assert_eq!(app.last_event().await, "api_key.create denied login_only");
    }
    let question = ada.with(&ada.challenge().await);
    let more = json!({ "name": "after" });
    question
        .post("/v1/auth/api-keys", more)
        .await
        .is_problem(401);
    assert_eq!(app.count("api_keys").await, keys);
    let (after, _) = inside.api_key(json!({ "name": "after" })).await;
    ada.with(&after).get("/v1/auth/me").await.is(200);
}

/// What a lost credential made goes with it.
#[both_stores]
async fn key_03_what_a_key_or_a_device_makes_ends_with_it(app: TestApp) {
    let ada = app.owner().await;
    let made = async |who: &Person, ends: Option<&str>| {
        let body = json!({ "name": "made", "expires_at": ends });
        let answer = who.post("/v1/auth/api-keys", body).await.is(201);
        answer.get("/key/expires_at")
    };
    // every test begins at 2026-03-01T12:00:00Z
    let end = "2026-03-01T14:00:00Z";
    let (short, _) = ada.api_key(json!({ "name": "k", "expires_at": end })).await;
    let (endless, _) = ada.api_key(json!({ "name": "k" })).await;
    let by_short = exchanged(&app, &short).await;
    for who in [ada.with(&short), ada.with(&by_short)] {
        let written = made(&who, None).await;
        let later = made(&who, Some("2027-01-01T00:00:00Z")).await;
        let sooner = made(&who, Some("2026-03-01T13:00:00Z")).await;
        let starts = |text: &serde_json::Value, with: &str| {
            assert!(text.as_str().unwrap().starts_with(with), "{text}");
        };
        starts(&written, "2026-03-01T14:00:00");
        starts(&later, "2026-03-01T14:00:00");
        starts(&sooner, "2026-03-01T13:00:00");
    }
    let device = made(&let_in(&ada).await, None).await;
    let device = device.as_str().unwrap();
    assert!(device.starts_with("2026-03-02T12:00:00"), "{device}");
    let by_endless = exchanged(&app, &endless).await;
    for who in [ada.clone(), ada.with(&endless), ada.with(&by_endless)] {
        assert_eq!(made(&who, None).await, serde_json::Value::Null);
    }
}

/// Makes the store fail where tries are forgotten, and nowhere else.
async fn forget_nothing(app: &TestApp) {
    if app.kind() == StoreKind::Sqlite {
        let trigger = "CREATE TRIGGER stays BEFORE DELETE ON attempts BEGIN \
                       SELECT RAISE(ABORT, 'database is locked'); END";
        return app.tamper(trigger).await;
    }
    let fails = "CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'could not write'; END $$";
    app.tamper(fails).await;
    let trigger = "CREATE TRIGGER stays BEFORE DELETE ON attempts \
                   FOR EACH ROW EXECUTE FUNCTION stays()";
    app.tamper(trigger).await;
}

/// A session that was opened, or recovery codes that were made, are not lost with the answer because
/// a counter could not be cleared after the commit.
#[both_stores]
async fn what_was_given_does_not_hang_on_a_counter(app: TestApp) {
    let ada = app.owner().await;
    forget_nothing(&app).await;
    let login = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", login).await.is(200);
    let phone = ada.turn_mfa_on().await;
    assert_eq!(phone.recovery_codes.len(), 8);
    enter(&ada, &phone.code(&app, 0)).await.is(200);
    let proof = json!({ "code": phone.recovery_codes[0] });
    let proof = ada.post("/v1/auth/reauth", proof).await.is(200);
    confirmed(export(&ada), &proof.str("/token"))
        .send()
        .await
        .is(200);
    let_in(&ada).await.get("/v1/auth/me").await.is(200);
    let off = json!({ "code": phone.code(&app, 1) });
    turn_off(&ada, &off).await.is(204);
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
    // and the log does not say that somebody came in
    assert_eq!(app.last_event().await, "auth.mfa_required ok");
    let events = app.audit_of(answer.header("x-request-id").unwrap()).await;
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["details"]["method"], "password");
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
