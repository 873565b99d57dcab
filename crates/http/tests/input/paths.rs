//! Secret paths: decoded once, never collapsed, case-sensitive.

use crate::contents::contents;
use crate::doors::doors;
use crate::framing::{exchange, head, status};
use crate::scene::{Scene, members};
use oneclaw_http::TABLE;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;
use std::collections::BTreeSet;

const NO_PATHS: [&str; 33] = [
    "a%20b",
    "a+b",
    "..",
    ".",
    "a/../b",
    "a/./b",
    "../app/key",
    "app/key/..",
    "a//b",
    "/a",
    "a/",
    "//",
    "a%2F",
    "%2Fa",
    "a%5Cb",
    "a%00b",
    "a%0Ab",
    "a%09b",
    "%C3%A4",
    "a%CC%88",
    "a%",
    "a%2",
    "a%zz",
    "%ff",
    "%c0%af",
    "a%25",
    "a%252Fb",
    "prod%2F..%2Fdev",
    "%2e%2e/x",
    "%2E%2E%2Fx",
    "app/../../x",
    "a%2F%2Fb",
    "a:b",
];

/// Every endpoint that takes a path: its method, its address for a tail, and a body that it takes.
fn takers(scene: &Scene) -> Vec<(&'static str, String, String)> {
    let doors = doors(scene);
    let rows = TABLE
        .iter()
        .flat_map(|rows| rows.iter())
        .filter(|row| row.path.contains("{path}"));
    let takers: Vec<_> = rows
        .map(|row| {
            let body = doors
                .iter()
                .find(|door| door.id == row.id)
                .map(|door| door.body.to_string());
            let target = row
                .path
                .replace("{vault_id}", &scene.vault)
                .replace("{version}", "1");
            let method = ["GET", "PUT", "POST", "DELETE"]
                .into_iter()
                .find(|name| *name == row.method.as_str());
            (method.unwrap(), target, body.unwrap_or_default())
        })
        .collect();
    assert!(
        takers.len() >= 8,
        "only {} endpoints take a path",
        takers.len()
    );
    takers
}

#[both_stores]
async fn path_01_what_is_no_path_is_refused_by_every_endpoint(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    let long = [
        vec!["a".repeat(100); 6].join("/")[..513].to_owned(),
        "a".repeat(129),
        format!("a/{}", "b".repeat(129)),
    ];
    for (method, target, body) in takers(&scene) {
        for tail in NO_PATHS.into_iter().chain(long.iter().map(String::as_str)) {
            for base in ["/v1", "/api/v1"] {
                let target = format!("{base}{}", target.replace("{path}", tail));
                let answer = scene
                    .ada
                    .request(method, &target)
                    .body(body.clone())
                    .send()
                    .await
                    .is_invalid("path");
                assert_eq!(answer.str("/detail"), "Invalid path", "{}", answer.asked);
            }
        }
        let nothing_left = format!("/v1{}", target.replace("{path}", ""));
        let answer = scene
            .ada
            .request(method, &nothing_left)
            .body(body)
            .send()
            .await;
        assert!(
            matches!(answer.status, 400 | 404 | 405),
            "{}: {}",
            answer.asked,
            answer.text()
        );
    }
    scene
        .ada
        .get(&scene.in_vault("secrets/"))
        .await
        .is_problem(404);
    scene
        .ada
        .get(&scene.in_vault("secret-versions/"))
        .await
        .is_problem(404);
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn path_01_bytes_that_no_client_would_send(app: TestApp) {
    let scene = Scene::of(&app).await;
    let before = contents(&app).await;
    for tail in [
        "ä", "a\\b", "a\u{7f}b", "a\"b", "a|b", "a<b", "a^b", "a`b", "a{b}", "a b",
    ] {
        let head = head(
            "PUT",
            &scene.in_vault(&format!("secrets/{tail}")),
            &scene.ada.token,
        );
        let request = format!("{head}Content-Length: 13\r\n\r\n{{\"value\":\"x\"}}");
        let answer = exchange(&app, request.as_bytes());
        assert_eq!(status(&answer), 400, "{tail}: {answer}");
    }
    scene.is_untouched(&before, &[]).await;
}

#[both_stores]
async fn path_01_paths_up_to_the_last_byte(app: TestApp) {
    let scene = Scene::of(&app).await;
    let longest = vec!["a".repeat(127); 4].join("/") + "b";
    assert_eq!(longest.len(), 512);
    for path in [
        longest.as_str(),
        &"a".repeat(128),
        "a",
        "-",
        "_",
        "...",
        "..a",
        "a..b",
        ".a",
        "A.b_C-9",
        "_/-/.x",
    ] {
        scene.ada.keep(&scene.vault, path, path).await;
        assert_eq!(
            scene
                .ada
                .read(&scene.vault, path)
                .await
                .is(200)
                .str("/value"),
            path
        );
    }
    scene
        .ada
        .put(
            &scene.in_vault(&format!("secrets/{longest}c")),
            json!({ "value": "x" }),
        )
        .await
        .is_invalid("path");
}

#[both_stores]
async fn path_02_decoded_once_whoever_encoded_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let mut version = 0;
    for wire in [
        "a/b.c",
        "a%2Fb.c",
        "a%2fb.c",
        "%61/%62%2E%63",
        "%61%2F%62%2e%63",
    ] {
        for base in ["/v1", "/api/v1"] {
            version += 1;
            let target = format!("{base}/vaults/{}/secrets/{wire}", scene.vault);
            let put = scene
                .ada
                .put(&target, json!({ "value": format!("by {wire}") }))
                .await
                .is(201);
            assert_eq!(
                (put.str("/path"), put.get("/version")),
                ("a/b.c".to_owned(), json!(version)),
                "{target}"
            );
            assert_eq!(
                scene
                    .ada
                    .read(&scene.vault, "a/b.c")
                    .await
                    .is(200)
                    .str("/value"),
                format!("by {wire}")
            );
            scene.ada.get(&target).await.is(200);
        }
    }
    assert_eq!(scene.paths().await, ["a/b.c", "app/key"]);
    let stored = app
        .rows("SELECT path AS text FROM secrets ORDER BY text")
        .await;
    assert_eq!(stored, ["a/b.c", "app/key"]);
    let told = app
        .rows("SELECT CAST(details AS TEXT) AS text FROM audit_events WHERE action LIKE 'secret.%'")
        .await;
    let told: BTreeSet<_> = told.iter().filter_map(|details| path_in(details)).collect();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["a/b.c", "app/key"]);
}

