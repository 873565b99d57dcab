//! Which paths a policy is about, through the whole server.

use crate::scene::{Scene, merged, to};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn path_03_a_grant_and_a_deny_keep_to_their_letters(app: TestApp) {
    let scene = Scene::with(&app, &["APP/x", "app/x", "App/x"]).await;
    let grant = scene
        .for_bob(json!({ "secret_path_pattern": "app/**" }))
        .await;
    assert_eq!(scene.bob_reads("app/x").await, 200);
    assert_eq!(scene.bob_reads("APP/x").await, 403);
    assert_eq!(scene.listed(&scene.bob, "").await, ["app/x"]);
    for prefix in ["?prefix=A", "?prefix=APP/"] {
        assert!(
            scene.listed(&scene.bob, prefix).await.is_empty(),
            "{prefix}"
        );
    }
    scene.ada.delete(&scene.policy(&grant)).await.is(204);
    scene.for_bob(json!({})).await;
    scene
        .for_bob(json!({ "secret_path_pattern": "app/**", "effect": "deny" }))
        .await;
    assert_eq!(scene.bob_reads("app/x").await, 403);
    assert_eq!(scene.bob_reads("APP/x").await, 200);
    assert_eq!(scene.bob_reads("App/x").await, 200);
    assert_eq!(scene.listed(&scene.bob, "").await, ["APP/x", "App/x"]);
}

#[both_stores]
async fn path_05_a_list_shows_what_the_pattern_takes_and_a_read_gives_it(app: TestApp) {
    let paths = [
        "a", "a.b", "a/b", "a/b/c", "a2/x", "ab", "axb", "b/x", "x", "x/a",
    ];
    let scene = Scene::with(&app, &paths).await;
    for (pattern, taken) in [
        ("**", &paths[..]),
        ("a", &["a"]),
        ("a/**", &["a", "a/b", "a/b/c"]),
        ("a/*", &["a/b"]),
        ("a*", &["a", "a.b", "ab", "axb"]),
        ("**/x", &["a2/x", "b/x", "x"]),
        ("a.b", &["a.b"]),
        ("*", &["a", "a.b", "ab", "axb", "x"]),
        ("a/**/c", &["a/b/c"]),
        ("*/x", &["a2/x", "b/x"]),
        ("**/a/**", &["a", "a/b", "a/b/c", "x/a"]),
        ("none/of/these", &[]),
    ] {
        let id = scene
            .for_bob(json!({ "secret_path_pattern": pattern }))
            .await;
        assert_eq!(scene.listed(&scene.bob, "").await, taken, "{pattern}");
        for path in paths {
            let expected = if taken.contains(&path) { 200 } else { 403 };
            assert_eq!(scene.bob_reads(path).await, expected, "{pattern} {path}");
        }
        scene.ada.delete(&scene.policy(&id)).await.is(204);
    }
}

#[both_stores]
async fn path_06_what_is_no_pattern_is_never_everything(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let long = "a".repeat(513);
    let wide = "a".repeat(129);
    for bad in [
        "", "/", "/**", "a/", "a//b", "..", ".", "a/../b", "?", "[ab]", "{a,b}", "!a", "\\*",
        "a|b", "a+", "^a$", "**%2Fx", "a**", "***", "a b", "ä", "a\u{0}", "a:b", &long, &wide,
    ] {
        let more = json!({ "secret_path_pattern": bad });
        let asked = scene.ada.ask_policy(&scene.vault, &scene.bob, &more).await;
        asked.is_invalid("secret_path_pattern");
    }
    for bad in [json!(null), json!(1), json!(["**"]), json!({})] {
        let more = json!({ "secret_path_pattern": bad });
        let asked = scene.ada.ask_policy(&scene.vault, &scene.bob, &more).await;
        asked.is_invalid("secret_path_pattern");
    }
    assert_eq!(app.count("policies").await, 0);
    assert_eq!(scene.bob_reads("a").await, 403);
    // the same in a dry run
    let create = merged(
        to(&scene.bob),
        json!({ "secret_path_pattern": "/**", "permissions": ["read"] }),
    );
    let asked = scene
        .ada
        .post(&scene.at("access/dry-run"), json!({ "create": create }))
        .await;
    asked.is_invalid("create.secret_path_pattern");
}
