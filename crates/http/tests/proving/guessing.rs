//! AUTH-16: an address that many accounts want to guess their way to.

use crate::steps::proved_owner;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

const TARGET: &str = "target@x.test";

async fn ask(who: &Person) -> serde_json::Value {
    let body = json!({ "new_email": TARGET });
    let answer = who.post("/v1/auth/change-email", body).await.is(200);
    answer.json()
}

async fn waiting(app: &TestApp) -> usize {
    let sql = "SELECT about AS text FROM account_proofs WHERE kind = 'email_change'";
    app.rows(sql).await.len()
}

#[both_stores]
async fn auth_16_many_accounts_have_five_codes_for_one_target(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.password_mails.tries = 5;
            services.password_mails.seconds = 3600;
        })
        .await;
    let mut answers = Vec::new();
    for number in 1..=8 {
        let guesser = proved_owner(&app).await.at(&limited);
        answers.push(ask(&guesser).await);
        assert_eq!(app.mail_to(TARGET).await.len(), number.min(5));
        assert_eq!(waiting(&app).await, number.min(5));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    app.clock().advance(3600);
    ask(&proved_owner(&app).await.at(&limited)).await;
    assert_eq!(app.mail_to(TARGET).await.len(), 6);
}

/// A code that was left out of the mail is none.
#[both_stores]
async fn auth_16_without_a_mail_there_is_no_code(app: TestApp) {
    let capped = app
        .instance_with(|services, _| {
            services.mails_per_address.tries = 2;
            services.mails_per_address.seconds = 3600;
        })
        .await;
    let mut answers = Vec::new();
    for number in 1..=4 {
        let guesser = proved_owner(&app).await.at(&capped);
        answers.push(ask(&guesser).await);
        assert_eq!(waiting(&app).await, number.min(2));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(app.mail_to(TARGET).await.len(), 2);
}

/// Somebody whose newest request came to nothing has no code of before either.
#[both_stores]
async fn auth_16_a_request_that_is_left_out_voids_the_one_before(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.password_mails.tries = 2)
        .await;
    for _ in 0..2 {
        ask(&proved_owner(&app).await.at(&limited)).await;
    }
    let ada = proved_owner(&app).await.at(&limited);
    let elsewhere = json!({ "new_email": "elsewhere@x.test" });
    ada.post("/v1/auth/change-email", elsewhere).await.is(200);
    let code = app.mail_to("elsewhere@x.test").await[0].code();
    ask(&ada).await;
    assert_eq!(app.mail_to(TARGET).await.len(), 2);
    let body = json!({ "code": code });
    ada.post("/v1/auth/verify-email-change", body)
        .await
        .is_invalid("code");
}
