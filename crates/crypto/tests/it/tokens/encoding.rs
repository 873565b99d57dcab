//! SES-05, SES-08: re-encoded tokens, other shapes, and what an error repeats of them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oneclaw_crypto::TokenError;
use serde_json::json;

use super::forge::{Forge, bent, payload};

#[test]
fn ses_05_one_encoding_alone_is_accepted() {
    let forge = Forge::new();
    let token = forge.with_payload(&payload());
    assert!(forge.verify(&token).is_ok());
    let (message, signature) = token.rsplit_once('.').unwrap();
    // 64 bytes leave four unused bits in the last character: none of its sixteen spellings but one will do.
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (body, last) = signature.split_at(signature.len() - 1);
    for other in alphabet.chars().filter(|other| !last.starts_with(*other)) {
        assert!(forge.verify(&format!("{message}.{body}{other}")).is_err());
    }
    let standard = STANDARD.encode(URL_SAFE_NO_PAD.decode(signature).unwrap());
    for bent in [
        format!("{token}="),
        format!("{token}=="),
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("{token}\0"),
        token.replacen('.', "=.", 1),
        token.replacen('.', " .", 1),
        token.replacen('.', ". ", 1),
        format!("{message}.{standard}"),
        format!("{message}.{}\u{e9}", &signature[..84]),
    ] {
        forge.refuses(&bent, TokenError::Malformed);
    }
}

#[test]
fn ses_08_other_shapes_are_refused() {
    let forge = Forge::new();
    let token = forge.with_payload(&payload());
    let deep = format!("{}{}", r#"{"alg":"#.repeat(2000), "}".repeat(2000));
    let long = forge.with_payload(&bent("email", json!("x".repeat(9 * 1024))));
    for wrong in [
        "",
        ".",
        "..",
        "...",
        "....",
        "a.b",
        token.split_once('.').unwrap().1,
        &format!("{token}.{token}"),
        &format!("{token}."),
        &format!(".{token}"),
        &token.replacen('.', "..", 1),
        &format!("{token}.e30.e30"),
        "\u{1f980}.\u{1f980}.\u{1f980}",
        &"a".repeat(64 * 1024),
        &format!("{}.e30.e30", "a".repeat(64 * 1024)),
        &forge.signed(deep, "{}"),
        &forge.signed([0xff, 0xfe], "{}"),
        &long,
    ] {
        forge.refuses(wrong, TokenError::Malformed);
    }
    for at in 0..token.len() {
        assert!(forge.verify(&token[..at]).is_err());
    }
    let fits = bent("email", json!("x".repeat(5 * 1024)));
    assert!(forge.verify(&forge.with_payload(&fits)).is_ok());
}

#[test]
fn ses_08_what_is_refused_is_not_repeated() {
    let forge = Forge::new();
    let token = forge.with_payload(&bent("email", json!(7)));
    let error = forge.verify(&token).unwrap_err();
    assert_eq!(error.to_string(), "token is malformed");
    assert_eq!(format!("{error:?}"), "Malformed");
}
