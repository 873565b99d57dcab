//! SES-01, SES-02: forged headers, foreign keys and keys that are no keys.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::jws::JwsSigner;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm;
use oneclaw_crypto::{SigningKey, TokenError, Verifier, jwks};
use ring::hmac;
use serde_json::json;

use super::forge::{AUDIENCE, Forge, ISSUER, NOW, message, payload};

#[test]
fn ses_01_the_algorithm_is_that_of_the_key() {
    let forge = Forge::new();
    for algorithm in [
        "none", "None", "nOnE", "NONE", "", "eddsa", "EdDSA ", "HS256", "ES256",
    ] {
        let mut header = forge.header();
        header["alg"] = json!(algorithm);
        forge.refuses(&forge.with_header(&header), TokenError::Malformed);
        let unsigned = message(header.to_string(), payload().to_string());
        forge.refuses(&format!("{unsigned}."), TokenError::Malformed);
    }
    let unsigned = message(forge.header().to_string(), payload().to_string());
    forge.refuses(&format!("{unsigned}."), TokenError::Malformed);
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    forge.refuses(&format!("{unsigned}.{zeros}"), TokenError::BadSignature);
}

#[test]
fn ses_01_our_public_key_is_no_hmac_secret() {
    let forge = Forge::new();
    let raw = forge.key.public_raw();
    let jwk = jwks([forge.key.verifying_key()])["keys"][0].to_string();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(raw)
    );
    let secrets = [
        raw.to_vec(),
        STANDARD.encode(raw).into_bytes(),
        URL_SAFE_NO_PAD.encode(raw).into_bytes(),
        pem.into_bytes(),
        jwk.into_bytes(),
    ];
    for secret in secrets {
        for algorithm in ["HS256", "HS512", "EdDSA"] {
            let mut header = forge.header();
            header["alg"] = json!(algorithm);
            let message = message(header.to_string(), payload().to_string());
            let kind = if algorithm == "HS256" {
                hmac::HMAC_SHA256
            } else {
                hmac::HMAC_SHA512
            };
            let tag = hmac::sign(&hmac::Key::new(kind, &secret), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            let reason = if algorithm == "EdDSA" {
                TokenError::BadSignature
            } else {
                TokenError::Malformed
            };
            forge.refuses(&token, reason);
        }
    }
}

#[test]
fn ses_01_keys_of_other_algorithms_and_other_people_do_not_sign_for_us() {
    let forge = Forge::new();
    let ec = EcdsaJwsAlgorithm::Es256;
    let ec = ec
        .signer_from_jwk(&ec.generate_key_pair().unwrap().to_jwk_private_key())
        .unwrap();
    let rsa = RsassaJwsAlgorithm::Rs256;
    let rsa = rsa
        .signer_from_jwk(&rsa.generate_key_pair(2048).unwrap().to_jwk_private_key())
        .unwrap();
    let signers: [(&str, &dyn JwsSigner); 2] = [("ES256", &ec), ("RS256", &rsa)];
    for (name, signer) in signers {
        for algorithm in [name, "EdDSA"] {
            let mut header = forge.header();
            header["alg"] = json!(algorithm);
            let message = message(header.to_string(), payload().to_string());
            let signature = signer.sign(message.as_bytes()).unwrap();
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
            assert!(forge.verify(&token).is_err(), "{name} as {algorithm}");
        }
    }
    let other = Forge::new();
    let stolen = other.with_header(&forge.header());
    forge.refuses(&stolen, TokenError::BadSignature);
    forge.refuses(&other.with_header(&other.header()), TokenError::UnknownKey);
}

#[test]
fn ses_02_headers_that_point_elsewhere_are_refused() {
    let forge = Forge::new();
    let jwk = jwks([forge.key.verifying_key()])["keys"][0].clone();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("x5u", json!("http://127.0.0.1:1/x.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("abc")),
        ("x5t#S256", json!("abc")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("cty", json!("JWT")),
        ("typ", json!("at+jwt")),
        ("typ", json!("jwt")),
        ("typ", json!(null)),
        ("alg", json!(null)),
        ("alg", json!(["EdDSA"])),
    ] {
        let mut header = forge.header();
        header[name] = value;
        forge.refuses(&forge.with_header(&header), TokenError::Malformed);
    }
}

#[test]
fn ses_02_the_key_id_is_an_exact_match_in_memory() {
    let forge = Forge::new();
    let kid = forge.key.kid().to_owned();
    for (wrong, reason) in [
        (json!("../../dev/null"), TokenError::UnknownKey),
        (json!("' OR 1=1--"), TokenError::UnknownKey),
        (json!(kid.to_lowercase()), TokenError::UnknownKey),
        (json!(format!("{kid} ")), TokenError::UnknownKey),
        (json!(&kid[..42]), TokenError::UnknownKey),
        (json!("k".repeat(128)), TokenError::UnknownKey),
        (json!("k".repeat(129)), TokenError::Malformed),
        (json!("k".repeat(8 * 1024)), TokenError::Malformed),
        (json!(""), TokenError::Malformed),
        (json!(7), TokenError::Malformed),
        (json!([kid]), TokenError::Malformed),
        (json!(null), TokenError::Malformed),
    ] {
        let mut header = forge.header();
        header["kid"] = wrong;
        forge.refuses(&forge.with_header(&header), reason);
    }
    let token = forge.with_header(&forge.header());
    let retired = Verifier::new([SigningKey::generate().unwrap().verifying_key()]).unwrap();
    assert_eq!(
        retired.verify(&token, NOW, ISSUER, AUDIENCE).unwrap_err(),
        TokenError::UnknownKey
    );
}
