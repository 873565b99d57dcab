//! AUTH-08: proving once more who one is, which is never a free guess.

use super::steps::{confirmed, export, leave, proved_again, wrong_code};
use futures_util::future::join_all;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

const WRONG: &str = "Wrong-Horse-0-Battery";
/// A login is fresh for so long, in seconds.
const FRESH: i64 = 600;

#[both_stores]
async fn auth_08_a_password_shown_once_more_counts_as_a_failed_login(app: TestApp) {
    let ada = app.owner().await;
    let other = app.another_instance().await;
    for number in 0..10 {
        let answer = match number % 3 {
            0 => {
                ada.post("/v1/auth/reauth", json!({ "password": WRONG }))
                    .await
            }
            1 => confirmed(leave(&ada), WRONG).send().await,
            _ => confirmed(export(&ada.at(&other)), WRONG).send().await,
        };
        let answer = answer.is_problem(403);
        assert_eq!(answer.str("/type"), "reauth_required");
        let event = app.audit_of(answer.header("x-request-id").unwrap()).await;
        assert_eq!(event.len(), 1, "{event:?}");
        assert_eq!(event[0]["action"], "auth.failure");
        assert_eq!(event[0]["details"]["reason"], "wrong_password");
    }
    let right = json!({ "password": ada.password });
    ada.post("/v1/auth/reauth", right).await.is_problem(429);
    confirmed(leave(&ada), &ada.password)
        .send()
        .await
        .is_problem(429);
    confirmed(export(&ada), &ada.password)
        .send()
        .await
        .is_problem(429);
    let login = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", login).await.is_problem(429);
    assert_eq!(app.count("users").await, 1);
}

#[both_stores]
async fn a_fresh_login_or_a_proof_is_needed(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(FRESH);
    export(&ada).send().await.is(200);
    app.clock().advance(1);
    for request in [export(&ada), leave(&ada)] {
        let answer = request.send().await.is_problem(403);
        assert_eq!(answer.str("/type"), "reauth_required");
    }
    confirmed(export(&ada), "").send().await.is_problem(403);
    confirmed(export(&ada), &ada.password).send().await.is(200);
    // a token of the same session is no fresher
    let body = json!({ "refresh_token": ada.refresh_token });
    let newer = app.post("/v1/auth/refresh", body).await.is(200);
    let newer = ada.with(&newer.str("/access_token"));
    export(&newer).send().await.is_problem(403);
    // what is shown must be right, however fresh the login is
    let login = json!({ "email": ada.email, "password": ada.password });
    let fresh = app.post("/v1/auth/token", login).await.is(200);
    let fresh = ada.with(&fresh.str("/access_token"));
    confirmed(export(&fresh), WRONG)
        .send()
        .await
        .is_problem(403);
    export(&fresh).send().await.is(200);
}

#[both_stores]
async fn a_token_is_good_once_for_its_purpose_and_its_owner(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    app.clock().advance(FRESH + 1);
    let proof = |purpose: &str| json!({ "password": ada.password, "purpose": purpose });
    let token = proved_again(&ada, proof("account.export")).await;
    assert!(token.starts_with("rat_") && token.len() == 47, "{token}");
    confirmed(export(&bob), &token).send().await.is_problem(403);
    confirmed(leave(&ada), &token).send().await.is_problem(403);
    confirmed(export(&ada.at(&other)), &token)
        .send()
        .await
        .is(200);
    confirmed(export(&ada), &token).send().await.is_problem(403);

    // without a purpose it is good for any one
    let token = proved_again(&ada, json!({ "password": ada.password })).await;
    confirmed(export(&ada), &token).send().await.is(200);
    confirmed(leave(&ada), &token).send().await.is_problem(403);

    // five minutes
    let proofs = [
        proved_again(&ada, proof("account.export")).await,
        proved_again(&ada, proof("account.export")).await,
    ];
    app.clock().advance(299);
    let ada = ada.with(&refreshed(&app, &ada.refresh_token).await);
    confirmed(export(&ada), &proofs[0]).send().await.is(200);
    app.clock().advance(1);
    confirmed(export(&ada), &proofs[1])
        .send()
        .await
        .is_problem(403);
}

