//! AUTH-12, AUTH-14: what a mailed token that proves an address is worth.

use crate::steps::{
    PASSWORD, WRONG, behind_a_proxy, follow, login, me, reset_token, rows, seen, sign_up, token,
    verifying,
};
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

/// Every text that is no such token gets one and the same answer, and changes nothing.
#[both_stores]
async fn auth_12_what_is_no_token_gets_one_answer(app: TestApp) {
    let at = verifying(&app).await;
    let ada = app.owner().await;
    let proving = token(&app, &ada.email, "verify-email").await;
    let resetting = reset_token(&app, &ada.email).await;
    let invite = ada.invite("guest@x.test", "member").await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let signup = token(&app, "new@x.test", "verify-email").await;
    let mut changed = proving.clone();
    changed.replace_range(..1, if proving.starts_with('A') { "B" } else { "A" });
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let before = rows(&app).await;
    let hashes = at.services().password_hashes();
    let (never, long) = ("A".repeat(43), "A".repeat(8192));
    let (padded, spaced) = (format!("{signup}="), format!(" {signup}"));
    let bad: [&str; 13] = [
        "x",
        "",
        &never,
        &long,
        &changed,
        &signup[..42],
        &padded,
        &spaced,
        &resetting,
        &invite,
        &api_key,
        &ada.token,
        &ada.refresh_token,
    ];
    let mut answers = Vec::new();
    for text in bad {
        let beside = json!({ "token": text, "password": PASSWORD });
        let answer = at.post("/v1/auth/verify-email", beside).await;
        answers.push(seen(&answer.is_invalid("token")));
        assert_eq!(
            app.last_event().await,
            "user.verify_email denied invalid_input"
        );
    }
    for text in [&proving, &signup, &invite, &api_key] {
        let body = json!({ "token": text, "new_password": PASSWORD });
        let answer = at.post("/v1/auth/reset-password", body).await;
        answers.push(seen(&answer.is_invalid("token")));
    }
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(at.services().password_hashes(), hashes);
    follow(&at, &signup).await.is(200);
    follow(&at, &proving).await.is(200);
}

#[both_stores]
async fn auth_12_a_link_is_followed_once_by_sixteen(app: TestApp) {
    let at = verifying(&app).await;
    let other = verifying(&app).await;
    let ada = app.owner().await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    for email in [ada.email.as_str(), "new@x.test"] {
        let link = token(&app, email, "verify-email").await;
        let tries = (0..16).map(|number| {
            let instance = if number % 2 == 0 { &at } else { &other };
            follow(instance, &link)
        });
        let answers = join_all(tries).await;
        let many = |status: u16| answers.iter().filter(|a| a.status == status).count();
        assert_eq!((many(200), many(400)), (1, 15), "{email}");
    }
    assert_eq!(app.count("users").await, 2);
}

#[both_stores]
async fn auth_12_a_link_stands_for_a_day(app: TestApp) {
    let at = verifying(&app).await;
    let ada = app.owner().await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let mut links = Vec::new();
    for email in [ada.email.as_str(), "new@x.test"] {
        links.push(token(&app, email, "verify-email").await);
    }
    app.clock().advance(86_400);
    for link in &links {
        follow(&at, link).await.is_invalid("token");
    }
    assert_eq!(app.count("users").await, 1);
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let link = token(&app, "new@x.test", "verify-email").await;
    app.clock().advance(86_399);
    follow(&at, &link).await.is(200);
}

