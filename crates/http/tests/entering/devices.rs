//! A device is let in, or not.

use crate::steps::{DAY, Device, decide, device, let_in, poll, word};
use oneclaw_testkit::{Stage, TestApp, both_stores, token_claims};
use serde_json::json;

#[both_stores]
async fn a_device_is_let_in_as_clients_read_it(app: TestApp) {
    let ada = app.owner().await;
    let asked = app.post("/v1/auth/device/code", json!({})).await.is(200);
    let user_code = asked.str("/user_code");
    assert!(asked.str("/device_code").starts_with("dvc_"));
    assert_eq!(
        asked.get("/verification_uri"),
        "http://127.0.0.1:8080/cli/verify"
    );
    let complete = format!("http://127.0.0.1:8080/cli/verify?code={user_code}");
    assert_eq!(asked.get("/verification_uri_complete"), complete);
    assert_eq!(
        (asked.get("/expires_in"), asked.get("/interval")),
        (json!(600), json!(5))
    );
    assert_eq!(app.last_event().await, "device.request ok");
    let device = Device {
        device_code: asked.str("/device_code"),
        user_code: user_code.clone(),
    };
    assert_eq!(word(&app, &device).await, "authorization_pending");
    let target = format!("/v1/auth/device/code/{user_code}");
    let status = app.get(&target).await.is(200);
    assert_eq!(
        status.json(),
        json!({ "user_code": user_code, "client_id": "cli", "status": "pending", "expires_in": 600 })
    );
    let seen = decide(&ada, "lookup", &user_code).await.is(200);
    assert_eq!(
        seen.json(),
        json!({
            "user_code": user_code, "client_id": "cli", "status": "pending", "expires_in": 600,
            "requested_from": "127.0.0.1", "requested_at": "2026-03-01T12:00:00Z",
        })
    );
    let approved = decide(&ada, "approve", &user_code).await.is(200);
    assert_eq!(approved.json(), json!({ "status": "approved" }));
    assert_eq!(app.get(&target).await.is(200).get("/status"), "approved");
    let done = poll(&app, &device).await.is(200);
    assert_eq!(app.last_event().await, "auth.success ok");
    let token = done.str("/access_token");
    let mut body = done.json();
    body["access_token"] = json!("");
    assert_eq!(
        body,
        json!({
            "access_token": "", "token_type": "Bearer", "expires_in": 86_400, "email": ada.email,
            "user_id": ada.user_id, "org_id": ada.org_id,
        })
    );
    let claims = token_claims(&token);
    assert_eq!(claims["amr"], json!(["device"]));
    assert!(claims.get("auth_time").is_none());
    let device = ada.with(&token);
    let me = device.get("/v1/auth/me").await.is(200);
    assert_eq!(me.get("/id"), ada.user_id);
    app.clock().advance(DAY);
    device.get("/v1/auth/me").await.is_problem(401);
}

#[both_stores]
async fn what_is_no_question_is_refused_by_field(app: TestApp) {
    for (body, field) in [
        (json!({ "client_id": "" }), "client_id"),
        (json!({ "client_id": "x".repeat(65) }), "client_id"),
        (json!({ "client_id": "a\u{202e}b" }), "client_id"),
        (json!({ "client_id": 7 }), "client_id"),
        (json!({ "email": "nobody" }), "email"),
        (json!({ "email": ["a@x.test"] }), "email"),
    ] {
        app.post("/v1/auth/device/code", body)
            .await
            .is_invalid(field);
    }
    assert_eq!(app.count("device_grants").await, 0);
    let without_body = app.request("POST", "/v1/auth/device/code").send().await;
    without_body.is(200);
    let strict = app
        .request("POST", "/v1/auth/device/code")
        .header("user-agent", "OpenAPI-Generator/1.0/go");
    let answer = strict.send().await.is(200);
    assert!(answer.json().get("verification_uri_complete").is_none());
}

#[both_stores]
async fn dev_02_others_do_not_decide(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let waiting = device(&app, json!({ "email": ada.email.to_uppercase() })).await;
    let code = &waiting.user_code;
    for what in ["lookup", "approve", "deny"] {
        let refused = decide(&bob, what, code).await.is_problem(403);
        assert_eq!(refused.get("/code"), "device_for_other", "{what}");
    }
    let (key, _) = ada.api_key(json!({ "name": "whole" })).await;
    let exchanged = app
        .post("/v1/auth/api-key-token", json!({ "api_key": key }))
        .await;
    let agent = ada.new_agent(json!({ "name": "agent" })).await;
    let by_device = let_in(&ada).await;
    for other in [
        ada.with(&key),
        ada.with(&exchanged.str("/access_token")),
        ada.with(&agent.password),
        agent,
        by_device,
    ] {
        for what in ["lookup", "approve", "deny"] {
            decide(&other, what, code).await.is_problem(403);
        }
    }
    assert_eq!(word(&app, &waiting).await, "authorization_pending");
    decide(&ada, "approve", code).await.is(200);
    for what in ["approve", "deny"] {
        decide(&ada, what, code).await.is_problem(409);
    }
    assert!(
        app.events()
            .await
            .contains(&"device.approve denied device_for_other".to_owned())
    );
}

#[both_stores]
async fn dev_02_a_login_that_awaits_its_second_factor_decides_nothing(app: TestApp) {
    let ada = app.owner().await;
    ada.turn_mfa_on().await;
    let waiting = device(&app, json!({})).await;
    let half = ada.with(&ada.challenge().await);
    for what in ["lookup", "approve", "deny"] {
        decide(&half, what, &waiting.user_code)
            .await
            .is_problem(401);
    }
    assert_eq!(word(&app, &waiting).await, "authorization_pending");
}

