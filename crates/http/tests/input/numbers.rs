//! Numbers that are no count, and numbers that stay themselves.

use crate::contents::contents;
use crate::scene::Scene;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};

/// What is no whole number that anything here can be.
const NO_COUNTS: [&str; 9] = [
    "-1",
    "0",
    "1.5",
    "\"3\"",
    "2147483648",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "3e0",
];

#[both_stores]
async fn in_03_counts_outside_their_range(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for bad in NO_COUNTS {
        let body = format!(r#"{{"value":"x","max_access_count":{bad}}}"#);
        scene
            .put_raw("app/key", &body)
            .await
            .is_invalid("max_access_count");
    }
    for bad in NO_COUNTS.into_iter().chain(["7", "1025"]) {
        for target in ["secret-rotate/app/key", "secrets/app/key/rotate"] {
            let request = scene.ada.request("POST", &scene.in_vault(target));
            request
                .body(format!(r#"{{"length":{bad}}}"#))
                .send()
                .await
                .is_invalid("length");
        }
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn in_03_counts_at_the_ends_of_their_range(app: TestApp) {
    let scene = Scene::of(&app).await;
    for count in [1, 2_147_483_647] {
        let body = json!({ "value": "x", "max_access_count": count });
        let put = scene.put_raw("app/count", &body.to_string()).await.is(201);
        assert_eq!(put.get("/max_access_count"), count);
        let list = scene
            .ada
            .get(&scene.in_vault("secrets?prefix=app/count"))
            .await
            .is(200);
        assert_eq!(list.get("/secrets/0/max_access_count"), count);
    }
    for length in [8, 1024] {
        let body = json!({ "length": length, "charset": "ascii" });
        scene
            .ada
            .post(&scene.in_vault("secret-rotate/app/key"), body)
            .await
            .is(201);
        let value = scene
            .ada
            .read(&scene.vault, "app/key")
            .await
            .is(200)
            .str("/value");
        assert_eq!(value.len(), length);
    }
}

#[both_stores]
async fn in_03_limits_outside_their_range(app: TestApp) {
    let scene = Scene::of(&app).await;
    let lists = [
        "/v1/vaults".to_owned(),
        "/v1/auth/api-keys".to_owned(),
        scene.in_vault("secrets"),
        scene.in_vault("secret-versions/app/key"),
    ];
    for list in &lists {
        for bad in NO_COUNTS
            .into_iter()
            .chain(["1001", "1000000", "", "%2B1", "+1", "all", "01e1"])
        {
            let bad = bad.replace('"', "%22");
            scene
                .ada
                .get(&format!("{list}?limit={bad}"))
                .await
                .is_invalid("limit");
        }
        scene
            .ada
            .get(&format!("{list}?limit=1&limit=9"))
            .await
            .is_invalid("limit");
        scene.ada.get(&format!("{list}?limit=1000")).await.is(200);
    }
}

#[both_stores]
async fn in_05_numbers_in_metadata_stay_themselves(app: TestApp) {
    let scene = Scene::of(&app).await;
    let numbers = r#"{"n":1.0,"big":12345678901234567890,"e":1e2,"z":1,"a":2,"f":0.12345678901234568,
        "pi":3.1415926535897931,"least":-9223372036854775808,"most":18446744073709551615,"huge":1e300,
        "tiny":2.2250738585072014e-308,"sub":5e-324,"sixteen":1e16,"deep":[{"x":1.50}]}"#;
    let sent: Value = serde_json::from_str(numbers).unwrap();
    let body = format!(r#"{{"value":"x","metadata":{numbers},"rotation_policy":{numbers}}}"#);
    let put = scene.put_raw("app/numbers", &body).await.is(201);
    let read = scene.ada.read(&scene.vault, "app/numbers").await.is(200);
    let list = scene
        .ada
        .get(&scene.in_vault("secrets?prefix=app/numbers"))
        .await
        .is(200);
    let versions = scene
        .ada
        .get(&scene.in_vault("secret-versions/app/numbers"))
        .await
        .is(200);
    for (answer, at) in [
        (&put, ""),
        (&read, ""),
        (&list, "/secrets/0"),
        (&versions, "/versions/0"),
    ] {
        assert_eq!(
            answer.get(&format!("{at}/metadata")),
            sent,
            "{}",
            answer.asked
        );
    }
    // as text too: 100.0 and 100 are one number to some and two to others
    assert!(read.text().contains(r#""e":100.0"#), "{}", read.text());
    let rotated = scene
        .ada
        .post_empty(&scene.in_vault("secret-rotate/app/numbers"))
        .await
        .is(201);
    assert_eq!(rotated.get("/metadata"), sent);
}

#[both_stores]
async fn in_05_numbers_that_would_become_others_are_refused(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for bad in [
        "18446744073709551616",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e400",
        "-1e400",
    ] {
        for field in ["metadata", "rotation_policy"] {
            let body = format!(r#"{{"value":"x","{field}":{{"n":[{bad}]}}}}"#);
            scene.put_raw("app/key", &body).await.is_invalid(field);
        }
    }
    scene.is_untouched(&before, &[]).await;
}
