//! Tokens that others signed. The RSA ones were made by OpenSSL, so that another implementation says what is right;
//! the private keys were thrown away.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oneclaw_crypto::{IdToken, IssuerKeys, TokenError};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

const N_2048: &str = "veCHffE-NsL8x71012OuxTkuef0VGeHiFQQW7VLtRR13jvymEn9iIcuPwgRI3dll_x0l_ZbErgB2icnkVr9sOXbeKY3Kuu6gWvxXoOJWif2vQGDAkEpbusPAOIQLCdaN9VkK25EtEtUvvHfM6i8NSmzCDFfhqHxwyicRjryazH_Lzh16kajfzvy_U7m8XFVXX-8Y-Q6FnNOc8O7JzvUNXNtbkcSUqVFQd49WF2eowsfeQ9snqq1f1GvTedO4od6rKM3ODrQJ-mMrgwcStk9-UCttrgU10CyB0cGMiu1GMGzIzmamIyUeJQDiVHM_azoGndZzZiE6gnKzsaufl1Qe3Q";
const SIGNED_2048: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIyMDQ4IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0Iiwic3ViIjoiMSJ9.r9vO0C-sC11kh40rjSlZiN78aNYNpWqJJ9S50GgwWDBNfICXDpxdMZJMrZxJhgB76_xseUtW81Lqt0iRASyZG1l2fEDAK38TBKmHgitZTiw3bHJk1KZTw4FwzU5ZswXPGoKeF5Egk6FS5CDgLuGUv72YDuPLXl8_kHH7pTNM44RniPA5gCOlkvtnKncKZc9aXEYibQjl4lsDtzsVacTM3Djksqvvv0uDFynnco8iKT7ciJPD1wjqU69HRqsbzWde8mrYePZtiazaS_4gsOX76YcHGQy3GTnBs7v2pRGL_OeCW-IQt_oE5e4nRxhClNFwBC9Mw9aGAJirPQoVweGQrA";
const N_1024: &str = "v-KMwvsFDiuxn_10a_YGeXyoFs2LHwXWRQCpb4QJXfxXI7HNlbExIe-rwww8fMYfLeCKz0q6rif7WQg5q07obntsB8NPDYe_rgBFnRO9Vohzk8EYemPDDZt-VQCa0AY4a0-LKWSx7D0s-fwIswZVMD1EceQTKXYbB8bJE4xFB-s";
const SIGNED_1024: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InIxMDI0IiwidHlwIjoiSldUIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci50ZXN0Iiwic3ViIjoiMSJ9.lmBz0eKM_wuNihWeFf9XcYPmfX5mmj3uPnvjvhh0EiOBxmboaeDgH_HGnhU-NSDwEfkVdZMQSjptiLycX0V5cvM5i7tgbHfULv6LKEjYzscqV-ZwEUHIoFR3cXvotY4qvXeK2ekWG7eixds300QRuiD8wfqc9IBBj_oT9ozXoHg";

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn keys(jwks: &[Value]) -> IssuerKeys {
    IssuerKeys::parse(json!({ "keys": jwks }).to_string().as_bytes()).unwrap()
}

fn rsa(kid: &str, modulus: &str) -> Value {
    json!({ "kty": "RSA", "kid": kid, "n": modulus, "e": "AQAB", "alg": "RS256", "use": "sig" })
}

fn with(mut key: Value, member: &str, value: Value) -> Value {
    key[member] = value;
    key
}

/// An Ed25519 key as issuers show it, and a token with this header signed by it.
fn signed(header: &Value, claims: &str) -> (Value, String) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let message = format!("{}.{}", encode(header.to_string()), encode(claims));
    let signature = pair.sign(message.as_bytes());
    let jwk =
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": encode(pair.public_key()) });
    (jwk, format!("{message}.{}", encode(signature)))
}

fn verified(keys: &IssuerKeys, token: &str) -> Result<Option<String>, TokenError> {
    let claims = keys.verify(IdToken::parse(token)?)?;
    Ok(claims.text("sub").map(str::to_owned))
}

