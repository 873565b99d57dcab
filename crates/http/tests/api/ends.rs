//! How sessions end, and who is kept out.

use oneclaw_services::SignupMode;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn ses_06_no_token_of_a_session_is_refreshed_after_logout(app: TestApp) {
    let ada = app.owner().await;
    let sibling = ada.post_empty("/v1/auth/refresh").await.is(200);
    let sibling = ada.with(&sibling.str("/access_token"));
    sibling.get("/v1/auth/me").await.is(200);
    ada.delete("/v1/auth/token").await.is(204);
    for instance in [(*app).clone(), app.another_instance().await] {
        let sibling = sibling.at(&instance);
        // by the contract it runs out by itself; what it must not do is to live on
        sibling.get("/v1/auth/me").await.is(200);
        let refused = sibling.post_empty("/v1/auth/refresh").await.is_problem(401);
        assert_eq!(refused.str("/detail"), "Token has been revoked");
        let spent = json!({ "refresh_token": ada.refresh_token });
        instance
            .post("/v1/auth/refresh", spent)
            .await
            .is_problem(401);
    }
}

#[both_stores]
async fn org_11_of_several_that_find_a_closed_installation_empty_one_gets_in(app: TestApp) {
    for mode in [SignupMode::Closed, SignupMode::Invite] {
        let door = app
            .instance_with(|services, _| services.signup_mode = mode)
            .await;
        let other = app
            .instance_with(|services, _| services.signup_mode = mode)
            .await;
        let signups = (0..12).map(|number| {
            let door = if number % 2 == 0 { door.clone() } else { other.clone() };
            tokio::spawn(async move {
                let body = json!({ "email": format!("p{number}@example.test"), "password": "Correct-Horse-9" });
                door.post("/v1/auth/signup", body).await.status
            })
        });
        let mut statuses = Vec::new();
        for signup in signups.collect::<Vec<_>>() {
            statuses.push(signup.await.unwrap());
        }
        assert!(
            statuses.iter().all(|status| [200, 403].contains(status)),
            "{statuses:?}"
        );
        assert_eq!(
            (app.count("users").await, app.count("orgs").await),
            (1, 1),
            "{statuses:?}"
        );
    }
}

#[both_stores]
async fn auth_06_who_signed_up_here_is_not_locked_out_by_strangers(app: TestApp) {
    app.owner().await; // the first account, which strangers cannot make
    let front = app
        .instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()])
        .await;
    let from = |address: &str, target: &str, body: serde_json::Value| {
        let request = front
            .request("POST", target)
            .header("x-forwarded-for", address);
        request.json(&body).send()
    };
    let signup = json!({ "email": "ada@example.test", "password": "Correct-Horse-9" });
    from("203.0.113.7", "/v1/auth/signup", signup).await.is(200);
    let right = json!({ "email": "ada@example.test", "password": "Correct-Horse-9" });
    let wrong = json!({ "email": "ada@example.test", "password": "Wrong-Horse-9" });
    for number in 0..10 {
        let stranger = format!("198.51.100.{number}");
        from(&stranger, "/v1/auth/token", wrong.clone())
            .await
            .is_problem(401);
    }
    let refused = from("198.51.100.99", "/v1/auth/token", right.clone())
        .await
        .is_problem(429);
    assert_eq!(refused.header("retry-after"), Some("900"));
    from("203.0.113.7", "/v1/auth/token", right).await.is(200);
}

#[both_stores]
async fn who_is_not_authenticated_hears_nothing_of_their_body(app: TestApp) {
    let ada = app.owner().await;
    let ask = |token: &str| {
        let request = app.request("POST", "/v1/vaults").bearer(token);
        request
            .header("content-type", "text/plain")
            .body("name=x")
            .send()
    };
    ask("nonsense").await.is_problem(401);
    ask(&ada.token).await.is_problem(415);
    assert_eq!(
        app.last_event().await,
        "request.invalid denied invalid_input"
    );
    ada.delete("/v1/auth/token").await.is(204);
    ask(&ada.token).await.is_problem(401);
}

#[both_stores]
async fn flt_11_a_row_that_does_not_read_is_told_as_such(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("v").await;
    ada.keep(&vault, "a", "value of a").await;
    app.tamper("UPDATE secret_versions SET created_by = 'nobody'")
        .await;
    let answer = ada.read(&vault, "a").await.is_problem(503);
    assert_eq!(answer.str("/code"), "integrity_error");
    assert_eq!(app.last_event().await, "secret.read denied integrity_error");
    assert!(app.logged().contains("secret_versions.created_by"));
}

#[both_stores]
async fn key_02_a_dead_key_is_told_alike_whether_it_is_remembered_or_not(app: TestApp) {
    let ada = app.owner().await;
    let (key, _) = ada.api_key(json!({ "name": "script" })).await;
    let remembered = ada.with(&key);
    remembered.get("/v1/auth/me").await.is(200);
    let stranger = remembered.at(&app.another_instance().await);
    app.tamper("DELETE FROM users").await;
    app.tamper("UPDATE orgs SET authz_epoch = authz_epoch + 1")
        .await;
    for at in [&remembered, &stranger] {
        let refused = at.get("/v1/auth/me").await.is_problem(401);
        assert_eq!(refused.str("/detail"), "Invalid API key");
    }
}
