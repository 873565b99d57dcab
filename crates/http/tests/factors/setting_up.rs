//! MFA-05, FLD-09: a second factor is set up.

use super::steps::{enter, told, wrong_code};
use oneclaw_testkit::{Authenticator, TestApp, both_stores, token_claims};
use serde_json::json;

#[both_stores]
async fn a_second_factor_is_set_up_and_asked_for(app: TestApp) {
    let ada = app.owner().await;
    let status = async || ada.get("/v1/auth/mfa/status").await.is(200).get("/enabled");
    assert_eq!(status().await, false);
    let setup = ada.post_empty("/v1/auth/mfa/setup").await.is(200);
    let (secret, uri) = (setup.str("/secret"), setup.str("/otpauth_uri"));
    assert_eq!(secret.len(), 32);
    let email = ada
        .email
        .replace('@', "%40")
        .replace('-', "%2D")
        .replace('.', "%2E");
    assert_eq!(
        uri,
        format!(
            "otpauth://totp/oneclaw:{email}?secret={secret}&issuer=oneclaw&algorithm=SHA1&digits=6&period=30"
        )
    );
    assert_eq!(status().await, false);
    let phone = Authenticator::of(&secret);
    let code = json!({ "code": phone.code(&app, -1) });
    let on = ada.post("/v1/auth/mfa/verify-setup", code).await.is(200);
    let codes = on.get("/recovery_codes");
    assert_eq!(codes.as_array().unwrap().len(), 8);
    for code in codes.as_array().unwrap() {
        let (left, right) = code.as_str().unwrap().split_once('-').unwrap();
        assert_eq!((left.len(), right.len()), (5, 5));
    }
    assert_eq!(status().await, true);
    assert_eq!(ada.get("/v1/auth/me").await.get("/totp_enabled"), true);

    let login = json!({ "email": ada.email, "password": ada.password });
    let asked = app.post("/v1/auth/token", login).await.is(200);
    assert_eq!(asked.get("/access_token"), "");
    assert_eq!(asked.get("/expires_in"), 300);
    assert_eq!(asked.get("/token_type"), "Bearer");
    let inside = enter(&ada, &phone.code(&app, 0)).await.is(200);
    assert!(inside.get("/refresh_token").is_string());
    assert_eq!(inside.get("/user_id"), ada.user_id.as_str());
    let claims = token_claims(&inside.str("/access_token"));
    assert_eq!(claims["amr"], json!(["pwd", "otp"]));
    let mails = app.mail_to(&ada.email).await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.text().contains("second factor was turned on"))
    );
    assert!(mails.iter().all(|mail| !mail.text().contains(&secret)));
}

#[both_stores]
async fn mfa_05_the_active_secret_stays_and_a_pending_one_counts_for_nothing(app: TestApp) {
    let ada = app.owner().await;
    let waiting = ada.set_up_mfa().await;
    // nothing is asked for yet
    let login = json!({ "email": ada.email, "password": ada.password });
    let answer = app.post("/v1/auth/token", login).await.is(200);
    assert_eq!(answer.get("/mfa_required"), false);
    // the newest one wins: the one before it is worth nothing
    let newer = ada.set_up_mfa().await;
    let enable = async |code: String| {
        ada.post("/v1/auth/mfa/verify-setup", json!({ "code": code }))
            .await
    };
    enable(waiting.code(&app, 0)).await.is_invalid("code");
    enable(wrong_code(&newer, &app)).await.is_invalid("code");
    // and stands for 10 minutes
    app.clock().advance(599);
    let last = newer.code(&app, 0);
    app.clock().advance(1);
    let late = enable(last).await.is_invalid("code");
    assert!(late.str("/detail").contains("pending"), "{}", late.text());

    let phone = ada.turn_mfa_on().await;
    let stolen = ada.clone();
    stolen
        .post_empty("/v1/auth/mfa/setup")
        .await
        .is_problem(409);
    let again = stolen
        .post(
            "/v1/auth/mfa/verify-setup",
            json!({ "code": phone.code(&app, 0) }),
        )
        .await;
    again.is_invalid("code");
    enter(&ada, &phone.code(&app, 0)).await.is(200);
}

#[both_stores]
async fn mfa_05_enabling_twice_at_once_gives_one_set_of_codes(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let phone = ada.set_up_mfa().await;
    let code = json!({ "code": phone.code(&app, 0) });
    let there = ada.at(&other);
    let (one, two) = futures_util::future::join(
        ada.post("/v1/auth/mfa/verify-setup", code.clone()),
        there.post("/v1/auth/mfa/verify-setup", code.clone()),
    )
    .await;
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(app.count("recovery_codes").await, 8);
}

#[both_stores]
async fn fld_09_a_setup_that_somebody_else_holds_up_is_not_in_the_owners_way(app: TestApp) {
    let ada = app.owner().await;
    for _ in 0..20 {
        ada.set_up_mfa().await;
    }
    let phone = ada.turn_mfa_on().await;
    enter(&ada, &phone.code(&app, 0)).await.is(200);
    assert_eq!(app.count("second_factors").await, 1);
}

#[both_stores]
async fn mfa_05_keys_and_agents_set_nothing_up(app: TestApp) {
    let ada = app.owner().await;
    let (key, _) = ada.api_key(json!({ "name": "k" })).await;
    let agent = ada.new_agent(json!({ "name": "bot" })).await;
    let phone = ada.set_up_mfa().await;
    for (who, status) in [(ada.with(&key), 200), (agent, 403)] {
        who.get("/v1/auth/mfa/status").await.is(status);
        who.post_empty("/v1/auth/mfa/setup").await.is_problem(403);
        let code = json!({ "code": phone.code(&app, 0) });
        who.post("/v1/auth/mfa/verify-setup", code.clone())
            .await
            .is_problem(403);
        who.request("DELETE", "/v1/auth/mfa")
            .json(&code)
            .send()
            .await
            .is_problem(403);
    }
    let refused = app
        .post("/v1/auth/mfa/setup", json!({}))
        .await
        .is_problem(401);
    assert!(told(&refused).get("secret").is_none());
}
