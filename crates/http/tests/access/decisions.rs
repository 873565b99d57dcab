//! What several policies come to, and what a refusal tells.

use crate::scene::{Scene, column, said};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

/// Reading, listing versions, writing, rotating, disabling, deleting: whether each was allowed.
async fn rights(scene: &Scene, who: &Person, path: &str) -> [bool; 6] {
    let put = scene.ada.keep(&scene.vault, path, "to be tried").await;
    let latest = put.get("/version");
    let secret = scene.at(&format!("secrets/{path}"));
    let disable = scene.at(&format!("secret-version-disable/{path}/{latest}"));
    let answers = [
        who.get(&secret).await,
        who.get(&scene.at(&format!("secret-versions/{path}"))).await,
        who.put(&secret, json!({ "value": "theirs" })).await,
        who.post_empty(&scene.at(&format!("secret-rotate/{path}")))
            .await,
        who.post_empty(&disable).await,
        who.delete(&secret).await,
    ];
    answers.map(|answer| match answer.status {
        403 => {
            answer.is_problem(403);
            false
        }
        status => {
            assert!((200..300).contains(&status), "{}", answer.text());
            true
        }
    })
}

#[both_stores]
async fn sec_04_each_operation_asks_for_its_own_permission_on_the_very_path(app: TestApp) {
    let scene = Scene::of(&app).await;
    let robot = scene.ada.new_agent(json!({ "name": "robot" })).await;
    for (index, (permissions, expected)) in [
        (&["read"][..], [true, true, false, false, false, false]),
        (&["write"], [false, false, true, true, true, true]),
        (&["delete"], [false, false, false, false, true, true]),
        (&["rotate"], [false, false, false, true, false, false]),
        (&["read", "rotate"], [true, true, false, true, false, false]),
        (&["*"], [true; 6]),
    ]
    .into_iter()
    .enumerate()
    {
        for who in [&scene.bob, &robot] {
            let path = format!("p{index}/db");
            let pattern = format!("p{index}/*");
            let id = scene
                .ada
                .grant(&scene.vault, who, &pattern, permissions)
                .await;
            assert_eq!(
                rights(&scene, who, &path).await,
                expected,
                "{permissions:?}"
            );
            // a pattern beside the path gives nothing there
            let beside = format!("p{index}");
            assert_eq!(
                rights(&scene, who, &beside).await,
                [false; 6],
                "{permissions:?}"
            );
            scene.ada.delete(&scene.policy(&id)).await.is(204);
        }
    }
}

#[both_stores]
async fn pol_01_writing_never_yields_reading(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let bob = &scene.bob;
    scene
        .for_bob(json!({ "permissions": ["write", "rotate", "delete"] }))
        .await;
    bob.get(&scene.at("secrets/a")).await.is_problem(403);
    bob.get(&scene.at("secret-version/a/1"))
        .await
        .is_problem(403);
    bob.get(&scene.at("secret-versions/a"))
        .await
        .is_problem(403);
    let put = bob.keep(&scene.vault, "a", "my own words").await;
    assert!(!put.text().contains("my own words"));
    bob.get(&scene.at("secret-version/a/2"))
        .await
        .is_problem(403);
    let rotated = bob.post_empty(&scene.at("secret-rotate/a")).await.is(201);
    let made = scene
        .ada
        .read(&scene.vault, "a")
        .await
        .is(200)
        .str("/value");
    assert!(!rotated.text().contains(&made), "the value that was made");
    assert_eq!(rotated.get("/value"), Value::Null);
    assert_eq!(
        scene.listed(bob, "").await,
        ["a"],
        "it may know that it is there"
    );
}

#[both_stores]
async fn pol_02_a_list_obeys_the_decision_of_a_read(app: TestApp) {
    let paths = [
        "open/a",
        "restricted",
        "restricted/a",
        "restricted/b/c",
        "restricted2",
    ];
    let scene = Scene::with(&app, &paths).await;
    scene.for_bob(json!({})).await;
    scene.for_bob(json!({ "secret_path_pattern": "restricted/**", "effect": "deny", "permissions": ["*"] })).await;
    assert_eq!(
        scene.listed(&scene.bob, "").await,
        ["open/a", "restricted2"]
    );
    assert_eq!(
        scene.listed(&scene.bob, "?prefix=restricted").await,
        ["restricted2"]
    );
    for prefix in ["?prefix=restricted/", "?prefix=restricted/a"] {
        assert!(
            scene.listed(&scene.bob, prefix).await.is_empty(),
            "{prefix}"
        );
    }
    // a page is a full page: what is not shown takes no room
    let page = scene.bob.get(&scene.at("secrets?limit=2")).await.is(200);
    assert_eq!(page.get("/secrets/1/path"), "restricted2");
    for (path, expected) in [
        ("open/a", 200),
        ("restricted", 403),
        ("restricted/a", 403),
        ("restricted2", 200),
    ] {
        assert_eq!(scene.bob_reads(path).await, expected, "{path}");
    }
    assert_eq!(
        scene.listed(&scene.ada, "").await,
        paths,
        "a deny does not bind managers"
    );
}