/// The path that an event names; a list names none.
fn path_in(details: &str) -> Option<String> {
    let details: serde_json::Value = serde_json::from_str(details).unwrap();
    details["path"].as_str().map(str::to_owned)
}

#[both_stores]
async fn path_02_never_collapsed_into_another_path(app: TestApp) {
    let scene = Scene::of(&app).await;
    for path in ["x", "dev/key", "key"] {
        scene
            .ada
            .keep(&scene.vault, path, "must not be reached by another name")
            .await;
    }
    for wire in [
        "app/../x",
        "app/../../secrets/x",
        "prod/../dev/key",
        "prod%2F..%2Fdev%2Fkey",
        "%2e%2e/secrets/x",
        "./x",
        "app%2F..%2Fx",
        "app/%2e%2e/x",
        "app/.%2e/x",
        "app//key",
        "app%2F%2Fkey",
        "x/",
        "x%2F",
        "/x",
        "%2Fx",
        "x%00",
        "dev%252Fkey",
        "%64ev%255Ckey",
        "x%20",
        "%20x",
        "x%0d%0a",
    ] {
        for base in ["/v1", "/api/v1"] {
            let target = format!("{base}/vaults/{}/secrets/{wire}", scene.vault);
            scene.ada.get(&target).await.is_invalid("path");
            let raw = format!("{}\r\n", head("GET", &target, &scene.ada.token));
            let answer = exchange(&app, raw.as_bytes());
            assert_eq!(status(&answer), 400, "{target}: {answer}");
            assert!(
                !answer.contains("must not be reached"),
                "{target}: {answer}"
            );
        }
    }
    // a fragment is the client's own affair and never part of the path
    let target = scene.in_vault("secrets/x;v=1");
    scene.ada.get(&target).await.is_invalid("path");
}

#[both_stores]
async fn path_03_upper_and_lower_case_are_two_secrets(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (ada, vault) = (&scene.ada, &scene.vault);
    for path in ["app/x", "APP/x", "App/x", "app/X"] {
        ada.keep(vault, path, &format!("value of {path}")).await;
    }
    for path in ["app/x", "APP/x", "App/x", "app/X"] {
        let read = ada.read(vault, path).await.is(200);
        assert_eq!(
            (read.str("/value"), read.get("/version")),
            (format!("value of {path}"), json!(1))
        );
        let versions = ada
            .get(&scene.in_vault(&format!("secret-versions/{path}")))
            .await
            .is(200);
        assert_eq!(members(&versions, "versions", "path"), [path]);
    }
    assert_eq!(
        scene.paths().await,
        ["APP/x", "App/x", "app/X", "app/key", "app/x"]
    );
    for (prefix, paths) in [
        ("app/", &["app/X", "app/key", "app/x"][..]),
        ("APP/", &["APP/x"]),
        ("aPP", &[]),
    ] {
        let list = ada
            .get(&scene.in_vault(&format!("secrets?prefix={prefix}")))
            .await
            .is(200);
        assert_eq!(members(&list, "secrets", "path"), paths, "{prefix}");
    }
    ada.post_empty(&scene.in_vault("secret-rotate/App/x"))
        .await
        .is(201);
    ada.delete(&scene.in_vault("secrets/APP/x")).await.is(204);
    ada.read(vault, "APP/x").await.is_problem(410);
    ada.read(vault, "aPP/x").await.is_problem(404);
    assert_eq!(
        ada.read(vault, "app/x").await.is(200).str("/value"),
        "value of app/x"
    );
    assert_eq!(scene.paths().await, ["App/x", "app/X", "app/key", "app/x"]);
}

#[both_stores]
async fn two_puts_of_one_path_at_once_make_two_versions(app: TestApp) {
    let scene = Scene::of(&app).await;
    let second = app.another_instance().await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..8 {
        let ada = if n % 2 == 0 {
            scene.ada.clone()
        } else {
            scene.ada.at(&second)
        };
        let target = scene.in_vault("secrets/app/race");
        writers.spawn(async move {
            let value = format!("value-of-writer-{n}");
            let put = ada.put(&target, json!({ "value": value })).await.is(201);
            (put.get("/version").as_i64().unwrap(), value)
        });
    }
    let mut written = writers.join_all().await;
    written.sort();
    let numbers: Vec<_> = written.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
    for (number, value) in &written {
        let version = scene
            .ada
            .get(&scene.in_vault(&format!("secret-version/app/race/{number}")))
            .await
            .is(200);
        assert_eq!(version.str("/value"), *value);
    }
    assert_eq!(
        scene
            .ada
            .read(&scene.vault, "app/race")
            .await
            .is(200)
            .str("/value"),
        written[7].1
    );
}
