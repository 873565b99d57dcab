//! Which events send a mail, and what it says.

use oneclaw_testkit::{Received, TestApp, both_stores};
use serde_json::json;

fn subjects(mails: &[Received]) -> Vec<String> {
    mails
        .iter()
        .filter_map(|mail| mail.header("subject"))
        .collect()
}

#[both_stores]
async fn a_signup_is_welcomed(app: TestApp) {
    let ada = app.owner().await;
    assert_eq!(app.deliver_mail().await, 1);
    let mails = app.mailbox().messages();
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}");
    };
    assert_eq!(mail.to, [ada.email.as_str()]);
    assert_eq!(mail.from, "noreply@oneclaw.test");
    assert_eq!(mail.header("to").unwrap(), ada.email);
    assert_eq!(
        mail.header("from").unwrap(),
        "oneclaw <noreply@oneclaw.test>"
    );
    assert_eq!(subjects(&mails), ["Welcome to oneclaw"]);
    let name = ada.get("/v1/auth/me").await.str("/display_name");
    for form in [mail.text(), mail.html()] {
        assert!(form.contains(&name), "{form}");
        assert!(
            form.contains(&app.services().settings().public_url),
            "{form}"
        );
    }
    assert_eq!(app.deliver_mail().await, 0, "once");
    assert_eq!(app.outbox().await, ["welcome sent 1"]);
}

#[both_stores]
async fn key_05_a_new_api_key_is_told_without_the_key(app: TestApp) {
    let ada = app.owner().await;
    let (key, _) = ada.api_key(json!({ "name": "backup script" })).await;
    let mails = app.mail_to(&ada.email).await;
    // what is due at once may arrive in any order
    let told = |mail: &&Received| mail.header("subject").unwrap().contains("API key");
    let mail = mails.iter().find(told).unwrap();
    assert_eq!(mails.len(), 2);
    for form in [mail.text(), mail.html()] {
        assert!(
            form.contains("backup script") && form.contains(&key[..8]),
            "{form}"
        );
        assert!(!form.contains(&key[..20]), "{form}");
    }
}

#[both_stores]
async fn a_changed_password_is_told(app: TestApp) {
    let ada = app.owner().await;
    app.deliver_mail().await;
    let change = |current: &str| json!({ "current_password": current, "new_password": "Another-Horse-7-Battery" });
    ada.post("/v1/auth/change-password", change("Wrong-Horse-7-Battery"))
        .await
        .is(401);
    assert_eq!(app.deliver_mail().await, 0, "nothing happened");
    ada.post("/v1/auth/change-password", change(&ada.password))
        .await
        .is(200);
    let mails = app.mail_to(&ada.email).await;
    assert_eq!(
        subjects(&mails),
        ["Welcome to oneclaw", "Your password was changed"]
    );
    assert!(!mails[1].text().contains("Horse"), "{}", mails[1].text());
}

#[both_stores]
async fn auth_03_mail_02_what_did_not_happen_is_not_told(app: TestApp) {
    let ada = app.owner().await;
    let again = json!({ "email": ada.email, "password": "Correct-Horse-9-Battery" });
    app.post("/v1/auth/signup", again).await.is(409);
    ada.post(
        "/v1/auth/api-keys",
        json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" }),
    )
    .await
    .is(400);
    assert_eq!(app.outbox().await, ["welcome waiting 0"]);
    assert_eq!(app.mail_to(&ada.email).await.len(), 1);
}
