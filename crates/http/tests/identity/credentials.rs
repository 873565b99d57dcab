//! SES-04, SES-05, SES-08: what is shown where, and how it is written.

use super::steps::{exchange, login, refresh, rows};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

/// The characters of base64url in the order of their values.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[both_stores]
async fn ses_04_each_kind_of_credential_has_its_place(app: TestApp) {
    let ada = app.owner().await;
    let (api_key, key_id) = ada.api_key(json!({ "name": "ci" })).await;
    let body = api_key.strip_prefix("1ck_").unwrap().to_owned();
    let prefixed = |prefix: &str| format!("{prefix}{body}");
    let before = rows(&app).await;

    let no_bearers = [
        ada.refresh_token.clone(),
        prefixed("rat_"),
        prefixed("ocv_"),
        prefixed(""),
        api_key.chars().take(12).collect(),
        key_id,
        ada.user_id.clone(),
        ada.org_id.clone(),
        "BCDF-GHJK".to_owned(),
    ];
    for credential in no_bearers {
        ada.with(&credential)
            .get("/v1/auth/me")
            .await
            .is_problem(401);
    }
    for credential in [
        &ada.token,
        &api_key,
        &prefixed("ort_"),
        &prefixed("rat_"),
        &prefixed("ocv_"),
        &body,
    ] {
        refresh(&app, credential).await.is_problem(401);
        assert_eq!(
            app.last_event().await,
            "auth.failure denied invalid_refresh_token"
        );
    }
    for credential in [
        &ada.token,
        &ada.refresh_token,
        &prefixed("ocv_"),
        &prefixed("rat_"),
        &body,
    ] {
        exchange(&app, credential).await.is_problem(401);
    }
    assert_eq!(rows(&app).await, before);
    ada.with(&api_key).get("/v1/auth/me").await.is(200);
    exchange(&app, &api_key).await.is(200);
    refresh(&app, &ada.refresh_token).await.is(200);
}

#[both_stores]
async fn ses_05_a_revoked_token_is_dead_on_every_instance(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let second = ada
        .post_empty("/v1/auth/refresh")
        .await
        .is(200)
        .str("/access_token");
    ada.at(&other).get("/v1/auth/me").await.is(200);
    ada.delete("/v1/auth/token").await.is(204);
    assert_eq!(app.last_event().await, "auth.token_revoke ok");
    assert_eq!(app.count("revoked_tokens").await, 1);

    for instance in [&other, &*app] {
        let answer = ada.at(instance).get("/v1/auth/me").await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Token has been revoked");
        ada.at(instance)
            .delete("/v1/auth/token")
            .await
            .is_problem(401);
        refresh(instance, &ada.refresh_token).await.is_problem(401);
        for spelling in respelled(&ada.token) {
            ada.at(instance)
                .with(&spelling)
                .get("/v1/auth/me")
                .await
                .is_problem(401);
        }
    }
    // it goes by the token's own id: another of the session lives to its end
    ada.at(&other)
        .with(&second)
        .get("/v1/auth/me")
        .await
        .is(200);
}

#[both_stores]
async fn ses_05_a_living_token_has_one_spelling(app: TestApp) {
    let ada = app.owner().await;
    ada.get("/v1/auth/me").await.is(200);
    for spelling in respelled(&ada.token) {
        ada.with(&spelling).get("/v1/auth/me").await.is_problem(401);
    }
    ada.get("/v1/auth/me").await.is(200);
}

/// Other texts that a careless decoder reads as the same token.
fn respelled(token: &str) -> Vec<String> {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (kept, last) = signature.split_at(signature.len() - 1);
    let value = ALPHABET.find(last).unwrap();
    // 64 bytes leave four unused bits in the last character
    let unused = (1..16).map(|bits| {
        let other = ALPHABET.as_bytes()[value ^ bits];
        format!("{message}.{kept}{}", char::from(other))
    });
    let padded = ["=", "=="].map(|padding| format!("{token}{padding}"));
    let inside = [
        token.replacen('.', "=.", 1),
        format!(
            "{message}.{}",
            signature.replace('-', "+").replace('_', "/") + "="
        ),
        format!("{message}. {signature}"),
        format!(" {token}"),
        format!("\t{token}"),
    ];
    unused.chain(padded).chain(inside).collect()
}

