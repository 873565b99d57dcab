//! AUTH-01, AUTH-04, AUTH-08, AUTH-09: what a login tells, and what it ends.

use super::steps::{behind_a_proxy, exchange, logged_in, login, refresh, remove, rows};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};

/// What a stranger sees of an answer: all of it but the request's id and the second it was sent.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "x-request-id" && name != "date");
    headers.sort();
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    (answer.status, headers, body)
}

#[both_stores]
async fn auth_04_no_login_tells_who_has_an_account(app: TestApp) {
    let (_platform, wrong, removed, passwordless) = (
        app.owner().await,
        app.owner().await,
        app.owner().await,
        app.owner().await,
    );
    remove(&app, &removed).await;
    let email = &passwordless.email;
    app.tamper(&format!(
        "UPDATE users SET password_hash = NULL WHERE email = '{email}'"
    ))
    .await;
    let before = rows(&app).await;

    let cases = [
        (
            "an unknown address",
            "nobody@x.test",
            "Correct-Horse-0-Battery",
        ),
        (
            "a wrong password",
            wrong.email.as_str(),
            "Correct-Horse-0-Battery",
        ),
        (
            "an account without password",
            passwordless.email.as_str(),
            passwordless.password.as_str(),
        ),
        (
            "a removed member",
            removed.email.as_str(),
            removed.password.as_str(),
        ),
    ];
    let mut answers = Vec::new();
    for (what, email, password) in cases {
        let (hashes, events) = (
            app.services().password_hashes(),
            app.count("audit_events").await,
        );
        let answer = login(&app, email, password).send().await.is_problem(401);
        assert_eq!(app.services().password_hashes(), hashes + 1, "{what}");
        assert_eq!(app.count("audit_events").await, events + 1, "{what}");
        assert_eq!(
            app.last_event().await,
            "auth.failure denied invalid_credentials",
            "{what}"
        );
        answers.push((what, seen(&answer)));
    }
    for (what, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{what} is told apart");
    }
    assert_eq!(answers[0].1.2["detail"], "Invalid credentials");
    assert_eq!(rows(&app).await, before);
}

#[both_stores]
async fn auth_01_the_spellings_of_an_address_share_one_lock(app: TestApp) {
    let ada = app.owner().await;
    let (name, domain) = ada.email.split_once('@').unwrap();
    let spellings = [
        ada.email.clone(),
        ada.email.to_uppercase(),
        format!(" {} ", ada.email),
        format!("{name}@{}", domain.to_uppercase()),
        format!("\t{}\r\n", ada.email),
    ];
    for round in 0..10 {
        login(&app, &spellings[round % 5], "Wrong-Horse-0-Battery")
            .send()
            .await
            .is_problem(401);
    }
    let hashes = app.services().password_hashes();
    for spelling in &spellings {
        let locked = login(&app, spelling, &ada.password)
            .send()
            .await
            .is_problem(429);
        let wait: i64 = locked.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
    }
    assert_eq!(
        app.services().password_hashes(),
        hashes,
        "a locked account cost a hash"
    );
    app.clock().advance(900);
    login(&app, &spellings[1], &ada.password)
        .send()
        .await
        .is(200);
}

#[both_stores]
async fn auth_08_changing_a_password_is_no_free_guess(app: TestApp) {
    let ada = logged_in(&app.owner().await).await;
    let change = async |current: &str| {
        let body =
            json!({ "current_password": current, "new_password": "Correct-Horse-7-Battery" });
        ada.post("/v1/auth/change-password", body).await
    };
    for _ in 0..5 {
        let answer = change("Wrong-Horse-0-Battery").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Current password is wrong");
        assert_eq!(app.last_event().await, "auth.failure denied wrong_password");
        login(&app, &ada.email, "Wrong-Horse-0-Battery")
            .send()
            .await
            .is_problem(401);
    }
    let hashes = app.services().password_hashes();
    change(&ada.password).await.is_problem(429);
    assert_eq!(app.last_event().await, "auth.failure denied rate_limited");
    login(&app, &ada.email, &ada.password)
        .send()
        .await
        .is_problem(429);
    assert_eq!(app.services().password_hashes(), hashes);
    app.clock().advance(900);
    logged_in(&ada).await;
}

