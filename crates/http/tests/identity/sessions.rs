//! SES-06, SES-07, SES-10: what a session gives, and how long.

use super::steps::{exchange, give_role, logged_in, refresh, remove, rows};
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores, token_claims};
use serde_json::json;

const DAY: i64 = 86_400;

#[both_stores]
async fn ses_06_a_spent_refresh_token_ends_its_session(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let elsewhere = logged_in(&ada).await;
    let next = refresh(&app, &ada.refresh_token).await.is(200);
    assert_eq!(app.last_event().await, "auth.refresh ok");
    assert_ne!(next.str("/refresh_token"), ada.refresh_token);
    ada.at(&other)
        .with(&next.str("/access_token"))
        .get("/v1/auth/me")
        .await
        .is(200);

    let spent = refresh(&other, &ada.refresh_token).await.is_problem(401);
    assert_eq!(app.last_event().await, "auth.failure denied refresh_reuse");
    // whoever took it learns no more than of one that never was
    let never = refresh(&other, &format!("ort_{}", "A".repeat(43)))
        .await
        .is_problem(401);
    assert_eq!(spent.str("/detail"), never.str("/detail"));
    for instance in [&*app, &other] {
        for token in [&ada.token, &next.str("/access_token")] {
            ada.at(instance)
                .with(token)
                .get("/v1/auth/me")
                .await
                .is_problem(401);
        }
        refresh(instance, &next.str("/refresh_token"))
            .await
            .is_problem(401);
        // another login of the same person is another session
        elsewhere.at(instance).get("/v1/auth/me").await.is(200);
    }
}

#[both_stores]
async fn ses_06_of_parallel_refreshes_one_wins_and_the_session_ends(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let tries = (0..16).map(|number| {
        let at = if number % 2 == 0 { &*app } else { &other };
        refresh(at, &ada.refresh_token)
    });
    let answers = join_all(tries).await;
    let won: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    let lost = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((won.len(), lost), (1, 15));
    let token = won[0].str("/access_token");
    ada.with(&token).get("/v1/auth/me").await.is_problem(401);
    ada.at(&other).get("/v1/auth/me").await.is_problem(401);
    assert_eq!(app.count("refresh_tokens").await, 2);
}

#[both_stores]
async fn ses_06_nothing_is_refreshed_after_logout_or_removal(app: TestApp) {
    let _platform = app.owner().await;
    let (ada, bob) = (app.owner().await, app.owner().await);
    ada.delete("/v1/auth/token").await.is(204);
    let before = rows(&app).await;
    refresh(&app, &ada.refresh_token).await.is_problem(401);
    assert_eq!(
        app.last_event().await,
        "auth.failure denied invalid_refresh_token"
    );
    assert_eq!(rows(&app).await, before);
    ada.post_empty("/v1/auth/refresh").await.is_problem(401);

    remove(&app, &bob).await;
    refresh(&app, &bob.refresh_token).await.is_problem(401);
    bob.post_empty("/v1/auth/refresh").await.is_problem(401);
}

#[both_stores]
async fn ses_06_a_refreshed_token_shows_todays_rights(app: TestApp) {
    let ada = app.owner().await;
    let login = token_claims(&ada.token);
    assert_eq!(login["role"], "owner");
    give_role(&app, &ada, "member").await;
    app.clock().advance(601);
    let own = ada
        .post_empty("/v1/auth/refresh")
        .await
        .is(200)
        .str("/access_token");
    let rotated = refresh(&app, &ada.refresh_token)
        .await
        .is(200)
        .str("/access_token");
    for token in [own, rotated] {
        let claims = token_claims(&token);
        assert_eq!(claims["role"], "member");
        // refreshing is no login: what asks for a recent one is not satisfied by it
        assert_eq!(claims["auth_time"], login["auth_time"]);
        assert_eq!(claims["amr"], json!(["pwd"]));
        assert_ne!(claims["jti"], login["jti"]);
        assert_eq!(claims["iat"], login["iat"].as_i64().unwrap() + 601);
    }
}

/// Refreshes until one second before the session's ninety days are over.
async fn to_the_last_second(app: &TestApp, ada: &Person) -> Person {
    let mut refresh_token = ada.refresh_token.clone();
    for days in [29, 29, 29] {
        app.clock().advance(days * DAY);
        refresh_token = refresh(app, &refresh_token)
            .await
            .is(200)
            .str("/refresh_token");
    }
    app.clock().advance(3 * DAY - 1);
    Person {
        refresh_token,
        ..ada.clone()
    }
}

#[both_stores]
async fn ses_06_no_token_outlives_ninety_days_after_the_login(app: TestApp) {
    let ada = app.owner().await;
    let end = token_claims(&ada.token)["auth_time"].as_i64().unwrap() + 90 * DAY;
    let ada = to_the_last_second(&app, &ada).await;
    let last = refresh(&app, &ada.refresh_token).await.is(200);
    assert_eq!(last.get("/expires_in"), 1);
    let ada = ada.with(&last.str("/access_token"));
    assert_eq!(token_claims(&ada.token)["exp"], end);
    let own = ada.post_empty("/v1/auth/refresh").await.is(200);
    assert_eq!(
        (own.get("/expires_in"), own.get("/refresh_token")),
        (json!(1), json!(null))
    );
    assert_eq!(token_claims(&own.str("/access_token"))["exp"], end);

    app.clock().advance(1);
    for token in [&ada.token, &own.str("/access_token")] {
        ada.with(token).get("/v1/auth/me").await.is_problem(401);
        ada.with(token)
            .post_empty("/v1/auth/refresh")
            .await
            .is_problem(401);
    }
    refresh(&app, &last.str("/refresh_token"))
        .await
        .is_problem(401);
}