#[both_stores]
async fn pol_03_the_highest_priority_decides_and_deny_wins_there(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let allow = |priority: i64| json!({ "priority": priority });
    let deny = |priority: i64| json!({ "priority": priority, "effect": "deny" });
    for (policies, expected) in [
        (vec![allow(0), deny(0)], 403),
        (vec![allow(1), deny(0)], 200),
        (vec![allow(0), deny(1)], 403),
        (vec![allow(1), deny(1), allow(0)], 403),
        (vec![allow(2), deny(1), allow(0)], 200),
        (vec![deny(0), allow(1), deny(2)], 403),
        // a deny of something else decides nothing here
        (
            vec![
                allow(0),
                json!({ "priority": 9, "effect": "deny", "permissions": ["write"] }),
            ],
            200,
        ),
        (
            vec![
                allow(0),
                json!({ "priority": 9, "effect": "deny", "secret_path_pattern": "b" }),
            ],
            200,
        ),
    ] {
        for turn in 0..policies.len() {
            let mut order = policies.clone();
            order.rotate_left(turn);
            let mut ids = Vec::new();
            for policy in &order {
                ids.push(scene.for_bob(policy.clone()).await);
            }
            assert_eq!(scene.bob_reads("a").await, expected, "{order:?}");
            for id in ids {
                scene.ada.delete(&scene.policy(&id)).await.is(204);
            }
        }
    }
}

#[both_stores]
async fn pol_03_a_row_that_cannot_be_read_denies_and_is_logged(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let other = scene.ada.vault("other").await;
    scene.ada.keep(&other, "a", "swordfish").await;
    scene.for_bob(json!({ "priority": 1_000_000 })).await;
    scene.ada.grant(&other, &scene.bob, "**", &["read"]).await;
    let broken = scene
        .for_bob(json!({ "secret_path_pattern": "never/asked" }))
        .await;
    assert_eq!(scene.bob_reads("a").await, 200);
    for (column, value) in [
        ("effect", "maybe"),
        ("pattern", "/**"),
        ("permissions", "[]"),
        ("priority", "-5"),
    ] {
        app.tamper(&format!("UPDATE policies SET {column} = '{value}' WHERE pattern = 'never/asked' OR pattern = '/**'")).await;
        app.tamper("UPDATE orgs SET authz_epoch = authz_epoch + 1")
            .await;
        assert_eq!(scene.bob_reads("a").await, 403, "{column}");
        assert!(app.logged().contains(&broken), "{column} is not logged");
        let elsewhere = scene.bob.read(&other, "a").await;
        assert_eq!(
            elsewhere.status, 200,
            "{column}: another vault is not concerned"
        );
        assert_eq!(
            scene.ada.read(&scene.vault, "a").await.status,
            200,
            "{column}"
        );
    }
}

/// Without a look into the database: the log and an explanation tell which one it is.
#[both_stores]
async fn pol_03_a_row_that_cannot_be_read_is_left_out_of_lists_and_can_be_deleted(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let mut ids = Vec::new();
    for pattern in ["first", "broken", "broken", "**"] {
        ids.push(
            scene
                .for_bob(json!({ "secret_path_pattern": pattern }))
                .await,
        );
        app.clock().advance(1);
    }
    app.tamper("UPDATE policies SET effect = 'maybe' WHERE pattern = 'broken'")
        .await;
    app.tamper("UPDATE orgs SET authz_epoch = authz_epoch + 1")
        .await;
    assert_eq!(scene.bob_reads("a").await, 403);
    let shown = [ids[0].clone(), ids[3].clone()];
    scene.bob.get(&scene.policies()).await.is_problem(403);
    let ada = &scene.ada;
    let listed = ada.get(&scene.policies()).await.is(200);
    assert_eq!(column(&listed, "/policies", "id"), shown);
    let page = format!("{}?limit=1", scene.policies());
    let first = ada.get(&page).await.is(200);
    assert_eq!(column(&first, "/policies", "id"), [shown[0].clone()]);
    let next = format!("{page}&cursor={}", first.str("/next_cursor"));
    let second = ada.get(&next).await.is(200);
    assert_eq!(column(&second, "/policies", "id"), [shown[1].clone()]);
    assert_eq!(second.get("/next_cursor"), Value::Null);
    for id in &ids[1..3] {
        assert!(app.logged().contains(id), "{id} is not logged");
        assert_eq!(scene.bob_reads("a").await, 403);
        scene.bob.delete(&scene.policy(id)).await.is_problem(403);
        scene.ada.delete(&scene.policy(id)).await.is(204);
        assert_eq!(app.last_event().await, "policy.delete ok");
        scene.ada.delete(&scene.policy(id)).await.is_problem(404);
    }
    assert_eq!(scene.bob_reads("a").await, 200);
    let listed = scene.bob.get(&scene.policies()).await.is(200);
    assert_eq!(column(&listed, "/policies", "id"), shown);
    let told = app.rows("SELECT CAST(details AS TEXT) AS text FROM audit_events WHERE action = 'policy.delete' AND outcome = 'ok'").await;
    let names = |text: &String| {
        text.contains(&scene.bob.user_id) && text.contains("broken") && text.contains("unreadable")
    };
    assert!(told.len() == 2 && told.iter().all(names), "{told:?}");
}