async fn refreshed(app: &TestApp, refresh_token: &str) -> String {
    let body = json!({ "refresh_token": refresh_token });
    let answer = app.post("/v1/auth/refresh", body).await.is(200);
    answer.str("/access_token")
}

#[both_stores]
async fn a_token_shown_often_at_once_is_good_once(app: TestApp) {
    let one = app
        .instance_with(|services, _| services.exports_at_once = 100)
        .await;
    let two = app
        .instance_with(|services, _| services.exports_at_once = 100)
        .await;
    let ada = app.owner().await;
    app.clock().advance(FRESH + 1);
    let token = proved_again(&ada, json!({ "password": ada.password })).await;
    let tries = (0..16).map(|number| {
        let at = if number % 2 == 0 { &one } else { &two };
        confirmed(export(&ada.at(at)), &token).send()
    });
    let answers = join_all(tries).await;
    let many = |status: u16| {
        answers
            .iter()
            .filter(|answer| answer.status == status)
            .count()
    };
    assert_eq!((many(200), many(403)), (1, 15));
}

#[both_stores]
async fn auth_08_with_a_second_factor_the_password_alone_proves_nothing(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    app.clock().advance(FRESH + 1);
    let password = json!({ "password": ada.password });
    ada.post("/v1/auth/reauth", password)
        .await
        .is_invalid("code");
    confirmed(export(&ada), &ada.password)
        .send()
        .await
        .is_problem(403);
    confirmed(leave(&ada), &ada.password)
        .send()
        .await
        .is_problem(403);
    let wrong = json!({ "password": ada.password, "code": wrong_code(&phone, &app) });
    let answer = ada.post("/v1/auth/reauth", wrong).await.is_problem(403);
    assert_eq!(answer.str("/type"), "reauth_required");
    // a code is used by that, like any other
    let right = json!({ "code": phone.code(&app, 0) });
    let token = proved_again(&ada, right.clone()).await;
    ada.post("/v1/auth/reauth", right).await.is_problem(403);
    confirmed(export(&ada), &token).send().await.is(200);
    let recovery = json!({ "code": phone.recovery_codes[0] });
    proved_again(&ada, recovery.clone()).await;
    ada.post("/v1/auth/reauth", recovery).await.is_problem(403);
}

#[both_stores]
async fn auth_08_a_token_that_is_cut_short_is_no_try_of_a_password(app: TestApp) {
    let ada = app.owner().await;
    let token = proved_again(&ada, json!({ "password": ada.password })).await;
    for number in 0..12 {
        let shown = match number % 3 {
            0 => &token[..token.len() - 1],
            1 => "rat_",
            _ => "rat_with a blank, and longer than any token is in the end",
        };
        let answer = confirmed(leave(&ada), shown).send().await.is_problem(403);
        assert_eq!(answer.str("/type"), "reauth_required");
        assert_eq!(app.last_event().await, "user.delete denied reauth_required");
    }
    let login = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", login).await.is(200);
    confirmed(export(&ada), &token).send().await.is(200);
}

#[both_stores]
async fn auth_08_what_ends_sessions_ends_proofs(app: TestApp) {
    let ada = app.owner().await;
    app.clock().advance(FRESH + 1);
    let token = proved_again(&ada, json!({ "password": ada.password })).await;
    let change = json!({
        "current_password": ada.password, "new_password": "Another-Battery-77-Staple",
    });
    ada.post("/v1/auth/change-password", change).await.is(200);
    confirmed(export(&ada), &token).send().await.is_problem(403);
}

#[both_stores]
async fn bad_input_of_a_fresh_proof_is_named(app: TestApp) {
    let ada = app.owner().await;
    for (body, field) in [
        (json!({}), "password"),
        (json!({ "code": "123456" }), "password"),
        (json!({ "password": "" }), "password"),
        (json!({ "password": "x".repeat(257) }), "password"),
        (json!({ "password": 1 }), "password"),
        (json!({ "code": "12" }), "code"),
        (json!({ "purpose": "account.everything" }), "purpose"),
    ] {
        ada.post("/v1/auth/reauth", body).await.is_invalid(field);
    }
    // no guess at all was made
    let login = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", login).await.is(200);
}
