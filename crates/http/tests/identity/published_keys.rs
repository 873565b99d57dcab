//! Contract 3.7: the keys that anybody may have.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oneclaw_testkit::{TestApp, both_stores, token_header, token_verifies};
use serde_json::json;

#[both_stores]
async fn contract_3_7_a_token_verifies_with_the_published_key(app: TestApp) {
    let ada = app.owner().await;
    let kid = token_header(&ada.token)["kid"].clone();

    let set = app.get("/.well-known/jwks.json").await.is(200);
    assert_eq!(set.header("content-type"), Some("application/jwk-set+json"));
    assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
    let raw = URL_SAFE_NO_PAD.decode(set.str("/keys/0/x")).unwrap();
    assert_eq!(
        set.json(),
        json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
        "kid": kid, "x": URL_SAFE_NO_PAD.encode(&raw),
    }] })
    );
    assert!(token_verifies(&ada.token, &raw));

    let current = app.get("/v1/auth/jwt-public-key").await.is(200);
    assert_eq!(
        current.json(),
        json!({ "alg": "EdDSA", "public_key_base64": STANDARD.encode(&raw), "kid": kid })
    );
    let strict = app.request("GET", "/v1/auth/jwt-public-key");
    let strict = strict
        .header("user-agent", "OpenAPI-Generator/1.0.0/go")
        .send()
        .await
        .is(200);
    assert_eq!(
        strict.json(),
        json!({ "alg": "EdDSA", "public_key_base64": STANDARD.encode(&raw) })
    );

    // the check itself can fail
    assert!(!token_verifies(&ada.token, &[7; 32]));
    assert!(!token_verifies(&ada.token.replacen('.', ".e", 1), &raw));
}

#[both_stores]
async fn contract_3_7_any_page_may_read_the_keys(app: TestApp) {
    for target in [
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/v1/auth/jwt-public-key",
    ] {
        let asked = app
            .request("GET", target)
            .header("origin", "https://anywhere.test");
        let answer = asked.send().await.is(200);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{target}"
        );
    }
}

#[both_stores]
async fn contract_3_7_the_configuration_leads_to_the_keys(app: TestApp) {
    let issuer = "https://vault.example.test";
    let named = app
        .instance_with(|services, _| services.public_url = issuer.to_owned())
        .await;
    let answer = named.get("/.well-known/openid-configuration").await.is(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.json(),
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "token_endpoint": format!("{issuer}/v1/auth/token"),
            "id_token_signing_alg_values_supported": ["EdDSA"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "grant_types_supported":
                ["password", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        })
    );
    let ada = named.owner().await;
    assert_eq!(oneclaw_testkit::token_claims(&ada.token)["iss"], issuer);
}
