//! SES-03: true signatures over claims that are missing, of a wrong type or of another time.

use oneclaw_crypto::{TokenError, sign};
use serde_json::{Value, json};

use super::forge::{AUDIENCE, Forge, ISSUER, NOW, bent, payload};

#[test]
fn a_token_comes_back_as_it_was_signed() {
    let forge = Forge::new();
    let claims = forge.verify(&forge.with_payload(&payload())).unwrap();
    assert_eq!((claims.sub.as_str(), claims.key.clone()), ("user:1", None));
    let token = sign(&forge.key, &claims).unwrap();
    assert_eq!(token.expose().split('.').count(), 3);
    assert_eq!(forge.verify(token.expose()).unwrap(), claims);
    let mut untyped = forge.header();
    untyped.as_object_mut().unwrap().remove("typ");
    assert!(forge.verify(&forge.with_header(&untyped)).is_ok());
    let unknown = bent("vault_ids", json!(["v"]));
    assert!(forge.verify(&forge.with_payload(&unknown)).is_ok());
}

#[test]
fn ses_03_claims_of_a_wrong_type_or_none_are_refused() {
    let forge = Forge::new();
    for name in ["exp", "iat"] {
        forge.refuses(
            &forge.with_payload(&bent(name, Value::Null)),
            TokenError::Malformed,
        );
    }
    for name in ["exp", "iat", "nbf", "auth_time"] {
        for wrong in [
            json!("1800000890"),
            json!(1_800_000_890.5),
            json!([1_800_000_890]),
            json!(-1),
            json!(true),
            json!({}),
            json!(u64::MAX),
        ] {
            forge.refuses(
                &forge.with_payload(&bent(name, wrong)),
                TokenError::Malformed,
            );
        }
        let float = bent(name, json!(7))
            .to_string()
            .replace(&format!("\"{name}\":7"), &format!("\"{name}\":1.8e9"));
        forge.refuses(&forge.with_payload(&float), TokenError::Malformed);
    }
    for name in ["sub", "org", "sid", "jti", "iss", "aud", "scopes"] {
        for wrong in [json!(null), json!(""), json!(7), json!({}), json!([7])] {
            forge.refuses(
                &forge.with_payload(&bent(name, wrong)),
                TokenError::Malformed,
            );
        }
    }
    for name in ["role", "email", "key", "amr"] {
        for wrong in [json!(""), json!(7), json!([7]), json!({"a": 1})] {
            forge.refuses(
                &forge.with_payload(&bent(name, wrong)),
                TokenError::Malformed,
            );
        }
    }
}

#[test]
fn ses_03_another_issuer_or_audience_is_refused() {
    let forge = Forge::new();
    for (name, wrong) in [
        ("iss", "https://vault.example.com/"),
        ("iss", "https://evil.example.com"),
        ("iss", "HTTPS://vault.example.com"),
        ("aud", "oneclaw2"),
        ("aud", "Oneclaw"),
        ("aud", " oneclaw"),
    ] {
        forge.refuses(
            &forge.with_payload(&bent(name, json!(wrong))),
            TokenError::WrongIssuerOrAudience,
        );
    }
    let list = bent("aud", json!([AUDIENCE]));
    forge.refuses(&forge.with_payload(&list), TokenError::Malformed);
}

#[test]
fn ses_03_times_are_exact_to_the_second() {
    let forge = Forge::new();
    let at =
        |name: &str, seconds: i64| forge.verify(&forge.with_payload(&bent(name, json!(seconds))));
    assert!(at("exp", NOW + 1).is_ok());
    assert_eq!(at("exp", NOW), Err(TokenError::Expired));
    assert_eq!(at("exp", NOW - 1), Err(TokenError::Expired));
    assert_eq!(at("exp", 0), Err(TokenError::Expired));
    for name in ["iat", "nbf"] {
        assert!(at(name, NOW + 30).is_ok());
        assert_eq!(at(name, NOW + 31), Err(TokenError::NotYetValid));
        assert_eq!(at(name, i64::MAX), Err(TokenError::NotYetValid));
    }
    let token = forge.with_payload(&payload());
    let late = forge.verifier.verify(&token, i64::MAX, ISSUER, AUDIENCE);
    assert_eq!(late, Err(TokenError::Expired));
}

#[test]
fn ses_03_a_payload_is_one_plain_object() {
    let forge = Forge::new();
    let good = payload().to_string();
    for wrong in [
        "[]".to_owned(),
        format!("[{good}]"),
        "7".to_owned(),
        "null".to_owned(),
        String::new(),
        format!("{good}{good}"),
        good.replacen('{', "{\"exp\":9999999999,", 1),
        good.replacen('{', "{\"x\":[[[[[1]]]]],", 1),
    ] {
        forge.refuses(&forge.with_payload(&wrong), TokenError::Malformed);
    }
    let header = forge
        .header()
        .to_string()
        .replacen('{', "{\"alg\":\"none\",", 1);
    forge.refuses(&forge.signed(header, &good), TokenError::Malformed);
}
