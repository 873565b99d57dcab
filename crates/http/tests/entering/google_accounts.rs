//! Whose account it is.

use crate::steps::{by_token, me, prove, rows};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn goo_04_an_account_that_nobody_proved_is_not_tied(app: TestApp) {
    app.owner().await;
    let squatter = app.owner().await;
    let before = rows(&app).await;
    let token = app.id_token("s-1", &squatter.email);
    let refused = by_token(&app, &token).await.is_problem(409);
    assert!(
        refused.str("/detail").contains("forgot-password"),
        "{}",
        refused.text()
    );
    assert_eq!(app.last_event().await, "auth.failure denied conflict");
    assert_eq!(rows(&app).await, before);
    squatter.get("/v1/auth/me").await.is(200);
}

#[both_stores]
async fn goo_04_a_proved_account_is_tied_and_its_owner_told(app: TestApp) {
    let ada = app.owner().await;
    prove(&app, &ada.email).await;
    let token = app.id_token("s-1", &ada.email.to_uppercase());
    let linked = by_token(&app, &token).await.is(200);
    assert_eq!(linked.get("/user_id"), ada.user_id);
    let events = app.events().await;
    assert_eq!(
        events[events.len() - 2..],
        ["user.identity_link ok", "auth.success ok"]
    );
    let told = |mails: &[oneclaw_testkit::Received]| {
        let about = mails.iter().filter(|mail| mail.text().contains("log"));
        about
            .filter(|mail| mail.text().contains("beside your password"))
            .count()
    };
    assert_eq!(told(&app.mail_to(&ada.email).await), 1);
    // the password still does, and nothing is tied or told again
    let login = json!({ "email": ada.email, "password": ada.password });
    app.post("/v1/auth/token", login).await.is(200);
    by_token(&app, &token).await.is(200);
    assert_eq!(app.count("identities").await, 1);
    assert_eq!(told(&app.mail_to(&ada.email).await), 1);
    let profile = me(&app, &linked).await;
    assert_eq!(
        (&profile["auth_method"], &profile["has_password"]),
        (&json!("password"), &json!(true))
    );
}

#[both_stores]
async fn goo_04_the_second_factor_is_still_asked_for(app: TestApp) {
    let ada = app.owner().await;
    prove(&app, &ada.email).await;
    let codes = ada.turn_mfa_on().await;
    let sessions = app.count("sessions").await;
    for _ in 0..2 {
        let asked = by_token(&app, &app.id_token("s-1", &ada.email))
            .await
            .is(200);
        assert_eq!(asked.get("/mfa_required"), true);
        assert_eq!(asked.get("/access_token"), "");
        assert!(asked.json().get("refresh_token").is_none());
    }
    assert_eq!(app.count("identities").await, 1);
    assert_eq!(app.count("sessions").await, sessions);
    let asked = by_token(&app, &app.id_token("s-1", &ada.email))
        .await
        .is(200);
    let body = json!({ "mfa_token": asked.str("/mfa_token"), "code": codes.recovery_codes[0] });
    let entered = app.post("/v1/auth/mfa/verify", body).await.is(200);
    let claims = oneclaw_testkit::token_claims(&entered.str("/access_token"));
    assert_eq!(claims["amr"], json!(["google", "otp"]));
}

#[both_stores]
async fn goo_05_the_person_is_the_sub_and_not_the_address(app: TestApp) {
    let ada = app.owner().await;
    prove(&app, &ada.email).await;
    by_token(&app, &app.id_token("s-1", &ada.email))
        .await
        .is(200);
    // a new address there: the account of before
    let moved = by_token(&app, &app.id_token("s-1", "moved@x.test"))
        .await
        .is(200);
    assert_eq!(moved.get("/user_id"), ada.user_id);
    assert_eq!(me(&app, &moved).await["email"], ada.email);
    // even where that address has an account of its own
    let bob = app.owner().await;
    prove(&app, &bob.email).await;
    let still = by_token(&app, &app.id_token("s-1", &bob.email))
        .await
        .is(200);
    assert_eq!(still.get("/user_id"), ada.user_id);
    // the address of before, by somebody new: a stranger
    let before = rows(&app).await;
    for subject in ["s-2", "S-1", "s-1 "] {
        by_token(&app, &app.id_token(subject, &ada.email))
            .await
            .is_problem(409);
    }
    assert_eq!(rows(&app).await, before);
}

#[both_stores]
async fn goo_05_an_account_made_here_is_not_tied_to_a_second_person(app: TestApp) {
    app.owner().await;
    by_token(&app, &app.id_token("s-1", "ada@x.test"))
        .await
        .is(200);
    by_token(&app, &app.id_token("s-2", "ada@x.test"))
        .await
        .is_problem(409);
    assert_eq!(app.count("identities").await, 1);
}

#[both_stores]
async fn goo_05_of_two_at_once_one_is_tied(app: TestApp) {
    let ada = app.owner().await;
    prove(&app, &ada.email).await;
    let other = app.another_instance().await;
    let (one, two) = (
        app.id_token("s-1", &ada.email),
        app.id_token("s-2", &ada.email),
    );
    let (one, two) = futures_util::future::join(by_token(&app, &one), by_token(&other, &two)).await;
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("identities").await, 1);
}