#[test]
fn a_token_that_openssl_signed_verifies() {
    let keys = keys(&[rsa("r2048", N_2048)]);
    assert_eq!(verified(&keys, SIGNED_2048), Ok(Some("1".to_owned())));
    let token = IdToken::parse(SIGNED_2048).unwrap();
    assert_eq!(
        (token.kid(), token.claimed_issuer()),
        ("r2048", Some("https://issuer.test"))
    );
    assert_eq!(format!("{token:?}"), "IdToken(redacted)");
}

#[test]
fn the_other_two_algorithms_verify() {
    let (jwk, token) = signed(&json!({ "alg": "EdDSA", "kid": "ed" }), r#"{"sub":"2"}"#);
    assert_eq!(verified(&keys(&[jwk]), &token), Ok(Some("2".to_owned())));

    let random = SystemRandom::new();
    let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let der = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &random).unwrap();
    let header = encode(r#"{"alg":"ES256","kid":"p256"}"#);
    let message = format!("{header}.{}", encode(r#"{"sub":"3"}"#));
    let signature = pair.sign(&random, message.as_bytes()).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "kid": "p256", "x": encode(x), "y": encode(y) });
    let token = format!("{message}.{}", encode(signature));
    assert_eq!(verified(&keys(&[jwk]), &token), Ok(Some("3".to_owned())));
}

#[test]
fn goo_07_weak_and_foreign_keys_are_passed_over() {
    let strong = rsa("r2048", N_2048);
    for unfit in [
        json!({ "kty": "oct", "kid": "r2048", "k": "c2VjcmV0", "alg": "HS256" }),
        with(strong.clone(), "use", json!("enc")),
        with(strong.clone(), "key_ops", json!(["encrypt"])),
        with(strong.clone(), "key_ops", json!("verify")),
        with(strong.clone(), "alg", json!("RS512")),
        with(strong.clone(), "alg", json!("none")),
        with(strong.clone(), "alg", json!(null)),
        with(strong.clone(), "e", json!("Aw")),
        with(strong.clone(), "e", json!("AQ")),
        with(strong.clone(), "e", json!("")),
        with(strong.clone(), "n", json!("")),
        with(strong.clone(), "n", json!("AAAA")),
        with(strong.clone(), "n", json!(format!("{N_2048}="))),
        with(strong.clone(), "kid", json!(7)),
        with(strong.clone(), "kty", json!("rsa")),
        json!({ "kty": "EC", "crv": "P-256", "kid": "r2048", "x": "AAAA", "y": "AAAA" }),
        json!({ "kty": "OKP", "crv": "X25519", "kid": "r2048", "x": encode([1; 32]) }),
        json!("r2048"),
    ] {
        let keys = keys(std::slice::from_ref(&unfit));
        assert!(!keys.has("r2048"), "{unfit}");
        assert_eq!(
            verified(&keys, SIGNED_2048),
            Err(TokenError::UnknownKey),
            "{unfit}"
        );
    }
    // what is signed with it is right, and worth nothing
    let keys = keys(&[rsa("r1024", N_1024), strong]);
    assert_eq!(verified(&keys, SIGNED_1024), Err(TokenError::UnknownKey));
    assert!(verified(&keys, SIGNED_2048).is_ok());
}

#[test]
fn goo_07_what_is_no_set_of_keys() {
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        "<html>",
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert!(IssuerKeys::parse(wrong.as_bytes()).is_none(), "{wrong}");
    }
    let with_certificates = with(rsa("r2048", N_2048), "x5c", json!(["MII"]));
    assert!(keys(&[with_certificates]).has("r2048"));
}