/// Mail scanners fetch what they see.
#[both_stores]
async fn auth_12_fetching_a_link_proves_nothing(app: TestApp) {
    let at = verifying(&app).await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let link = token(&app, "new@x.test", "verify-email").await;
    for path in ["verify-email", "reset-password", "forgot-password"] {
        for method in ["GET", "HEAD"] {
            let target = format!("/v1/auth/{path}?token={link}");
            let answer = at.request(method, &target).send().await;
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
    assert_eq!(app.count("users").await, 0);
    follow(&at, &link).await.is(200);
}

#[both_stores]
async fn auth_12_the_store_has_no_token(app: TestApp) {
    let at = verifying(&app).await;
    let ada = app.owner().await;
    sign_up(&at, "new@x.test", PASSWORD).await.is(200);
    let signup = token(&app, "new@x.test", "verify-email").await;
    let proving = token(&app, &ada.email, "verify-email").await;
    let resetting = reset_token(&app, &ada.email).await;
    for (table, column) in [
        ("pending_signups", "token_hash"),
        ("account_proofs", "token_hash"),
    ] {
        let sql = match app.kind() {
            oneclaw_testkit::StoreKind::Sqlite => {
                format!("SELECT hex({column}) AS text FROM {table}")
            }
            oneclaw_testkit::StoreKind::Postgres => {
                format!("SELECT encode({column}, 'hex') AS text FROM {table}")
            }
        };
        let stored = app.rows(&sql).await;
        assert!(!stored.is_empty(), "{table}");
        for hash in stored {
            assert_eq!(hash.len(), 64);
            for token in [&signup, &proving, &resetting] {
                let plain: String = token
                    .bytes()
                    .fold(String::new(), |hex, b| hex + &format!("{b:02x}"));
                assert!(!plain.contains(&hash.to_lowercase()) && !hash.contains(token.as_str()));
            }
        }
    }
}

#[both_stores]
async fn auth_14_no_session_without_the_second_factor(app: TestApp) {
    let ada = app.owner().await;
    let authenticator = ada.turn_mfa_on().await;
    let ada = Person {
        token: second(&ada, &authenticator.code(&app, 0)).await,
        ..ada
    };
    let at = verifying(&app).await;
    // asks for the link once more
    sign_up(&at, &ada.email, PASSWORD).await.is(200);
    let link = token(&app, &ada.email, "verify-email").await;
    let sessions = app.count("sessions").await;
    let body = json!({ "token": link, "password": ada.password });
    let proved = at.post("/v1/auth/verify-email", body).await.is(200);
    assert_eq!(proved.get("/mfa_required"), true);
    assert_eq!(proved.get("/access_token"), "");
    assert_eq!(proved.get("/refresh_token"), Value::Null);
    assert_eq!(app.count("sessions").await, sessions);
    app.clock().advance(60);
    let code = authenticator.code(&app, 0);
    let body = json!({ "mfa_token": proved.str("/mfa_token"), "code": code });
    let through = at.post("/v1/auth/mfa/verify", body).await.is(200);
    let profile = me(&app, &through.str("/access_token")).await;
    assert_eq!(profile["email_verified"], true);
    // nor by a new password
    let link = reset_token(&app, &ada.email).await;
    let body = json!({ "token": link, "new_password": crate::steps::NEW });
    let reset = app.post("/v1/auth/reset-password", body).await.is(200);
    assert_eq!(reset.json(), json!({ "message": "Password updated" }));
    let asked = login(&app, &ada.email, crate::steps::NEW).await.is(200);
    assert_eq!(asked.get("/mfa_required"), true);
    assert_eq!(asked.get("/access_token"), "");
}

async fn second(who: &Person, code: &str) -> String {
    let body = json!({ "mfa_token": who.challenge().await, "code": code });
    let through = who.instance.post("/v1/auth/mfa/verify", body).await;
    through.is(200).str("/access_token")
}

/// A password beside a token is no free guess.
#[both_stores]
async fn auth_08_a_password_beside_a_token_counts(app: TestApp) {
    let front = behind_a_proxy(&app).await;
    let ada = app.owner().await;
    let link = token(&app, &ada.email, "verify-email").await;
    let with = async |password: &str| {
        let body = json!({ "token": link, "password": password });
        let request = front.request("POST", "/v1/auth/verify-email").json(&body);
        request
            .header("x-forwarded-for", "198.51.100.7")
            .send()
            .await
    };
    for _ in 0..10 {
        with(WRONG).await.is_problem(401);
    }
    with(&ada.password).await.is_problem(429);
    // the strangers' own counter has nothing of it
    login(&app, &ada.email, &ada.password).await.is(200);
    app.clock().advance(900);
    with(&ada.password).await.is(200);
    // nothing was lost by the wrong ones
    let refresh = json!({ "refresh_token": ada.refresh_token });
    app.post("/v1/auth/refresh", refresh).await.is(200);
}

/// FLD-02: one address does not try tokens without end.
#[both_stores]
async fn fld_02_tries_are_counted_before_they_are_read(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.proofs_per_address.tries = 3;
            services.proofs_per_address.seconds = 60;
        })
        .await;
    for path in [
        "verify-email",
        "reset-password",
        "forgot-password",
        "signup",
    ] {
        let target = format!("/v1/auth/{path}");
        for _ in 0..3 {
            let request = limited.request("POST", &target).body(b"[[[");
            request.send().await.is_problem(400);
        }
        let over = limited.request("POST", &target).body(b"[[[");
        let over = over.send().await.is_problem(429);
        assert_eq!(over.header("retry-after"), Some("60"));
        let event = app.last_event().await;
        assert!(event.ends_with("denied rate_limited"), "{path}: {event}");
    }
}
