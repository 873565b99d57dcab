//! MAIL-06: one address is not flooded. FLD-09: nor is anybody kept from hearing of their own account.

use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::json;

const NEW_PASSWORD: &str = "Another-Horse-7-Battery";

async fn capped(app: &TestApp) -> Instance {
    app.instance_with(|settings, _| {
        settings.mails_per_address = AttemptLimit {
            tries: 10,
            seconds: 3600,
        };
    })
    .await
}

/// How many mails came to somebody whose subject has a word.
async fn told(app: &TestApp, who: &Person, word: &str) -> usize {
    let mails = app.mail_to(&who.email).await;
    let about = mails.iter().filter_map(|mail| mail.header("subject"));
    about.filter(|subject| subject.contains(word)).count()
}

async fn change_password(who: &Person) {
    let change = json!({ "current_password": who.password, "new_password": NEW_PASSWORD });
    who.post("/v1/auth/change-password", change).await.is(200);
}

#[both_stores]
async fn mail_06_one_cap_and_callers_cannot_tell(app: TestApp) {
    let capped = capped(&app).await;
    let (ada, bob) = (capped.owner().await, capped.owner().await);
    let mut answers = Vec::new();
    for number in 0..14 {
        let made = ada
            .post(
                "/v1/auth/api-keys",
                json!({ "name": format!("key {number}") }),
            )
            .await;
        let mut members: Vec<_> = made.json().as_object().unwrap().keys().cloned().collect();
        members.sort();
        answers.push((made.status, members));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(told(&app, &ada, "API key").await, 10);
    assert_eq!(app.mail_to(&bob.email).await.len(), 1, "of another address");
    // many keys do not hide a new password
    change_password(&ada).await;
    assert_eq!(told(&app, &ada, "password").await, 1);
    app.clock().advance(3600);
    let ada = ada.with(&logged_in(&capped, &ada.email).await);
    ada.api_key(json!({ "name": "later" })).await;
    assert_eq!(told(&app, &ada, "API key").await, 11);
}

#[both_stores]
async fn mail_06_fld_09_strangers_cannot_silence_the_notices_of_an_account(app: TestApp) {
    let capped = capped(&app).await;
    let ada = capped.owner().await;
    for _ in 0..3 {
        let stranger = capped.owner().await;
        for _ in 0..5 {
            stranger
                .post("/v1/org/invite", json!({ "email": ada.email }))
                .await
                .is(200);
            let asks = json!({ "name": "builder", "human_email": ada.email });
            capped.enroll(asks).await;
            app.deliver_mail().await;
        }
    }
    let strange = app.mail_to(&ada.email).await.len();
    assert_eq!(strange, 10, "one cap over all that strangers cause");
    ada.api_key(json!({ "name": "backup script" })).await;
    change_password(&ada).await;
    assert_eq!(told(&app, &ada, "API key").await, 1);
    assert_eq!(told(&app, &ada, "password").await, 1);
}

async fn logged_in(at: &Instance, email: &str) -> String {
    let body = json!({ "email": email, "password": NEW_PASSWORD });
    at.post("/v1/auth/token", body)
        .await
        .is(200)
        .str("/access_token")
}