/// Everything that can be asked of a path, by somebody without a grant there.
#[both_stores]
async fn ten_04_without_a_grant_a_path_that_is_there_answers_like_one_that_is_not(app: TestApp) {
    let scene = Scene::with(&app, &["there"]).await;
    let robot = scene.ada.new_agent(json!({ "name": "robot" })).await;
    scene
        .for_bob(json!({ "secret_path_pattern": "elsewhere" }))
        .await;
    scene
        .ada
        .grant(&scene.vault, &robot, "elsewhere", &["*"])
        .await;
    let versions = app.count("secret_versions").await;
    for who in [&scene.bob, &robot] {
        // both are remembered when it begins
        who.read(&scene.vault, "first").await.is_problem(403);
        for (method, tail) in [
            ("GET", "secrets/{}"),
            ("PUT", "secrets/{}"),
            ("DELETE", "secrets/{}"),
            ("GET", "secret-versions/{}"),
            ("GET", "secret-version/{}/1"),
            ("POST", "secret-version-disable/{}/1"),
            ("POST", "secret-rotate/{}"),
            ("POST", "secrets/{}/rotate"),
        ] {
            let mut answers = Vec::new();
            let mut work = Vec::new();
            for path in ["there", "where"] {
                let before = oneclaw_services::Store::statistics(app.store());
                let request = who.request(method, &scene.at(&tail.replace("{}", path)));
                let request = if method == "PUT" {
                    request.json(&json!({ "value": "v" }))
                } else {
                    request
                };
                answers.push(said(&request.send().await.is_problem(403)));
                let after = oneclaw_services::Store::statistics(app.store());
                work.push((
                    after.read_round_trips - before.read_round_trips,
                    after.write_round_trips - before.write_round_trips,
                    after.journal_events - before.journal_events,
                ));
            }
            assert_eq!(answers[0], answers[1], "{method} {tail}");
            assert!(answers[0].contains("this needs"), "{}", answers[0]);
            assert_eq!(work[0], work[1], "{method} {tail}: the same work");
        }
    }
    assert_eq!(app.count("secret_versions").await, versions);
}

/// What a 403 says of what was missing.
#[both_stores]
async fn a_refusal_tells_what_was_missing(app: TestApp) {
    let scene = Scene::with(&app, &["a"]).await;
    let detail = |answer: oneclaw_testkit::Answer| answer.is_problem(403).str("/detail");
    let needs = |what: &str| format!("Insufficient permissions: this needs {what} on this path");
    let bob = &scene.bob;
    assert_eq!(detail(bob.get(&scene.at("secrets")).await), "Access denied");
    assert_eq!(
        detail(bob.get(&format!("/v1/vaults/{}", scene.vault)).await),
        "Access denied"
    );
    assert_eq!(detail(bob.read(&scene.vault, "a").await), needs("read"));
    let put = bob
        .put(&scene.at("secrets/a"), json!({ "value": "v" }))
        .await;
    assert_eq!(detail(put), needs("write"));
    assert_eq!(
        detail(bob.delete(&scene.at("secrets/a")).await),
        needs("delete or write")
    );
    let rotate = bob.post_empty(&scene.at("secret-rotate/a")).await;
    assert_eq!(detail(rotate), needs("rotate or write"));
    let made = bob.ask_policy(&scene.vault, bob, &json!({})).await;
    assert_eq!(detail(made), "Only who manages the vault may do this");
}
