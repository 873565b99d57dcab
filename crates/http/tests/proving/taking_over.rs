//! AUTH-15: who did not sign up takes over what was made in their name, in one step.

use crate::steps::{
    NEW, PASSWORD, WRONG, follow, from, login, me, reset, reset_token, rows, sign_up, take_over,
    token, verifying,
};
use futures_util::future::join_all;
use oneclaw_testkit::{Instance, Person, TestApp, both_stores};
use serde_json::json;

/// Whoever planted the password has no moment in which it works.
#[both_stores]
async fn auth_15_a_planted_sign_up_is_taken_over_with_a_password_of_ones_own(app: TestApp) {
    let at = verifying(&app).await;
    sign_up(&at, "victim@x.test", PASSWORD).await.is(200);
    let link = token(&app, "victim@x.test", "verify-email").await;
    let planted = (0..8).map(|_| login(&at, "victim@x.test", PASSWORD));
    let (taken, planted) = tokio::join!(take_over(&at, &link, NEW), join_all(planted));
    taken.is(200);
    for answer in planted {
        answer.is_problem(401);
    }
    login(&at, "victim@x.test", PASSWORD).await.is_problem(401);
    let owner = login(&at, "victim@x.test", NEW).await.is(200);
    let profile = me(&at, &owner.str("/access_token")).await;
    assert_eq!(profile["email_verified"], true);
    assert_eq!(app.count("users").await, 1);
    take_over(&at, &link, PASSWORD).await.is_invalid("token");
}

#[both_stores]
async fn auth_15_so_is_an_account_that_was_not_proved(app: TestApp) {
    let other = app.another_instance().await;
    app.owner().await;
    let eve = app.owner().await;
    let (api_key, _) = eve.api_key(json!({ "name": "a way back" })).await;
    let link = token(&app, &eve.email, "verify-email").await;
    // even by the session that made it: who takes over wants nothing of before
    let body = json!({ "token": link, "new_password": NEW });
    let taken = eve.post("/v1/auth/verify-email", body).await.is(200);
    assert_eq!(app.last_event().await, "user.verify_email ok");
    for at in [&*app, &other] {
        eve.at(at).get("/v1/auth/me").await.is_problem(401);
        login(at, &eve.email, &eve.password).await.is_problem(401);
        let body = json!({ "api_key": api_key });
        at.post("/v1/auth/api-key-token", body)
            .await
            .is_problem(401);
    }
    let profile = me(&app, &taken.str("/access_token")).await;
    assert_eq!(profile["has_password"], true);
    login(&other, &eve.email, NEW).await.is(200);
}

/// A password that breaks the rule spends nothing, and nobody is of two minds.
#[both_stores]
async fn auth_15_a_weak_password_takes_nothing_over(app: TestApp) {
    let at = verifying(&app).await;
    let eve = app.owner().await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let links = [
        token(&app, &eve.email, "verify-email").await,
        token(&app, "new@x.test", "verify-email").await,
    ];
    let before = rows(&app).await;
    for link in &links {
        for weak in ["Password123!", "short-A1"] {
            take_over(&at, link, weak).await.is_invalid("new_password");
        }
        let both = json!({ "token": link, "password": PASSWORD, "new_password": NEW });
        at.post("/v1/auth/verify-email", both)
            .await
            .is_invalid("new_password");
    }
    assert_eq!(rows(&app).await, before);
    for link in &links {
        take_over(&at, link, NEW).await.is(200);
    }
}

/// The endpoint alone stays as the contract has it, and what was planted can be reset.
#[both_stores]
async fn auth_15_between_activation_and_reset_nothing_planted_stays(app: TestApp) {
    let at = verifying(&app).await;
    sign_up(&at, "victim@x.test", PASSWORD).await.is(200);
    let link = token(&app, "victim@x.test", "verify-email").await;
    follow(&at, &link).await.is(200);
    let eve = login(&at, "victim@x.test", PASSWORD).await.is(200);
    let link = reset_token(&app, "victim@x.test").await;
    reset(&at, &link, NEW).await.is(200);
    let eve = eve.str("/access_token");
    let dead = at.request("GET", "/v1/auth/me").bearer(&eve).send().await;
    dead.is_problem(401);
    login(&at, "victim@x.test", PASSWORD).await.is_problem(401);
}

/// Shuts everybody out but those of one address.
async fn shut_out(eve: &Person) {
    let body = json!({ "rule_type": "allow", "cidr": "198.51.100.7/32", "force": true });
    eve.post("/v1/security/ip-rules", body).await.is(201);
    eve.get("/v1/auth/me").await.is_problem(403);
}

#[both_stores]
async fn auth_15_rules_about_addresses_do_not_keep_the_owner_out(app: TestApp) {
    app.owner().await;
    for by_reset in [false, true] {
        let eve = app.owner().await;
        shut_out(&eve).await;
        let session = if by_reset {
            let link = reset_token(&app, &eve.email).await;
            reset(&app, &link, NEW).await.is(200);
            login(&app, &eve.email, NEW).await.is(200)
        } else {
            let link = token(&app, &eve.email, "verify-email").await;
            follow(&app, &link).await.is(200)
        };
        let owner = eve.with(&session.str("/access_token"));
        owner.get("/v1/auth/me").await.is(200);
        let rules = owner.get("/v1/security/ip-rules").await.is(200);
        assert_eq!(rules.json()["rules"], json!([]));
    }
}

/// What the owner of a proved account set up stays.
#[both_stores]
async fn a_reset_of_a_proved_account_keeps_its_rules(app: TestApp) {
    let ada = crate::steps::proved_owner(&app).await;
    let body = json!({ "rule_type": "deny", "cidr": "198.51.100.0/24" });
    ada.post("/v1/security/ip-rules", body).await.is(201);
    let link = reset_token(&app, &ada.email).await;
    reset(&app, &link, NEW).await.is(200);
    assert_eq!(app.count("ip_rules").await, 1);
}

async fn ten_wrong(front: &Instance, ip: &str, email: &str) {
    for _ in 0..10 {
        let body = json!({ "email": email, "password": WRONG });
        from(front, ip, "/v1/auth/token", body)
            .await
            .is_problem(401);
    }
}

/// Addresses from which the squatter logged in are strangers' from then on.
#[both_stores]
async fn auth_15_known_addresses_are_forgotten(app: TestApp) {
    let front = crate::steps::behind_a_proxy(&app).await;
    app.owner().await;
    let eve = app.owner().await;
    let squatted = "203.0.113.66";
    let known = async |password: &str| {
        crate::steps::login_from(&front, squatted, &eve.email, password).await
    };
    known(&eve.password).await.is(200);
    let link = token(&app, &eve.email, "verify-email").await;
    let body = json!({ "token": link, "new_password": NEW });
    from(&front, "192.0.2.1", "/v1/auth/verify-email", body)
        .await
        .is(200);
    ten_wrong(&front, "198.51.100.1", &eve.email).await;
    known(WRONG).await.is_problem(429);
    crate::steps::login_from(&front, "192.0.2.1", &eve.email, NEW)
        .await
        .is(200);
}
