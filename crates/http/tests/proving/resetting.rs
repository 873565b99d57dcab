//! AUTH-06, AUTH-09, AUTH-12: a new password by a mailed token.

use crate::steps::{
    NEW, PASSWORD, WRONG, forget, login, proved_owner, reset, reset_token, rows, subjects, tokens,
};
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn auth_09_a_reset_ends_every_session_everywhere(app: TestApp) {
    let other = app.another_instance().await;
    let ada = proved_owner(&app).await;
    let thief = login(&app, &ada.email, &ada.password).await.is(200);
    let (access, refresh) = (thief.str("/access_token"), thief.str("/refresh_token"));
    let earlier = reset_token(&app, &ada.email).await;
    let link = reset_token(&app, &ada.email).await;
    let done = reset(&app, &link, NEW).await.is(200);
    assert_eq!(done.json(), json!({ "message": "Password updated" }));
    assert_eq!(app.last_event().await, "user.password_reset ok");
    for instance in [&other, &*app] {
        for token in [&access, &ada.token] {
            let dead = ada.at(instance).with(token).get("/v1/auth/me").await;
            let dead = dead.is_problem(401);
            assert_eq!(dead.str("/detail"), "Token has been revoked");
        }
        let body = json!({ "refresh_token": refresh });
        instance
            .post("/v1/auth/refresh", body)
            .await
            .is_problem(401);
        login(instance, &ada.email, &ada.password)
            .await
            .is_problem(401);
        reset(instance, &earlier, PASSWORD)
            .await
            .is_invalid("token");
        login(instance, &ada.email, NEW).await.is(200);
    }
    let mails = subjects(&app, &ada.email).await;
    assert!(
        mails.iter().any(|it| it == "Your password was changed"),
        "{mails:?}"
    );
}

#[both_stores]
async fn auth_12_a_reset_happens_once(app: TestApp) {
    let other = app.another_instance().await;
    let ada = proved_owner(&app).await;
    let link = reset_token(&app, &ada.email).await;
    let tries = (0..16).map(|number| {
        let instance = if number % 2 == 0 { &*app } else { &other };
        let password = format!("Another-Battery-{number}-Staple");
        let link = &link;
        async move {
            let answer = reset(instance, link, &password).await;
            (password, answer.status)
        }
    });
    let tries = join_all(tries).await;
    let won: Vec<_> = tries.iter().filter(|(_, status)| *status == 200).collect();
    let lost = tries.iter().filter(|(_, status)| *status == 400).count();
    assert_eq!((won.len(), lost), (1, 15), "{tries:?}");
    login(&app, &ada.email, &won[0].0).await.is(200);
    reset(&app, &link, NEW).await.is_invalid("token");
}

#[both_stores]
async fn auth_12_a_link_stands_for_an_hour(app: TestApp) {
    let ada = proved_owner(&app).await;
    let link = reset_token(&app, &ada.email).await;
    app.clock().advance(3600);
    let before = rows(&app).await;
    reset(&app, &link, NEW).await.is_invalid("token");
    let denied = "user.password_reset denied invalid_input";
    assert_eq!(app.last_event().await, denied);
    assert_eq!(rows(&app).await, before);
    let link = reset_token(&app, &ada.email).await;
    app.clock().advance(3599);
    reset(&app, &link, NEW).await.is(200);
}

#[both_stores]
async fn auth_12_another_way_to_a_new_password_or_address_kills_the_links(app: TestApp) {
    let ada = proved_owner(&app).await;
    let link = reset_token(&app, &ada.email).await;
    let body = json!({ "current_password": ada.password, "new_password": NEW });
    ada.post("/v1/auth/change-password", body).await.is(200);
    reset(&app, &link, PASSWORD).await.is_invalid("token");

    let link = reset_token(&app, &ada.email).await;
    let change = json!({ "new_email": "moved@x.test" });
    ada.post("/v1/auth/change-email", change).await.is(200);
    let code = json!({ "code": app.mail_to("moved@x.test").await[0].code() });
    ada.post("/v1/auth/verify-email-change", code).await.is(200);
    reset(&app, &link, PASSWORD).await.is_invalid("token");
    login(&app, "moved@x.test", NEW).await.is(200);
}

#[both_stores]
async fn auth_05_a_weak_password_spends_no_token(app: TestApp) {
    let ada = proved_owner(&app).await;
    let link = reset_token(&app, &ada.email).await;
    let own = format!("{}-AB-12", ada.email);
    for weak in ["Password123!", "short-A1", &own] {
        reset(&app, &link, weak).await.is_invalid("new_password");
    }
    reset(&app, &link, NEW).await.is(200);
}

#[both_stores]
async fn auth_06_a_reset_lifts_the_lock(app: TestApp) {
    let ada = proved_owner(&app).await;
    for _ in 0..10 {
        login(&app, &ada.email, WRONG).await.is_problem(401);
    }
    login(&app, &ada.email, &ada.password).await.is_problem(429);
    let link = reset_token(&app, &ada.email).await;
    reset(&app, &link, NEW).await.is(200);
    login(&app, &ada.email, NEW).await.is(200);
}

/// MAIL-04: what waits is not sent when its token is worth nothing any more.
#[both_stores]
async fn mail_04_a_dead_token_is_not_sent(app: TestApp) {
    let ada = proved_owner(&app).await;
    forget(&app, &ada.email).await.is(200);
    app.clock().advance(3600);
    assert!(tokens(&app, &ada.email, "reset-password").await.is_empty());
    let states = app.outbox().await;
    assert!(
        states.contains(&"password_reset expired 1".to_owned()),
        "{states:?}"
    );

    forget(&app, &ada.email).await.is(200);
    let ada = Person {
        token: login(&app, &ada.email, &ada.password)
            .await
            .is(200)
            .str("/access_token"),
        ..ada
    };
    let body = json!({ "current_password": ada.password, "new_password": NEW });
    ada.post("/v1/auth/change-password", body).await.is(200);
    assert!(tokens(&app, &ada.email, "reset-password").await.is_empty());
    let mails = subjects(&app, &ada.email).await;
    assert!(
        mails.iter().any(|it| it == "Your password was changed"),
        "{mails:?}"
    );
}
