//! SES-01, SES-02, SES-03: tokens that somebody made, against the running server. What needs a
//! signature by another algorithm's key is beside the verifier, in `oneclaw-crypto`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oneclaw_testkit::{Person, TestApp, TokenForge, both_stores, token_claims, unsigned};
use serde_json::{Value, json};

/// Somebody, what their genuine token claims, and the key that signed it.
async fn story(app: &TestApp) -> (Person, Value, TokenForge) {
    let ada = app.owner().await;
    let claims = token_claims(&ada.token);
    let forge = app.token_forge().await;
    // the forge is as good as the server: what is refused below is refused for what it says
    ada.with(&forge.token(&claims))
        .get("/v1/auth/me")
        .await
        .is(200);
    (ada, claims, forge)
}

/// Shows a token where a person is asked for, and expects to be nobody.
async fn refused(app: &TestApp, ada: &Person, what: &str, token: &str, reason: &str) {
    let event = format!("auth.failure denied {reason}");
    refused_with(app, ada, what, token, &event).await;
}

async fn refused_with(app: &TestApp, ada: &Person, what: &str, token: &str, event: &str) {
    app.never_log(token);
    let events = app.count("audit_events").await;
    let answer = ada.with(token).get("/v1/auth/me").await;
    assert_eq!(answer.status, 401, "{what}: {}", answer.text());
    let answer = answer.is_problem(401);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
    assert_eq!(app.count("audit_events").await, events + 1, "{what}");
    assert_eq!(app.last_event().await, event, "{what}");
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// HMAC-SHA256 (RFC 2104) over keys of up to 64 bytes; longer ones are hashed first.
fn hmac(key: &[u8], message: &str) -> [u8; 32] {
    use oneclaw_crypto::sha256;
    let key = if key.len() > 64 {
        sha256(key).to_vec()
    } else {
        key.to_vec()
    };
    let pad = |with: u8| -> Vec<u8> {
        (0..64)
            .map(|at| key.get(at).copied().unwrap_or(0) ^ with)
            .collect()
    };
    let inner = sha256(&[pad(0x36), message.as_bytes().to_vec()].concat());
    sha256(&[pad(0x5c), inner.to_vec()].concat())
}

#[both_stores]
async fn ses_01_a_token_does_not_choose_its_algorithm(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let claims = claims.to_string();
    for algorithm in [
        "none", "None", "nOnE", "", "eddsa", "HS256", "ES256", "RS256",
    ] {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": forge.kid() }).to_string();
        let no_signature = format!("{}.", unsigned(&header, &claims));
        refused(&app, &ada, algorithm, &no_signature, "invalid_token").await;
        let signed = forge.signed(&header, &claims);
        refused(&app, &ada, algorithm, &signed, "invalid_token").await;
    }
    let genuine_header = forge.header().to_string();
    let empty = format!("{}.", unsigned(&genuine_header, &claims));
    refused(&app, &ada, "empty signature", &empty, "invalid_token").await;
    let zeros = format!(
        "{}.{}",
        unsigned(&genuine_header, &claims),
        URL_SAFE_NO_PAD.encode([0; 64])
    );
    refused(&app, &ada, "a signature of zeros", &zeros, "invalid_token").await;
}

#[both_stores]
async fn ses_01_the_published_key_is_no_shared_secret(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let published = app
        .get("/.well-known/jwks.json")
        .await
        .is(200)
        .get("/keys/0");
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(forge.public_raw())
    );
    let secrets = [
        ("raw", forge.public_raw().to_vec()),
        ("base64", STANDARD.encode(forge.public_raw()).into_bytes()),
        (
            "base64url",
            published["x"].as_str().unwrap().as_bytes().to_vec(),
        ),
        ("pem", pem.into_bytes()),
        ("jwk", published.to_string().into_bytes()),
    ];
    for (what, secret) in secrets {
        for algorithm in ["HS256", "EdDSA"] {
            let header = json!({ "alg": algorithm, "typ": "JWT", "kid": forge.kid() });
            let message = unsigned(&header.to_string(), &claims.to_string());
            let token = format!(
                "{message}.{}",
                URL_SAFE_NO_PAD.encode(hmac(&secret, &message))
            );
            refused(&app, &ada, what, &token, "invalid_token").await;
        }
    }
    let stranger = TokenForge::stranger();
    refused(
        &app,
        &ada,
        "a key of their own",
        &stranger.token(&claims),
        "invalid_token",
    )
    .await;
    let as_ours = stranger.signed(&forge.header().to_string(), &claims.to_string());
    refused(
        &app,
        &ada,
        "their key under our kid",
        &as_ours,
        "invalid_token",
    )
    .await;
}

#[both_stores]
async fn ses_02_a_header_names_a_key_that_is_here_and_nothing_else(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let stranger = TokenForge::stranger();
    let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let url = format!("http://{}/jwks.json", trap.local_addr().unwrap());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(stranger.public_raw()) });
    let extras = [
        ("jwk", jwk),
        ("jku", json!(url)),
        ("x5u", json!(url)),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("typ", json!("at+jwt")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("' OR 1=1--")),
        ("kid", json!("k".repeat(5 * 1024))),
        ("kid", json!(["x"])),
        ("kid", Value::Null),
    ];
    for (name, value) in extras {
        for signer in [&forge, &stranger] {
            let header = with(&forge.header(), name, value.clone()).to_string();
            let token = signer.signed(&header, &claims.to_string());
            refused(&app, &ada, name, &token, "invalid_token").await;
        }
    }
    // an 8 KiB kid does not even make a credential
    let long = with(&forge.header(), "kid", json!("k".repeat(8 * 1024))).to_string();
    let token = forge.signed(&long, &claims.to_string());
    refused(&app, &ada, "a kid of 8 KiB", &token, "missing_credential").await;
    let connected = trap.accept();
    assert!(connected.is_err(), "the server went where a token sent it");
}

