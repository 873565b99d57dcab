//! MAIL-06: one address is not flooded.

use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn mail_06_one_cap_over_all_kinds_and_callers_cannot_tell(app: TestApp) {
    let capped = app
        .instance_with(|settings, _| {
            settings.mails_per_address = AttemptLimit {
                tries: 10,
                seconds: 3600,
            };
        })
        .await;
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
    let change =
        json!({ "current_password": ada.password, "new_password": "Another-Horse-7-Battery" });
    ada.post("/v1/auth/change-password", change).await.is(200);
    assert_eq!(app.mail_to(&ada.email).await.len(), 10);
    assert_eq!(app.mail_to(&bob.email).await.len(), 1, "of another address");
    app.clock().advance(3600);
    let ada = ada.with(&logged_in(&capped, &ada.email).await);
    ada.api_key(json!({ "name": "later" })).await;
    assert_eq!(app.mail_to(&ada.email).await.len(), 11);
}

async fn logged_in(at: &oneclaw_testkit::Instance, email: &str) -> String {
    let body = json!({ "email": email, "password": "Another-Horse-7-Battery" });
    at.post("/v1/auth/token", body)
        .await
        .is(200)
        .str("/access_token")
}
