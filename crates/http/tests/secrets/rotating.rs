//! Contract 11: the server makes a new value.

use crate::place::Place;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HEX: &str = "0123456789abcdef";
const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

async fn kept(who: &Person) -> Place {
    let at = Place::new(&who.vault("prod").await, "db/password");
    at.put(who, "the first value", json!({})).await.is(201);
    at
}

async fn value(who: &Person, at: &Place) -> String {
    who.get(&at.secret()).await.is(200).str("/value")
}

#[both_stores]
async fn a_rotation_makes_32_hex_digits_and_does_not_show_them(app: TestApp) {
    let ada = app.owner().await;
    let at = kept(&ada).await;
    let rotated = ada.post_empty(&at.rotate()).await.is(201);
    assert_eq!(rotated.get("/version"), 2);
    assert_eq!(rotated.header("etag"), Some("\"2\""));
    let made = value(&ada, &at).await;
    assert_eq!(made.len(), 32);
    assert!(made.chars().all(|c| HEX.contains(c)), "{}", made.len());
    assert!(!rotated.text().contains(&made));
    assert_eq!(rotated.get("/value"), Value::Null);
    ada.request("POST", &at.rotate()).send().await.is(201);
    ada.post(&at.rotate(), json!({})).await.is(201);
    assert_ne!(value(&ada, &at).await, made);
}

#[both_stores]
async fn a_rotation_keeps_what_describes_the_secret_and_drops_what_limits_a_version(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "a");
    let more = json!({
        "type": "api_key", "metadata": { "team": "core" }, "rotation_policy": { "days": 30 },
        "max_access_count": 1, "expires_at": "2020-01-01T00:00:00Z",
    });
    at.put(&ada, "v", more).await.is(201);
    let rotated = ada.post_empty(&at.rotate()).await.is(201);
    assert_eq!(rotated.get("/type"), "api_key");
    assert_eq!(rotated.get("/metadata"), json!({ "team": "core" }));
    assert_eq!(rotated.get("/expires_at"), Value::Null);
    assert_eq!(rotated.get("/max_access_count"), Value::Null);
    let sql = "SELECT CAST(rotation_policy AS TEXT) AS text FROM secret_versions ORDER BY number";
    let policies = app.rows(sql).await;
    let policies: Vec<Value> = policies
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    assert_eq!(policies, [json!({ "days": 30 }), json!({ "days": 30 })]);
    let typed = ada.post(&at.rotate(), json!({ "type": "password" })).await;
    assert_eq!(typed.is(201).get("/type"), "password");
}

#[both_stores]
async fn the_older_address_rotates_too_and_takes_a_value(app: TestApp) {
    let ada = app.owner().await;
    let at = kept(&ada).await;
    let body = json!({ "length": 10, "charset": "alphanumeric" });
    ada.post(&at.rotate_alias(), body).await.is(201);
    assert_eq!(value(&ada, &at).await.len(), 10);
    let body = json!({ "new_value": "chosen by the caller", "type": "note" });
    let given = ada.post(&at.rotate_alias(), body).await.is(201);
    assert_eq!(given.get("/version"), 3);
    assert_eq!(given.get("/type"), "note");
    assert_eq!(value(&ada, &at).await, "chosen by the caller");
    ada.post(&at.rotate_alias(), json!({ "new_value": "" }))
        .await
        .is_invalid("new_value");

    // a path may end in that word as well
    let word = Place::new(&at.vault, "db/rotate");
    word.put(&ada, "a secret of that name", json!({}))
        .await
        .is(201);
    assert_eq!(value(&ada, &word).await, "a secret of that name");
    ada.post_empty(&word.rotate_alias()).await.is(201);
    ada.delete(&word.secret()).await.is(204);
}

#[both_stores]
async fn sec_06_a_rotation_out_of_bounds_is_refused(app: TestApp) {
    let ada = app.owner().await;
    let at = kept(&ada).await;
    let cases = [
        (json!({ "length": 7 }), "length"),
        (json!({ "length": 1025 }), "length"),
        (json!({ "length": 0 }), "length"),
        (json!({ "length": -8 }), "length"),
        (json!({ "length": 8.5 }), "length"),
        (json!({ "length": "32" }), "length"),
        (json!({ "charset": "emoji" }), "charset"),
        (json!({ "charset": "HEX" }), "charset"),
        (json!({ "charset": "" }), "charset"),
        (json!({ "type": "Not A Type" }), "type"),
    ];
    for (body, field) in cases {
        for target in [at.rotate(), at.rotate_alias()] {
            ada.post(&target, body.clone()).await.is_invalid(field);
        }
    }
    assert_eq!(app.count("secret_versions").await, 1);
    assert_eq!(value(&ada, &at).await, "the first value");
}

#[both_stores]
async fn sec_06_each_charset_gives_its_whole_alphabet_and_nothing_else(app: TestApp) {
    let ada = app.owner().await;
    let at = kept(&ada).await;
    let ascii: String = ('!'..='~').collect();
    let base64 = format!("{ALPHANUMERIC}-_");
    let alphabets = [
        ("hex", HEX),
        ("base64", &base64),
        ("alphanumeric", ALPHANUMERIC),
        ("ascii", &ascii),
    ];
    for (charset, alphabet) in alphabets {
        let mut seen = String::new();
        for _ in 0..3 {
            let body = json!({ "length": 1024, "charset": charset });
            ada.post(&at.rotate(), body).await.is(201);
            let made = value(&ada, &at).await;
            assert_eq!(made.chars().count(), 1024, "{charset}");
            seen.push_str(&made);
        }
        let foreign = seen.chars().find(|c| !alphabet.contains(*c));
        assert_eq!(foreign, None, "{charset}");
        // each of 94 is missing from 3072 draws with probability e^-32
        let missing = alphabet.chars().find(|c| !seen.contains(*c));
        assert_eq!(missing, None, "{charset}");
        ada.post(&at.rotate(), json!({ "length": 8, "charset": charset }))
            .await
            .is(201);
        assert_eq!(value(&ada, &at).await.len(), 8);
    }
}

/// Pearson's statistic over 100,000 characters from 62: 61 degrees of freedom, so more than 150 comes
/// by chance once in 10^8; drawing bytes modulo 62 gives about 660.
#[both_stores]
async fn sec_06_generated_characters_are_uniform(app: TestApp) {
    let ada = app.owner().await;
    let at = kept(&ada).await;
    let mut counts = BTreeMap::new();
    let mut drawn = 0_u32;
    while drawn < 100_000 {
        let body = json!({ "length": 1024, "charset": "alphanumeric" });
        ada.post(&at.rotate(), body).await.is(201);
        for character in value(&ada, &at).await.chars() {
            *counts.entry(character).or_insert(0_u32) += 1;
            drawn += 1;
        }
    }
    let expected = f64::from(drawn) / 62.0;
    let deviation = |count: &u32| (f64::from(*count) - expected).powi(2) / expected;
    let statistic: f64 = counts.values().map(deviation).sum();
    assert_eq!(counts.len(), 62);
    assert!(statistic < 150.0, "{statistic}");
    assert!(statistic > 10.0, "too even to be random: {statistic}");
}