/// Requests that carry something like a token, and must not be anybody's.
async fn nobody(ada: &Person, headers: &[(&str, &str)]) -> u16 {
    let mut request = ada.instance.request("GET", "/v1/auth/me");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.send().await.status
}

#[both_stores]
async fn ses_08_a_token_is_taken_from_one_place_only(app: TestApp) {
    let ada = app.owner().await;
    let (token, (api_key, _)) = (&ada.token, ada.api_key(json!({ "name": "ci" })).await);
    for name in ["access_token", "token", "api_key", "authorization"] {
        let target = format!("/v1/auth/me?{name}={token}");
        app.get(&target).await.is_problem(401);
    }
    let bearer = format!("Bearer {token}");
    let cookie = format!("access_token={token}; session={token}; Authorization={bearer}");
    assert_eq!(nobody(&ada, &[("cookie", &cookie)]).await, 401);
    for name in [
        "x-access-token",
        "x-api-key",
        "proxy-authorization",
        "x-auth-confirm",
    ] {
        assert_eq!(nobody(&ada, &[(name, &bearer)]).await, 401, "{name}");
        assert_eq!(nobody(&ada, &[(name, &api_key)]).await, 401, "{name}");
    }
    let twice = [
        ("authorization", bearer.as_str()),
        ("authorization", bearer.as_str()),
    ];
    assert_eq!(nobody(&ada, &twice).await, 401);
    let wrong = [
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("Bearer  {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer \"{token}\""),
        token.clone(),
        "Bearer".to_owned(),
    ];
    for value in wrong {
        let events = app.count("audit_events").await;
        assert_eq!(nobody(&ada, &[("authorization", &value)]).await, 401);
        assert_eq!(app.count("audit_events").await, events + 1);
        assert_eq!(
            app.last_event().await,
            "auth.failure denied missing_credential"
        );
    }
    assert_eq!(
        nobody(&ada, &[("authorization", &format!("bEaReR {token}"))]).await,
        200
    );
}

#[both_stores]
async fn ses_08_what_is_no_token_is_refused_and_not_repeated(app: TestApp) {
    let ada = app.owner().await;
    let token = &ada.token;
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let shapes = [
        format!("{token}.AAAA.BBBB"),
        format!("{token}.AAAA"),
        token.rsplit_once('.').unwrap().0.to_owned(),
        token.replacen('.', "..", 1),
        "..".to_owned(),
        "!!!!.????.####".to_owned(),
        "c29tZXRoaW5nLXNlY3JldC1pbi1oZXJl".to_owned(),
        oneclaw_testkit::unsigned(&deep, "{}") + ".AAAA",
        oneclaw_testkit::unsigned(&format!("{{\"alg\":{deep}}}"), "{}") + ".AAAA",
        "A".repeat(8 * 1024),
    ];
    for shape in shapes {
        app.never_log(&shape);
        let answer = ada.with(&shape).get("/v1/auth/me").await.is_problem(401);
        assert!(shape.len() < 8 || !answer.text().contains(&shape));
    }
    let huge = "h".repeat(64 * 1024);
    app.never_log(&huge);
    match ada
        .with(&huge)
        .request("GET", "/v1/auth/me")
        .try_send()
        .await
    {
        Ok(answer) => assert!([401, 431].contains(&answer.status), "{}", answer.status),
        // the server may hang up while the rest is still being sent
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    ada.get("/v1/auth/me").await.is(200);
}

#[both_stores]
async fn ses_08_public_endpoints_ignore_what_is_shown(app: TestApp) {
    let ada = app.owner().await;
    for shown in [
        "Bearer expired.or.garbage",
        "Basic dTpw",
        "Bearer a b",
        "nonsense",
    ] {
        login(&app, &ada.email, &ada.password)
            .header("authorization", shown)
            .send()
            .await
            .is(200);
        app.request("GET", "/.well-known/jwks.json")
            .header("authorization", shown)
            .send()
            .await
            .is(200);
        let refresh = json!({ "refresh_token": "ort_none" });
        let refresh = app.request("POST", "/v1/auth/refresh").json(&refresh);
        let answer = refresh
            .header("authorization", shown)
            .send()
            .await
            .is_problem(401);
        assert_eq!(answer.str("/detail"), "Invalid refresh token");
    }
}
