//! Contract 3.2, 3.3, 5 and 8: the exact fields of what is answered, for clients that take more
//! than they know and for clients that do not.

use super::steps::{exchange, login};
use oneclaw_testkit::{Answer, Person, Request, TestApp, both_stores, token_claims, token_header};
use serde_json::{Value, json};

const STRICT: &str = "OpenAPI-Generator/1.0.0/go";

fn fields(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names
}

/// Asks twice, and expects these fields under `pointer`; those with a `+` only where the reader
/// takes more than it knows.
async fn has_fields(
    request: impl Fn() -> Request,
    status: u16,
    pointer: &str,
    wanted: &str,
) -> Answer {
    let mut strict: Vec<&str> = wanted
        .split_whitespace()
        .filter(|name| !name.ends_with('+'))
        .collect();
    let mut lenient: Vec<&str> = wanted
        .split_whitespace()
        .map(|name| name.trim_end_matches('+'))
        .collect();
    strict.sort_unstable();
    lenient.sort_unstable();
    let generated = request()
        .header("user-agent", STRICT)
        .send()
        .await
        .is(status);
    assert_eq!(
        fields(&generated.get(pointer)),
        strict,
        "{}",
        generated.asked
    );
    let other = request()
        .header("user-agent", "oneclaw-python/0.61.14")
        .send()
        .await
        .is(status);
    assert_eq!(fields(&other.get(pointer)), lenient, "{}", other.asked);
    other
}

#[both_stores]
async fn contract_5_the_token_endpoints_answer_exactly_these_fields(app: TestApp) {
    let ada = app.owner().await;
    let tokens = "access_token token_type expires_in refresh_token user_id+ org_id+";
    let signup = std::cell::Cell::new(0);
    let new = || {
        signup.set(signup.get() + 1);
        let email = format!("new-{}@x.test", signup.get());
        let body = json!({ "email": email, "password": "Correct-Horse-1-Battery" });
        app.request("POST", "/v1/auth/signup").json(&body)
    };
    let wanted =
        "message email access_token token_type expires_in+ refresh_token+ user_id+ org_id+";
    let made = has_fields(new, 200, "", wanted).await;
    assert_eq!(
        (made.get("/expires_in"), made.str("/token_type")),
        (json!(900), "Bearer".to_owned())
    );

    let asked = || login(&app, &ada.email, &ada.password);
    let answer = has_fields(asked, 200, "", &format!("{tokens} mfa_required")).await;
    assert_eq!(
        (answer.get("/mfa_required"), answer.get("/expires_in")),
        (json!(false), json!(900))
    );
    assert_eq!(
        (answer.str("/user_id"), answer.str("/org_id")),
        (ada.user_id.clone(), ada.org_id.clone())
    );
    assert!(answer.str("/refresh_token").starts_with("ort_"));
    assert_eq!(answer.str("/refresh_token").len(), 47);
    assert_eq!(answer.header("cache-control"), Some("no-store"));

    let own = "access_token token_type expires_in user_id+ org_id+";
    has_fields(|| ada.request("POST", "/v1/auth/refresh"), 200, "", own).await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let body = json!({ "api_key": api_key });
    let asked = || app.request("POST", "/v1/auth/api-key-token").json(&body);
    let answer = has_fields(asked, 200, "", own).await;
    assert_eq!(answer.get("/expires_in"), 3_600);
}

#[both_stores]
async fn contract_5_a_rotated_refresh_answers_exactly_these_fields(app: TestApp) {
    let ada = app.owner().await;
    let spend = async |token: &str, agent: &str| {
        let request = app
            .request("POST", "/v1/auth/refresh")
            .json(&json!({ "refresh_token": token }));
        request.header("user-agent", agent).send().await.is(200)
    };
    let strict = spend(&ada.refresh_token, STRICT).await;
    assert_eq!(
        fields(&strict.json()),
        ["access_token", "expires_in", "refresh_token", "token_type"]
    );
    let lenient = spend(&strict.str("/refresh_token"), "curl").await;
    assert_eq!(fields(&lenient.json()).len(), 6);
    assert_eq!(lenient.get("/expires_in"), 900);
    assert_eq!(lenient.str("/user_id"), ada.user_id);
}

#[both_stores]
async fn contract_5_4_a_profile_has_exactly_these_fields(app: TestApp) {
    let platform = app.owner().await;
    let ada = app.owner().await;
    let wanted = "id email display_name auth_method role email_verified marketing_emails totp_enabled \
                  created_at org_id+ org_name+ billing_tier+ has_password+ is_platform_admin+";
    let me = has_fields(|| ada.request("GET", "/v1/auth/me"), 200, "", wanted)
        .await
        .json();
    let name = ada_name(&ada).await;
    assert_eq!(
        me,
        json!({
            "id": ada.user_id, "email": ada.email, "display_name": name, "auth_method": "password",
            "role": "owner", "email_verified": false, "marketing_emails": false, "totp_enabled": false,
            "created_at": "2026-03-01T12:00:00Z", "org_id": ada.org_id, "org_name": name,
            "billing_tier": "free", "has_password": true, "is_platform_admin": false,
        })
    );
    let theirs = platform.get("/v1/auth/me").await.is(200);
    assert_eq!(theirs.get("/is_platform_admin"), true);
    let patch = || {
        ada.request("PATCH", "/v1/auth/me")
            .json(&json!({ "marketing_emails": true }))
    };
    let changed = has_fields(patch, 200, "", wanted).await;
    assert_eq!(changed.get("/marketing_emails"), true);
}

