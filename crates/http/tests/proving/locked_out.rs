//! AUTH-06: strangers who try passwords without end do not keep the owner out.

use crate::steps::{
    NEW, PASSWORD, WRONG, behind_a_proxy, forget, from, login_from, proved_owner, reset_token,
    sign_up, token, tokens,
};
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::json;

const STRANGER: &str = "198.51.100.7";
const HOME: &str = "192.0.2.1";

/// Uses up what strangers have.
async fn flood(front: &Instance, email: &str) {
    for _ in 0..10 {
        login_from(front, STRANGER, email, WRONG).await;
    }
    login_from(front, STRANGER, email, WRONG)
        .await
        .is_problem(429);
}

#[both_stores]
async fn auth_06_a_reset_lets_in_from_an_address_that_was_never_seen(app: TestApp) {
    let front = behind_a_proxy(&app).await;
    let ada = proved_owner(&app).await;
    flood(&front, &ada.email).await;
    let locked = login_from(&front, HOME, &ada.email, &ada.password).await;
    let locked = locked.is_problem(429);
    let wait: i64 = locked.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    let link = reset_token(&app, &ada.email).await;
    let body = json!({ "token": link, "new_password": NEW });
    from(&front, HOME, "/v1/auth/reset-password", body)
        .await
        .is(200);
    // the attack goes on, and the owner is in all the same
    flood(&front, &ada.email).await;
    login_from(&front, HOME, &ada.email, NEW).await.is(200);
    // who proved nothing waits, and is let in at the latest after that
    let elsewhere = "192.0.2.99";
    let waits = login_from(&front, elsewhere, &ada.email, NEW).await;
    let waits = waits.is_problem(429);
    let wait: i64 = waits.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    app.clock().advance(wait);
    login_from(&front, elsewhere, &ada.email, NEW).await.is(200);
}

/// Who reads the mail gets no codes of the second factor to try beside those of strangers.
#[both_stores]
async fn auth_06_a_reset_gives_no_more_tries_at_the_second_factor(app: TestApp) {
    let front = behind_a_proxy(&app).await;
    let ada = proved_owner(&app).await;
    ada.turn_mfa_on().await;
    let link = reset_token(&app, &ada.email).await;
    let body = json!({ "token": link, "new_password": NEW });
    from(&front, HOME, "/v1/auth/reset-password", body)
        .await
        .is(200);
    flood(&front, &ada.email).await;
    let mut statuses = Vec::new();
    for ip in [HOME, "192.0.2.2"].into_iter().cycle().take(12) {
        let asked = login_from(&front, HOME, &ada.email, NEW).await.is(200);
        let body = json!({ "mfa_token": asked.str("/mfa_token"), "code": "000000" });
        let answer = from(&front, ip, "/v1/auth/mfa/verify", body).await;
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..10], [401; 10], "{statuses:?}");
    assert_eq!(statuses[10..], [429; 2], "{statuses:?}");
}

/// The token's holder is no stranger: what strangers tried does not count against them.
#[both_stores]
async fn auth_06_strangers_do_not_close_the_road_by_mail_and_password(app: TestApp) {
    let front = behind_a_proxy(&app).await;
    let verifying = app
        .instance_with(|services, http| {
            services.require_email_verification = Some(true);
            http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .await;
    let ada = app.owner().await;
    sign_up(&verifying, "new@x.test", PASSWORD).await.is(200);
    for (email, password) in [
        (ada.email.as_str(), ada.password.as_str()),
        ("new@x.test", PASSWORD),
    ] {
        flood(&front, email).await;
        let link = token(&app, email, "verify-email").await;
        let body = json!({ "token": link, "password": password });
        from(&front, HOME, "/v1/auth/verify-email", body)
            .await
            .is(200);
        flood(&front, email).await;
        login_from(&front, HOME, email, password).await.is(200);
    }
}

/// Of one token, one's own tries are counted, and another's are its own.
#[both_stores]
async fn auth_08_tries_beside_a_token_are_counted_for_that_token(app: TestApp) {
    let front = behind_a_proxy(&app).await;
    let verifying = crate::steps::verifying(&app).await;
    let ada = app.owner().await;
    let first = token(&app, &ada.email, "verify-email").await;
    sign_up(&verifying, &ada.email, PASSWORD).await.is(200);
    let second = tokens(&app, &ada.email, "verify-email")
        .await
        .pop()
        .unwrap();
    assert_ne!(first, second);
    let with = async |number: u8, token: &str, password: &str| {
        let body = json!({ "token": token, "password": password });
        let ip = format!("203.0.113.{number}");
        from(&front, &ip, "/v1/auth/verify-email", body).await
    };
    for number in 0..10 {
        with(number, &first, WRONG).await.is_problem(401);
    }
    with(10, &first, &ada.password).await.is_problem(429);
    with(11, &second, &ada.password).await.is(200);
    // and who only asks for a mail uses nobody's tries up
    forget(&app, &ada.email).await.is(200);
    login_from(&front, STRANGER, &ada.email, &ada.password)
        .await
        .is(200);
}