#[both_stores]
async fn dev_02_what_ran_out_is_not_decided(app: TestApp) {
    let ada = app.owner().await;
    let waiting = device(&app, json!({})).await;
    app.clock().advance(600);
    let ada = ada.with(
        &app.post(
            "/v1/auth/token",
            json!({ "email": ada.email, "password": ada.password }),
        )
        .await
        .str("/access_token"),
    );
    for what in ["lookup", "approve", "deny"] {
        decide(&ada, what, &waiting.user_code).await.is_problem(404);
    }
    let target = format!("/v1/auth/device/code/{}", waiting.user_code);
    let status = app.get(&target).await.is(200);
    assert_eq!(
        (status.get("/status"), status.get("/expires_in")),
        (json!("expired"), json!(0))
    );
}

#[both_stores]
async fn dev_03_only_a_post_by_a_login_lets_a_device_in(app: TestApp) {
    let ada = app.owner().await;
    let waiting = device(&app, json!({ "client_id": "evil", "email": ada.email })).await;
    let code = &waiting.user_code;
    let target = format!("/v1/auth/device/code/{code}");
    for (method, status) in [("GET", 200), ("HEAD", 405)] {
        ada.request(method, &target).send().await.is(status);
    }
    decide(&ada, "lookup", code).await.is(200);
    assert_eq!(word(&app, &waiting).await, "authorization_pending");
    assert!(
        app.mail_to(&ada.email)
            .await
            .iter()
            .all(|mail| !mail.text().contains("evil"))
    );
    decide(&ada, "approve", code).await.is(200);
    assert_eq!(app.last_event().await, "device.approve ok");
    let mails = app.mail_to(&ada.email).await;
    let told = mails.last().unwrap().text();
    for part in ["evil", "127.0.0.1", "2026-03-01 12:00 UTC"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[both_stores]
async fn web_02_web_04_other_sites_and_links_decide_nothing(app: TestApp) {
    let ada = app.owner().await;
    let waiting = device(&app, json!({})).await;
    let form = format!("user_code={}", waiting.user_code);
    for what in ["approve", "deny"] {
        let target = format!("/v1/auth/device/{what}");
        for method in ["GET", "HEAD"] {
            ada.request(method, &target).send().await.is(405);
        }
        let form_type = "application/x-www-form-urlencoded";
        let of_a_form = |request: oneclaw_testkit::Request| {
            request.header("content-type", form_type).body(form.clone())
        };
        // a form of another site has no token to show, and its body is none of ours
        of_a_form(app.request("POST", &target))
            .send()
            .await
            .is_problem(401);
        of_a_form(ada.request("POST", &target))
            .send()
            .await
            .is_problem(415);
        let in_query = format!("{target}?user_code={}", waiting.user_code);
        ada.post_empty(&in_query).await.is_problem(400);
    }
    assert_eq!(word(&app, &waiting).await, "authorization_pending");
}

#[both_stores]
async fn dev_04_one_decision_stands(app: TestApp) {
    let ada = app.owner().await;
    let (yes, no) = (device(&app, json!({})).await, device(&app, json!({})).await);
    decide(&ada, "approve", &yes.user_code).await.is(200);
    decide(&ada, "deny", &yes.user_code).await.is_problem(409);
    decide(&ada, "deny", &no.user_code).await.is(200);
    assert_eq!(app.last_event().await, "device.deny ok");
    decide(&ada, "approve", &no.user_code).await.is_problem(409);
    for _ in 0..2 {
        assert_eq!(word(&app, &no).await, "access_denied");
    }
    poll(&app, &yes).await.is(200).str("/access_token");
}

#[both_stores]
async fn dev_06_nothing_of_an_account_is_told(app: TestApp) {
    let ada = app.owner().await;
    let mut answers = Vec::new();
    for email in [ada.email.as_str(), "nobody@nowhere.test"] {
        let asked = app
            .post("/v1/auth/device/code", json!({ "email": email }))
            .await
            .is(200);
        let target = format!("/v1/auth/device/code/{}", asked.str("/user_code"));
        let status = app.get(&target).await.is(200);
        let mut told = vec![asked.json(), status.json()];
        for body in &mut told {
            for differs in ["device_code", "user_code", "verification_uri_complete"] {
                body.as_object_mut().unwrap().remove(differs);
            }
            let text = body.to_string();
            for secret in [&ada.email, &ada.user_id, &ada.org_id] {
                assert!(!text.contains(secret.as_str()), "{text}");
            }
        }
        answers.push(told);
    }
    assert_eq!(answers.first(), answers.last());
    // nobody is written to on the word of a device
    assert!(
        app.outbox()
            .await
            .iter()
            .all(|mail| mail.starts_with("welcome"))
    );
}

#[both_stores]
async fn key_03_no_key_grows_into_a_login(app: TestApp) {
    let stage = Stage::set(&app).await;
    let scoped = json!({ "name": "scoped", "scopes": ["secrets:read"] });
    let (key, _) = stage.who.api_key(scoped).await;
    let exchange = json!({ "api_key": key });
    let token = app.post("/v1/auth/api-key-token", exchange).await.is(200);
    for credential in [key, token.str("/access_token")] {
        let limited = stage.who.with(&credential);
        decide(&limited, "approve", &stage.user_code)
            .await
            .is_problem(403);
    }
    // nor does what a device got
    let by_device = let_in(&stage.who).await;
    decide(&by_device, "approve", &stage.user_code)
        .await
        .is_problem(403);
}
