//! MFA-07: a second factor is turned off by a code of it, or a fresh proof for just that.

use super::steps::{confirmed, enter, entered, proved_again, turn_off, verify, wrong_code};
use oneclaw_testkit::{Person, Request, TestApp, both_stores};
use serde_json::json;

fn bare(person: &Person) -> Request {
    person
        .request("DELETE", "/v1/auth/mfa")
        .header("content-type", "application/json")
}

#[both_stores]
async fn mfa_07_no_password_and_no_code_of_somebody_else_turns_it_off(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    let (hers, his) = (ada.turn_mfa_on().await, bob.turn_mfa_on().await);
    let needed = "A TOTP or recovery code is required";
    for body in [
        json!({ "password": ada.password }),
        json!({}),
        json!({ "code": null }),
    ] {
        let answer = turn_off(&ada, &body).await.is_invalid("code");
        assert_eq!(answer.str("/detail"), needed);
    }
    let answer = bare(&ada).send().await.is_invalid("code");
    assert_eq!(answer.str("/detail"), needed);
    let answer = confirmed(bare(&ada), &ada.password).send().await;
    assert_eq!(answer.is_invalid("code").str("/detail"), needed);
    for code in [
        wrong_code(&hers, &app),
        hers.code(&app, -1),
        his.recovery_codes[0].clone(),
        "not a code".to_owned(),
    ] {
        turn_off(&ada, &json!({ "code": code }))
            .await
            .is_invalid("code");
    }
    let for_export = json!({ "code": hers.code(&app, 0), "purpose": "account.export" });
    let for_export = proved_again(&ada, for_export).await;
    let of_bob = json!({ "code": his.code(&app, 0), "purpose": "security.mfa.disable" });
    let of_bob = proved_again(&bob, of_bob).await;
    for token in [
        for_export,
        of_bob,
        format!("rat_{}", "A".repeat(43)),
        "rat_".to_owned(),
    ] {
        let answer = confirmed(bare(&ada), &token).send().await.is_problem(403);
        assert_eq!(answer.str("/type"), "reauth_required");
    }
    assert_eq!(ada.get("/v1/auth/mfa/status").await.get("/enabled"), true);
    assert_eq!(app.count("recovery_codes").await, 16);
}

#[both_stores]
async fn mfa_07_off_is_off_and_told(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    let waiting = ada.challenge().await;
    let answer = turn_off(&ada, &json!({ "code": phone.code(&app, 0) }))
        .await
        .is(204);
    let event = app.audit_of(answer.header("x-request-id").unwrap()).await;
    assert_eq!(event.len(), 1);
    assert_eq!(event[0]["action"], "mfa.disable");
    assert_eq!(event[0]["outcome"], "ok");
    assert_eq!(ada.get("/v1/auth/mfa/status").await.get("/enabled"), false);
    for table in ["second_factors", "recovery_codes"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    verify(&app, &waiting, &phone.recovery_codes[0])
        .send()
        .await
        .is_problem(401);
    let login = json!({ "email": ada.email, "password": ada.password });
    let answer = app.post("/v1/auth/token", login).await.is(200);
    assert_eq!(answer.get("/mfa_required"), false);
    let mails = app.mail_to(&ada.email).await;
    let off = mails
        .iter()
        .filter(|mail| mail.text().contains("was turned off"));
    assert_eq!(off.count(), 1);
    // nothing is on any more
    turn_off(&ada, &json!({ "code": phone.code(&app, 1) }))
        .await
        .is_invalid("code");

    // and the next one is another secret, with other recovery codes
    let next = ada.turn_mfa_on().await;
    enter(&ada, &phone.recovery_codes[1]).await.is_problem(401);
    enter(&ada, &next.recovery_codes[1]).await.is(200);
}

#[both_stores]
async fn mfa_07_a_recovery_code_or_a_fresh_proof_turns_it_off_too(app: TestApp) {
    let ada = app.owner().await;
    let phone = ada.turn_mfa_on().await;
    turn_off(&ada, &json!({ "code": phone.recovery_codes[7] }))
        .await
        .is(204);

    let phone = ada.turn_mfa_on().await;
    let proof = json!({ "code": phone.code(&app, 0), "purpose": "security.mfa.disable" });
    let token = proved_again(&ada, proof).await;
    confirmed(bare(&ada), &token).send().await.is(204);

    // one token, one use: it is spent with what it was for
    app.clock().advance(90);
    let phone = ada.turn_mfa_on().await;
    confirmed(bare(&ada), &token).send().await.is_problem(403);
    let ada = entered(&ada, &phone.code(&app, 0)).await;
    assert_eq!(ada.get("/v1/auth/mfa/status").await.get("/enabled"), true);
}
