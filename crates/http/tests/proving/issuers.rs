//! GOO-03: who loses an address is let in by it no more.

use crate::steps::{NEW, login, me, reset, reset_token};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::{Value, json};

async fn by_issuer(app: &TestApp, subject: &str, email: &str) -> Answer {
    let token = app.id_token(subject, email);
    let body = json!({ "id_token": token });
    app.post("/v1/auth/google", body).await.is(200)
}

async fn profile(app: &TestApp, answer: &Answer) -> Value {
    me(app, &answer.str("/access_token")).await
}

#[both_stores]
async fn goo_03_another_address_unties_the_account_from_its_issuer(app: TestApp) {
    let owner = app.owner().await;
    let answer = by_issuer(&app, "7", "ada@x.test").await;
    let made = profile(&app, &answer).await;
    let ada = owner.with(&answer.str("/access_token"));
    let change = json!({ "new_email": "moved@x.test" });
    ada.post("/v1/auth/change-email", change).await.is(200);
    assert_eq!(app.count("identities").await, 1);
    let code = json!({ "code": app.mail_to("moved@x.test").await[0].code() });
    ada.post("/v1/auth/verify-email-change", code).await.is(200);
    assert_eq!(app.count("identities").await, 0);
    // the issuer still says that the address of before is theirs: that is nobody's now
    let again = by_issuer(&app, "7", "ada@x.test").await;
    assert_ne!(profile(&app, &again).await["id"], made["id"]);
    // and the account, which never had a password, gets one by its mail
    let link = reset_token(&app, "moved@x.test").await;
    reset(&app, &link, NEW).await.is(200);
    let back = login(&app, "moved@x.test", NEW).await.is(200);
    let back = profile(&app, &back).await;
    assert_eq!(back["id"], made["id"]);
    assert_eq!(back["auth_method"], "password");
}

/// An account that is somehow tied and was never proved is nobody's at the issuer after the proof.
#[both_stores]
async fn auth_15_a_first_proof_unties_it_too(app: TestApp) {
    app.owner().await;
    by_issuer(&app, "7", "ada@x.test").await;
    app.tamper(
        "UPDATE users SET email_verified = (1 = 0), auth_method = 'password' \
         WHERE email = 'ada@x.test'",
    )
    .await;
    let link = reset_token(&app, "ada@x.test").await;
    reset(&app, &link, NEW).await.is(200);
    assert_eq!(app.count("identities").await, 0);
}
