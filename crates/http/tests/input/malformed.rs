//! Bodies that are no body, and fields of the wrong type.

use crate::contents::contents;
use crate::doors::{Door, doors};
use crate::scene::Scene;
use oneclaw_testkit::TestApp;
use oneclaw_testkit::both_stores;
use serde_json::{Value, json};

/// What must never come back from anywhere.
const SECRET: &str = "S3CRET-in-a-body";

#[both_stores]
async fn in_01_a_body_that_is_no_json_object(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for door in doors(&scene) {
        for body in malformed(&door) {
            let answer = door.request().body(body).send().await.is_invalid("body");
            assert!(
                !answer.text().contains(SECRET),
                "{}: {}",
                answer.asked,
                answer.text()
            );
        }
    }
    scene.is_untouched(&before, &[SECRET]).await;
}

fn malformed(door: &Door) -> Vec<Vec<u8>> {
    let good = door.body.to_string();
    let (member, value) = door.body.as_object().unwrap().iter().next().unwrap();
    let mut bodies: Vec<Vec<u8>> = vec![
        format!(r#"{{"{member}":"#).into(),
        format!(r#"{{"{member}":"{SECRET}"#).into(),
        "null".into(),
        "[]".into(),
        format!("[{good}]").into(),
        format!("\"{SECRET}\"").into(),
        format!("{good}{good}").into(),
        format!("{good} {SECRET}").into(),
        format!("\u{feff}{good}").into(),
        format!("{{\"{member}\":{value},\"{member}\":\"{SECRET}\"}}").into(),
        format!("{{\"{SECRET}\":1,\"{SECRET}\":2}}").into(),
        format!("{{\"{member}\":\"\\ud800\"}}").into(),
        [b"{\"x\":\"", &[0xff_u8][..], b"\"}"].concat(),
        good.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    ];
    if !door.is_optional {
        bodies.push(Vec::new());
    }
    bodies
}

#[both_stores]
async fn in_01_a_field_of_the_wrong_type(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let wrong = [
        json!({ "x": SECRET }),
        json!([{ "x": SECRET }]),
        json!([1, 2]),
        json!(1.5),
        json!(true),
    ];
    for door in doors(&scene) {
        for (field, good) in door.body.as_object().unwrap() {
            for value in wrong.iter().filter(|value| !is_alike(good, value)) {
                let body = door.body_with(field, value);
                let refused = if field == "secret_type" {
                    "type"
                } else {
                    field
                };
                let body = without(body, if refused == field { "" } else { refused });
                let answer = door.request().json(&body).send().await.is_invalid(refused);
                assert!(
                    !answer.text().contains(SECRET),
                    "{}: {}",
                    answer.asked,
                    answer.text()
                );
            }
        }
    }
    scene.is_untouched(&before, &[SECRET]).await;
}

/// Whether a value could be right where another one is.
fn is_alike(good: &Value, value: &Value) -> bool {
    (good.is_object() && value.is_object()) || (good.is_boolean() && value.is_boolean())
}

fn without(mut body: Value, member: &str) -> Value {
    body.as_object_mut().unwrap().remove(member);
    body
}

#[both_stores]
async fn in_01_a_required_field_that_is_missing_null_or_empty(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for door in doors(&scene) {
        for field in door.required {
            let missing = without(door.body.clone(), field);
            let answer = door.request().json(&missing).send().await.is_invalid(field);
            // which of two fields is missing depends on the other one
            let told = match (door.id, *field) {
                ("subscribe", "tier") => "is required, or price_id",
                ("subscribe", "interval") => "is required beside tier",
                ("topUpCredits", "amount_usd") => "is required, or amount_cents",
                _ => "is required",
            };
            assert_eq!(
                answer.get(&format!("/fields/{field}")),
                told,
                "{}",
                answer.asked
            );
            door.request()
                .json(&door.body_with(field, &Value::Null))
                .send()
                .await
                .is_invalid(field);
            // no key that nobody has, and no password that nobody has, is merely wrong; a setting may
            // be empty
            if !matches!(
                (door.id, *field),
                ("putAdminSetting", "value")
                    | ("apiKeyToken" | "agentToken" | "pollDeviceToken", _)
                    | ("loginWithIdToken", "id_token")
                    | ("lookupEnrollment" | "decideEnrollment", "token")
            ) {
                door.request()
                    .json(&door.body_with(field, &json!("")))
                    .send()
                    .await
                    .is_invalid(field);
            }
        }
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_01_every_wrong_field_is_named_at_once(app: TestApp) {
    let scene = Scene::of(&app).await;
    let body = json!({
        "value": { "x": SECRET }, "type": "Not A Type", "metadata": [SECRET], "expires_at": SECRET,
        "max_access_count": 0, "rotation_policy": SECRET, "description": 7,
    });
    let answer = scene
        .put_raw("app/key", &body.to_string())
        .await
        .is_problem(400);
    let fields: Vec<_> = answer
        .get("/fields")
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let named = [
        "description",
        "expires_at",
        "max_access_count",
        "metadata",
        "rotation_policy",
        "type",
        "value",
    ];
    assert_eq!(fields, named);
    assert!(!answer.text().contains(SECRET));
}

#[both_stores]
async fn in_01_words_that_no_list_knows(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for (door, field, value) in [
        ("rotateSecret", "charset", json!("rot13")),
        ("rotateSecret", "charset", json!("HEX")),
        ("rotateSecretAlias", "charset", json!("")),
        ("rotateSecret", "type", json!("Not A Type")),
        ("putSecret", "type", json!("a".repeat(65))),
        ("putSecret", "type", json!("")),
        ("createVault", "mpc_custody", json!("server_2_of_2")),
        ("createVault", "name", json!("__agent-keys")),
        ("createVault", "name", json!("a".repeat(256))),
        ("createApiKey", "scopes", json!([""])),
        ("createApiKey", "scopes", json!(vec!["secrets:read"; 101])),
        ("signup", "email", json!("no address")),
        ("signup", "password", json!("too simple for us")),
    ] {
        let doors = doors(&scene);
        let door = doors.iter().find(|known| known.id == door).unwrap();
        door.request()
            .json(&door.body_with(field, &value))
            .send()
            .await
            .is_invalid(field);
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_02_deep_and_wide_bodies(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let keys: Vec<_> = (0..100_000).map(|n| format!("\"k{n}\":0")).collect();
    let hostile = [
        "[".repeat(10_000),
        "[".repeat(10_000) + &"]".repeat(10_000),
        "{\"a\":".repeat(10_000),
        format!("{{{}}}", keys.join(",")),
        format!("[{}0]", "0,".repeat(999_999)),
    ];
    for door in doors(&scene) {
        for body in &hostile {
            door.request()
                .body(body.as_str())
                .send()
                .await
                .is_invalid("body");
        }
    }
    for body in &hostile {
        for member in ["metadata", "rotation_policy", "nobody_knows_this"] {
            let body = format!(r#"{{"value":"x","{member}":{body}}}"#);
            scene.put_raw("app/key", &body).await.is_invalid("body");
        }
    }
    scene.is_untouched(&before, &[]).await;
}