/// Payloads that say too little, or say it in another kind of JSON.
fn of_another_kind(claims: &Value) -> Vec<Value> {
    let mut payloads = Vec::new();
    for name in [
        "exp", "iat", "iss", "aud", "sub", "org", "sid", "jti", "scopes",
    ] {
        payloads.push(without(claims, name));
        payloads.push(with(claims, name, Value::Null));
        payloads.push(with(claims, name, json!({})));
    }
    let later = claims["exp"].as_i64().unwrap();
    let no_times = [
        json!(later.to_string()),
        json!(1.5e9),
        json!([later]),
        json!(-1),
        json!(true),
    ];
    for wrong in no_times {
        for name in ["exp", "iat", "nbf"] {
            payloads.push(with(claims, name, wrong.clone()));
        }
    }
    payloads
}

/// Payloads that speak of somebody or something else.
fn of_somebody_else(claims: &Value) -> Vec<Value> {
    [
        ("iss", "https://evil.test"),
        ("iss", "http://127.0.0.1:8080/"),
        ("aud", "somebody-else"),
        ("aud", "ONECLAW"),
        ("sub", "user:"),
        ("sub", "user:not-a-uuid"),
        ("sub", "admin"),
        ("sub", "agent:"),
        ("org", "*"),
        ("sid", "x"),
        ("jti", "x"),
    ]
    .map(|(name, wrong)| with(claims, name, json!(wrong)))
    .to_vec()
}

#[both_stores]
async fn ses_03_every_claim_is_there_and_means_us(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let mut payloads = of_another_kind(&claims);
    payloads.extend(of_somebody_else(&claims));
    payloads.push(json!([claims]));
    for payload in payloads {
        let token = forge.token(&payload);
        refused(&app, &ada, &payload.to_string(), &token, "invalid_token").await;
    }
    let header = forge.header().to_string();
    let twice = forge.signed(&header, &format!("{claims}{claims}"));
    refused(&app, &ada, "two objects", &twice, "invalid_token").await;
}

#[both_stores]
async fn ses_03_a_signature_does_not_make_other_peoples_ids_ones_own(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let bob = app.owner().await;
    let his = token_claims(&bob.token);
    let [bot, other] = [
        ada.new_agent(json!({ "name": "bot" })).await,
        ada.new_agent(json!({ "name": "other" })).await,
    ]
    .map(|agent| token_claims(&agent.token));
    let herself = json!(format!("agent:{}", ada.user_id));
    let cases = [
        (
            "bob, in ada's session",
            with(&claims, "sub", his["sub"].clone()),
        ),
        (
            "ada, in bob's organization",
            with(&claims, "org", his["org"].clone()),
        ),
        (
            "ada, in bob's session",
            with(&claims, "sid", his["sid"].clone()),
        ),
        ("no such session", with(&claims, "sid", json!(ada.user_id))),
        (
            "no such organization",
            with(&claims, "org", json!(ada.user_id)),
        ),
        ("ada, as an agent", with(&claims, "sub", herself)),
        (
            "bot, by the other's key",
            with(&bot, "sid", other["sid"].clone()),
        ),
        (
            "bot, in ada's session",
            with(&bot, "sid", claims["sid"].clone()),
        ),
        (
            "bot, in bob's organization",
            with(&bot, "org", his["org"].clone()),
        ),
        (
            "ada, by bot's key",
            with(&claims, "sid", bot["sid"].clone()),
        ),
    ];
    for (what, claims) in cases {
        // a true signature, so it is known who asks: it is what they asked for that was denied
        let token = forge.token(&claims);
        refused_with(&app, &ada, what, &token, "user.read denied revoked").await;
    }
}

#[both_stores]
async fn ses_03_times_hold_to_the_second(app: TestApp) {
    let (ada, claims, forge) = story(&app).await;
    let now = claims["iat"].as_i64().unwrap();
    let at = |name: &str, seconds: i64| forge.token(&with(&claims, name, json!(seconds)));
    ada.with(&at("exp", now + 1))
        .get("/v1/auth/me")
        .await
        .is(200);
    refused(&app, &ada, "exp now", &at("exp", now), "expired").await;
    refused(&app, &ada, "exp before", &at("exp", now - 1), "expired").await;
    for name in ["iat", "nbf"] {
        ada.with(&at(name, now + 30))
            .get("/v1/auth/me")
            .await
            .is(200);
        refused(&app, &ada, name, &at(name, now + 31), "invalid_token").await;
    }
    // the server's own token, at the last second and after it
    let exp = claims["exp"].as_i64().unwrap();
    app.clock().advance(exp - now - 1);
    ada.get("/v1/auth/me").await.is(200);
    app.clock().advance(1);
    refused(&app, &ada, "the time is over", &ada.token, "expired").await;
}
