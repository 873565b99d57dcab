//! The month's requests, counted from nothing.

use crate::steps::{credit, event_of, frugal, is_in_log_of, with_secret};
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

async fn used(ada: &Person, email: &str) -> i64 {
    let listed = ada.get("/v1/admin/users").await.is(200).get("/users");
    let found = listed.as_array().unwrap().iter();
    let mut found = found.filter(|user| user["email"] == email);
    found.next().unwrap()["current_month_requests"]
        .as_i64()
        .unwrap()
}

#[both_stores]
async fn contract_19_all_requests_are_forgotten_and_credits_are_not(app: TestApp) {
    let (ada, bob, carol) = (app.owner().await, app.owner().await, app.owner().await);
    credit(&ada, &bob.org_id, json!({ "amount_cents": 100 }))
        .await
        .is(200);
    for who in [&bob, &bob, &carol] {
        who.get("/v1/auth/me").await.is(200);
    }
    let before = used(&ada, &ada.email).await;
    let expected = before + used(&ada, &bob.email).await + used(&ada, &carol.email).await;
    let reset = ada.post_empty("/v1/admin/usage/reset").await.is(200);
    // the three looks above are the platform's own requests
    let forgotten = reset.get("/deleted_events").as_i64().unwrap();
    assert!(
        (expected..=expected + 3).contains(&forgotten),
        "{forgotten} {expected}"
    );
    let event = event_of(&app, &reset).await;
    assert_eq!(event["action"], "admin.usage_reset", "{event}");
    is_in_log_of(&event, &ada.org_id);
    assert_eq!(used(&ada, &bob.email).await, 0);
    assert_eq!(used(&ada, &carol.email).await, 0);
    let taken = credit(&ada, &bob.org_id, json!({ "amount_cents": -100 })).await;
    assert_eq!(taken.is(200).get("/balance_cents"), 0);
}

/// It holds at once, on every instance.
#[both_stores]
async fn contract_19_the_requests_of_one_organization_are_forgotten(app: TestApp) {
    let ada = app.owner().await;
    let (one, two) = (frugal(&app, 3).await, frugal(&app, 3).await);
    let bob = one.owner().await;
    let vault = with_secret(&bob).await;
    let read = async |by: Person| by.read(&vault, "db/password").await.status;
    assert_eq!(read(bob.clone()).await, 200);
    assert_eq!(
        [read(bob.clone()).await, read(bob.at(&two)).await],
        [402, 402]
    );
    let body = json!({ "email": bob.email.to_uppercase() });
    let reset = ada
        .post("/v1/admin/usage/reset-for-user", body)
        .await
        .is(200);
    assert_eq!(reset.get("/org_id"), bob.org_id.as_str());
    assert_eq!(reset.get("/user_id"), bob.user_id.as_str());
    assert_eq!(reset.get("/email"), bob.email.as_str());
    assert!(
        reset.get("/deleted_events").as_i64().unwrap() >= 3,
        "{}",
        reset.text()
    );
    assert!(reset.get("/display_name").is_string());
    let event = event_of(&app, &reset).await;
    assert_eq!(event["action"], "admin.usage_reset_org", "{event}");
    is_in_log_of(&event, &bob.org_id);
    assert_eq!(
        [read(bob.at(&two)).await, read(bob.clone()).await],
        [200, 200]
    );

    let nobody = json!({ "email": "nobody@example.test" });
    let none = ada.post("/v1/admin/usage/reset-for-user", nobody).await;
    is_in_log_of(&event_of(&app, &none.is_problem(404)).await, &ada.org_id);
    for bad in [json!({}), json!({ "email": "x" }), json!({ "email": 1 })] {
        ada.post("/v1/admin/usage/reset-for-user", bad)
            .await
            .is_invalid("email");
    }
}

/// Resetting while requests are counted neither fails nor holds them up for ever.
#[both_stores]
async fn contract_19_resets_and_requests_at_once(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let carol = app.owner().await;
    let other = app.another_instance().await;
    let all = (0..24).map(|turn| {
        let (ada, bob) = (ada.clone(), bob.clone());
        let (carol, there) = (carol.clone(), other.clone());
        async move {
            match turn % 4 {
                0 => ada.post_empty("/v1/admin/usage/reset").await,
                1 => bob.get("/v1/auth/me").await,
                2 => carol.at(&there).get("/v1/auth/me").await,
                _ => {
                    let body = json!({ "email": bob.email });
                    let reset = "/v1/admin/usage/reset-for-user";
                    ada.at(&there).post(reset, body).await
                }
            }
        }
    });
    for answer in join_all(all).await {
        answer.is(200);
    }
}