#[both_stores]
async fn auth_08_the_lock_is_the_accounts_from_an_unknown_address_too(app: TestApp) {
    let ada = app.owner().await;
    let front = behind_a_proxy(&app).await;
    for _ in 0..10 {
        let answer = login(&front, &ada.email, "Wrong-Horse-0-Battery");
        answer
            .header("x-forwarded-for", "198.51.100.7")
            .send()
            .await
            .is_problem(401);
    }
    let body =
        json!({ "current_password": ada.password, "new_password": "Correct-Horse-7-Battery" });
    let change = ada
        .at(&front)
        .request("POST", "/v1/auth/change-password")
        .json(&body);
    change
        .header("x-forwarded-for", "198.51.100.8")
        .send()
        .await
        .is_problem(429);
}

/// Everything a thief could have taken: an access token, a refresh token, and a token of a key.
async fn stolen(ada: &Person) -> (Person, String, String) {
    let thief = logged_in(ada).await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let of_key = exchange(&ada.instance, &api_key)
        .await
        .is(200)
        .str("/access_token");
    (thief, of_key, api_key)
}

#[both_stores]
async fn auth_09_a_new_password_ends_every_other_session_everywhere(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let (thief, of_key, api_key) = stolen(&ada).await;
    for instance in [&*app, &other] {
        thief.at(instance).get("/v1/auth/me").await.is(200);
        ada.at(instance)
            .with(&of_key)
            .get("/v1/vaults")
            .await
            .is(200);
    }

    let new = "Correct-Horse-9-Battery";
    let body = json!({ "current_password": ada.password, "new_password": new });
    let changed = ada.post("/v1/auth/change-password", body).await.is(200);
    assert_eq!(
        changed.json(),
        json!({ "message": "Password changed successfully" })
    );
    assert_eq!(app.last_event().await, "user.password_change ok");

    for instance in [&other, &*app] {
        for token in [&thief.token, &of_key] {
            let answer = ada
                .at(instance)
                .with(token)
                .get("/v1/auth/me")
                .await
                .is_problem(401);
            assert_eq!(answer.str("/detail"), "Token has been revoked");
        }
        refresh(instance, &thief.refresh_token)
            .await
            .is_problem(401);
        login(instance, &ada.email, &ada.password)
            .send()
            .await
            .is_problem(401);
        ada.at(instance).get("/v1/auth/me").await.is(200);
    }
    refresh(&other, &ada.refresh_token).await.is(200);
    exchange(&other, &api_key).await.is(200);
    login(&other, &ada.email, new).send().await.is(200);
}

#[both_stores]
async fn auth_09_a_login_in_flight_does_not_outlive_the_old_password(app: TestApp) {
    // hashes that take their time: logins are still being checked when the change is done
    let slow = app
        .instance_with(|services, _| {
            services.password_params = oneclaw_services::PasswordPolicyParams::default();
            services.failed_passwords.tries = 1_000;
        })
        .await;
    let ada = app.owner().await;
    let body =
        json!({ "current_password": ada.password, "new_password": "Correct-Horse-9-Battery" });
    let logins = (0..24).map(|_| login(&slow, &ada.email, &ada.password).send());
    let changing = ada.at(&slow);
    let (changed, answers) = tokio::join!(
        changing.post("/v1/auth/change-password", body),
        join_all(logins)
    );
    changed.is(200);
    for answer in answers {
        if answer.status == 200 {
            let token = answer.str("/access_token");
            ada.with(&token).get("/v1/auth/me").await.is_problem(401);
            refresh(&app, &answer.str("/refresh_token"))
                .await
                .is_problem(401);
        } else {
            answer.is_problem(401);
        }
    }
    ada.get("/v1/auth/me").await.is(200);
}