#[test]
fn goo_01_the_algorithm_is_that_of_the_key() {
    // the same key's signature under another name
    let (jwk, token) = signed(&json!({ "alg": "RS256", "kid": "ed" }), r#"{"sub":"2"}"#);
    assert_eq!(
        verified(&keys(&[jwk]), &token),
        Err(TokenError::BadSignature)
    );
    for algorithm in ["none", "None", "HS256", "EdDSA", "RS256 ", ""] {
        let header = encode(json!({ "alg": algorithm, "kid": "r2048" }).to_string());
        let (_, rest) = SIGNED_2048.split_once('.').unwrap();
        let keys = keys(&[rsa("r2048", N_2048)]);
        assert_eq!(
            verified(&keys, &format!("{header}.{rest}")),
            Err(TokenError::BadSignature),
            "{algorithm}"
        );
        let (payload, _) = rest.split_once('.').unwrap();
        let unsigned = format!("{header}.{payload}.");
        assert_eq!(
            verified(&keys, &unsigned),
            Err(TokenError::BadSignature),
            "{algorithm}"
        );
    }
}

#[test]
fn goo_01_another_message_or_key_does_not_verify() {
    let own = keys(&[rsa("r2048", N_2048)]);
    let (message, signature) = SIGNED_2048.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let other = format!("{header}.{}.{signature}", encode(r#"{"sub":"0"}"#));
    assert_eq!(verified(&own, &other), Err(TokenError::BadSignature));
    let renamed = keys(&[rsa("other", N_2048)]);
    assert_eq!(verified(&renamed, SIGNED_2048), Err(TokenError::UnknownKey));
    let upper = keys(&[rsa("R2048", N_2048)]);
    assert_eq!(verified(&upper, SIGNED_2048), Err(TokenError::UnknownKey));
}

#[test]
fn goo_01_headers_that_bring_their_own_key_are_refused() {
    let plain = json!({ "alg": "EdDSA", "kid": "ed", "typ": "JWT", "x5t": "AAAA" });
    let (jwk, token) = signed(&plain, r#"{"sub":"2"}"#);
    let keys = keys(std::slice::from_ref(&jwk));
    assert!(verified(&keys, &token).is_ok());
    for (member, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.test/jwks")),
        ("x5u", json!("https://evil.test/x5u")),
        ("x5c", json!(["MII"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("typ", json!("at+jwt")),
        ("typ", json!(1)),
        ("kid", json!("")),
        ("kid", json!(null)),
        ("alg", json!(1)),
    ] {
        let (_, token) = signed(&with(plain.clone(), member, value), r#"{"sub":"2"}"#);
        assert_eq!(
            verified(&keys, &token),
            Err(TokenError::Malformed),
            "{member}"
        );
    }
}

#[test]
fn goo_01_what_is_no_token_of_claims_is_refused() {
    let header = json!({ "alg": "EdDSA", "kid": "ed" });
    for claims in ["", "[]", "1", r#"{"sub":"1","sub":"2"}"#, "{", "{}{}"] {
        let (_, token) = signed(&header, claims);
        assert!(IdToken::parse(&token).is_err(), "{claims}");
    }
    let (_, token) = signed(&header, "{}");
    for wrong in [
        "",
        ".",
        "..",
        "a.b.c",
        &format!("{token}."),
        &format!("{token}="),
        &format!(" {token}"),
    ] {
        assert!(IdToken::parse(wrong).is_err(), "{wrong}");
    }
    let (_, long) = signed(&header, &json!({ "sub": "x".repeat(20_000) }).to_string());
    assert!(IdToken::parse(&long).is_err());
}

#[test]
fn goo_01_times_are_numbers() {
    let claims = r#"{"a":1,"b":"1","c":-1,"d":1.9,"e":1e300,"f":[1],"g":9223372036854775807,"h":253402300799}"#;
    let (jwk, token) = signed(&json!({ "alg": "EdDSA", "kid": "ed" }), claims);
    let claims = keys(&[jwk])
        .verify(IdToken::parse(&token).unwrap())
        .unwrap();
    let read = |name: &str| claims.seconds(name);
    assert_eq!(
        (read("a"), read("d"), read("h")),
        (Some(1), Some(1), Some(253_402_300_799))
    );
    for wrong in ["b", "c", "e", "f", "g", "x"] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
    assert_eq!(format!("{claims:?}"), "IdClaims(redacted)");
}