async fn ada_name(ada: &Person) -> String {
    ada.get("/v1/auth/me").await.is(200).str("/display_name")
}

#[both_stores]
async fn contract_5_1_the_default_name_is_the_local_part(app: TestApp) {
    let body = json!({ "email": " Ada.Lovelace@X.test", "password": "Correct-Horse-1-Battery" });
    let made = app.post("/v1/auth/signup", body).await.is(200);
    assert_eq!(made.str("/email"), "ada.lovelace@x.test");
    let me = app
        .request("GET", "/v1/auth/me")
        .bearer(&made.str("/access_token"))
        .send()
        .await
        .is(200);
    assert_eq!(
        (me.str("/display_name"), me.str("/org_name")),
        ("ada.lovelace".to_owned(), "ada.lovelace".to_owned())
    );
}

#[both_stores]
async fn contract_8_a_key_has_exactly_these_fields(app: TestApp) {
    let ada = app.owner().await;
    let of_key = "id name key_prefix prefix+ scopes is_active created_at expires_at last_used_at";
    let create = || {
        ada.request("POST", "/v1/auth/api-keys")
            .json(&json!({ "name": "ci" }))
    };
    let made = has_fields(create, 201, "/key", of_key).await;
    assert_eq!(fields(&made.json()), ["api_key", "key"]);
    let prefix: String = made.str("/api_key").chars().take(12).collect();
    assert_eq!(
        made.get("/key"),
        json!({
            "id": made.str("/key/id"), "name": "ci", "key_prefix": prefix, "prefix": prefix, "scopes": [],
            "is_active": true, "created_at": "2026-03-01T12:00:00Z", "expires_at": null, "last_used_at": null,
        })
    );
    let list = || ada.request("GET", "/v1/auth/api-keys");
    let listed = has_fields(list, 200, "/keys/0", of_key).await;
    assert_eq!(fields(&listed.json()), ["keys"]);
}

#[both_stores]
async fn contract_3_2_a_token_claims_what_it_should(app: TestApp) {
    let _platform = app.owner().await;
    let ada = app.owner().await;
    let header = token_header(&ada.token);
    assert_eq!(fields(&header), ["alg", "kid", "typ"]);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("EdDSA"), &json!("JWT"))
    );
    let claims = token_claims(&ada.token);
    let now = 1_772_366_400;
    for (name, value) in [
        ("sub", json!(format!("user:{}", ada.user_id))),
        ("org", json!(ada.org_id)),
        ("iat", json!(now)),
        ("exp", json!(now + 900)),
        ("scopes", json!([])),
        ("iss", json!("http://127.0.0.1:8080")),
        ("aud", json!("oneclaw")),
        ("role", json!("owner")),
        ("email", json!(ada.email)),
        ("auth_time", json!(now)),
        ("amr", json!(["pwd"])),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["jti"].as_str().unwrap().len(), 36);

    let scoped = json!({ "name": "ci", "scopes": ["secrets:read", "vault.read"] });
    let (api_key, _) = ada.api_key(scoped).await;
    let claims = token_claims(&exchange(&app, &api_key).await.is(200).str("/access_token"));
    assert_eq!(claims["scopes"], json!(["secrets:read", "vault.read"]));
    assert_eq!(claims["exp"], now + 3_600);
    assert_eq!(claims["amr"], json!(["key"]));
    assert_eq!(claims["auth_time"], Value::Null);
}

#[both_stores]
async fn contract_3_3_lifetimes_are_the_operators(app: TestApp) {
    let other = app
        .instance_with(|services, _| {
            services.user_token_ttl = 60;
            services.key_token_ttl = 120;
        })
        .await;
    let ada = other.owner().await;
    assert_eq!(
        login(&other, &ada.email, &ada.password)
            .send()
            .await
            .is(200)
            .get("/expires_in"),
        60
    );
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    assert_eq!(
        exchange(&other, &api_key).await.is(200).get("/expires_in"),
        120
    );
    app.clock().advance(60);
    ada.get("/v1/auth/me").await.is_problem(401);
}

#[both_stores]
async fn contract_5_closed_signup_lets_the_first_one_in(app: TestApp) {
    let closed = app
        .instance_with(|services, _| services.signup_mode = oneclaw_services::SignupMode::Closed)
        .await;
    closed.owner().await;
    let body = json!({ "email": "late@x.test", "password": "Correct-Horse-1-Battery" });
    let answer = closed.post("/v1/auth/signup", body).await.is_problem(403);
    assert_eq!(answer.str("/detail"), "Signup is closed");
    assert_eq!(app.last_event().await, "user.signup denied signup_closed");
    assert_eq!((app.count("users").await, app.count("orgs").await), (1, 1));
}