#[both_stores]
async fn ses_06_a_refresh_token_slides_thirty_days(app: TestApp) {
    let ada = app.owner().await;
    let bob = app.owner().await;
    app.clock().advance(30 * DAY - 1);
    refresh(&app, &ada.refresh_token).await.is(200);
    app.clock().advance(1);
    let before = rows(&app).await;
    refresh(&app, &bob.refresh_token).await.is_problem(401);
    assert_eq!(rows(&app).await, before);
}

#[both_stores]
async fn contract_3_5_a_refresh_needs_one_of_its_two_forms(app: TestApp) {
    let ada = app.owner().await;
    for body in [
        json!({}),
        json!({ "refresh_token": null }),
        json!({ "other": 1 }),
    ] {
        app.post("/v1/auth/refresh", body)
            .await
            .is_invalid("refresh_token");
    }
    app.request("POST", "/v1/auth/refresh")
        .send()
        .await
        .is_invalid("refresh_token");
    for wrong in [json!(7), json!(["x"]), json!({})] {
        let body = json!({ "refresh_token": wrong });
        app.post("/v1/auth/refresh", body)
            .await
            .is_invalid("refresh_token");
    }
    // Python's form: no body, the bearer alone
    let fresh = ada.post_empty("/v1/auth/refresh").await.is(200);
    assert_eq!(fresh.get("/expires_in"), 900);
    let claims = token_claims(&fresh.str("/access_token"));
    assert_eq!(claims["sid"], token_claims(&ada.token)["sid"]);
    // the older token is not ended by it
    ada.get("/v1/auth/me").await.is(200);

    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let of_key = exchange(&app, &api_key).await.is(200).str("/access_token");
    let agent = ada.new_agent(json!({ "name": "builder" })).await.token;
    for credential in [&api_key, &of_key, &agent] {
        let answer = ada
            .with(credential)
            .post_empty("/v1/auth/refresh")
            .await
            .is_problem(400);
        assert_eq!(answer.str("/detail"), "Exchange the API key again");
    }
}

#[both_stores]
async fn ses_07_the_database_decides_not_the_token(app: TestApp) {
    let other = app.another_instance().await;
    let _platform = app.owner().await;
    let ada = app.owner().await;
    assert_eq!(token_claims(&ada.token)["role"], "owner");
    let vault = ada.vault("ours").await;
    ada.at(&other).get("/v1/auth/me").await.is(200);
    app.tamper(&format!(
        "UPDATE vaults SET created_by = 'user:{}'",
        ada.org_id
    ))
    .await;
    ada.at(&other)
        .get(&format!("/v1/vaults/{vault}"))
        .await
        .is(200);
    give_role(&app, &ada, "member").await;
    for instance in [&other, &*app] {
        let me = ada.at(instance).get("/v1/auth/me").await.is(200);
        assert_eq!(me.get("/role"), "member");
        ada.at(instance)
            .get(&format!("/v1/vaults/{vault}"))
            .await
            .is_problem(403);
        ada.at(instance)
            .delete(&format!("/v1/vaults/{vault}"))
            .await
            .is_problem(403);
    }
}

#[both_stores]
async fn ses_07_an_address_taken_again_is_somebody_new(app: TestApp) {
    let other = app.another_instance().await;
    let _platform = app.owner().await;
    let old = app.owner().await;
    let vault = old.vault("of the old one").await;
    let (api_key, _) = old.api_key(json!({ "name": "ci" })).await;
    for instance in [&*app, &other] {
        old.at(instance).get("/v1/auth/me").await.is(200);
        old.at(instance)
            .with(&api_key)
            .get("/v1/auth/me")
            .await
            .is(200);
    }
    remove(&app, &old).await;
    let body = json!({ "email": old.email, "password": "Correct-Horse-5-Battery" });
    let new = app.post("/v1/auth/signup", body).await.is(200);
    assert_ne!(new.str("/user_id"), old.user_id);
    assert_ne!(new.str("/org_id"), old.org_id);

    for instance in [&other, &*app] {
        for credential in [&old.token, &api_key] {
            old.at(instance)
                .with(credential)
                .get("/v1/auth/me")
                .await
                .is_problem(401);
        }
        refresh(instance, &old.refresh_token).await.is_problem(401);
        exchange(instance, &api_key).await.is_problem(401);
        let new = old.at(instance).with(&new.str("/access_token"));
        assert_eq!(
            new.get("/v1/vaults").await.is(200).get("/vaults"),
            json!([])
        );
        assert_eq!(
            new.get("/v1/auth/api-keys").await.is(200).get("/keys"),
            json!([])
        );
        new.get(&format!("/v1/vaults/{vault}"))
            .await
            .is_problem(404);
    }
}

#[both_stores]
async fn ses_10_what_was_verified_before_is_not_answered_past_its_end(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    for instance in [&*app, &other] {
        ada.at(instance).get("/v1/vaults").await.is(200);
    }
    // far beyond the end, in one jump
    app.clock().advance(365 * DAY);
    for instance in [&*app, &other] {
        let answer = ada.at(instance).get("/v1/vaults").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Token has expired");
    }
}
