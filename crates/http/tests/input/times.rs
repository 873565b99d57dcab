//! Times: one moment whatever its spelling, the same on both stores.

use crate::contents::contents;
use crate::scene::Scene;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

/// A spelling, and the moment as it is shown.
const MOMENTS: [(&str, &str); 13] = [
    ("2027-02-18T12:00:00Z", "2027-02-18T12:00:00Z"),
    ("2027-02-18t12:00:00z", "2027-02-18T12:00:00Z"),
    ("2027-02-18 12:00:00", "2027-02-18T12:00:00Z"),
    ("2027-02-18", "2027-02-18T00:00:00Z"),
    ("2027-02-18T12:00:00+14:00", "2027-02-17T22:00:00Z"),
    ("2027-02-18T12:00:00-12:30", "2027-02-19T00:30:00Z"),
    ("2027-02-18T12:00:00.5Z", "2027-02-18T12:00:00.500Z"),
    ("2027-02-18T12:00:00.123456789Z", "2027-02-18T12:00:00.123Z"),
    ("2027-02-18T12:00:00.999999999Z", "2027-02-18T12:00:00.999Z"),
    ("2028-02-29T23:59:59.999Z", "2028-02-29T23:59:59.999Z"),
    ("2262-04-12T00:00:00Z", "2262-04-12T00:00:00Z"),
    ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
];

/// Moments that are over, which only a secret may have.
const PAST: [(&str, &str); 4] = [
    ("2026-03-01T11:59:59.999Z", "2026-03-01T11:59:59.999Z"),
    ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ("1582-10-10", "1582-10-10T00:00:00Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
];

const NO_MOMENTS: [&str; 25] = [
    "2024-02-30T00:00:00Z",
    "2027-02-29",
    "2027-13-01",
    "infinity",
    "-infinity",
    "now",
    "tomorrow",
    "epoch",
    "",
    " ",
    "10000-01-01T00:00:00Z",
    "+10000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "-0001-01-01T00:00:00Z",
    "2027-01-01T23:59:60Z",
    "2027-01-01T24:00:00Z",
    "2027-01-01T12:00Z",
    "2027-01-01T12:00:00.1234567890Z",
    "2027-01-01T12:00:00+25:00",
    "2027-01-01T12:00:00Z\u{0}",
    "2027-01-01T12:00:00[Europe/Berlin]",
    "1798761600",
    "2027-W05-4",
];

#[both_stores]
async fn in_07_a_secret_keeps_the_moment_that_it_was_given(app: TestApp) {
    let scene = Scene::of(&app).await;
    for (given, shown) in MOMENTS.into_iter().chain(PAST) {
        let body = json!({ "value": "x", "expires_at": given });
        let put = scene.put_raw("app/time", &body.to_string()).await.is(201);
        assert_eq!(put.str("/expires_at"), shown, "{given}");
        let list = scene
            .ada
            .get(&scene.in_vault("secrets?prefix=app/time"))
            .await
            .is(200);
        assert_eq!(list.str("/secrets/0/expires_at"), shown, "{given}");
        let read = scene.ada.read(&scene.vault, "app/time").await;
        if PAST.iter().any(|(past, _)| *past == given) {
            read.is_problem(410);
        } else {
            assert_eq!(read.is(200).str("/expires_at"), shown, "{given}");
        }
    }
}

#[both_stores]
async fn in_07_a_key_keeps_the_moment_that_it_was_given(app: TestApp) {
    let scene = Scene::of(&app).await;
    for (given, shown) in MOMENTS {
        let body = json!({ "name": given, "expires_at": given });
        let made = scene.ada.post("/v1/auth/api-keys", body).await.is(201);
        assert_eq!(made.str("/key/expires_at"), shown, "{given}");
        let list = scene
            .ada
            .get("/v1/auth/api-keys")
            .await
            .is(200)
            .get("/keys");
        let listed = list
            .as_array()
            .unwrap()
            .iter()
            .find(|key| key["name"] == given)
            .unwrap();
        assert_eq!(listed["expires_at"], shown, "{given}");
    }
}

#[both_stores]
async fn in_07_times_that_are_none(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let texts = NO_MOMENTS.into_iter().map(Value::from);
    let others = [
        json!(1_798_761_600),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
    ];
    for bad in texts.chain(others) {
        let body = json!({ "value": "x", "expires_at": bad });
        scene
            .put_raw("app/key", &body.to_string())
            .await
            .is_invalid("expires_at");
        let body = json!({ "name": "n", "expires_at": bad });
        scene
            .ada
            .post("/v1/auth/api-keys", body)
            .await
            .is_invalid("expires_at");
    }
    for (past, _) in PAST {
        let body = json!({ "name": "n", "expires_at": past });
        scene
            .ada
            .post("/v1/auth/api-keys", body)
            .await
            .is_invalid("expires_at");
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_07_the_moment_itself_is_when_it_ends(app: TestApp) {
    let scene = Scene::of(&app).await;
    let in_a_minute = "2026-03-02T02:01:00.000999+14:00";
    let body = json!({ "value": "x", "expires_at": in_a_minute });
    let put = scene.put_raw("app/time", &body.to_string()).await.is(201);
    assert_eq!(put.str("/expires_at"), "2026-03-01T12:01:00Z");
    app.clock().advance(59);
    scene.ada.read(&scene.vault, "app/time").await.is(200);
    app.clock().advance(1);
    scene
        .ada
        .read(&scene.vault, "app/time")
        .await
        .is_problem(410);
}
