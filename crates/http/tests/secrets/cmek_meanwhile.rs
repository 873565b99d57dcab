//! What others do while a vault's values are brought from one key to another, and what is left of it.

use crate::cmek_scene::Scene;
use crate::place::statuses;
use futures_util::future::join_all;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn cry_09_a_value_put_under_the_old_key_meanwhile_is_rotated_too(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 120).await;
    let begun = scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    scene.put("late", 2).await;
    // the pass is through; what comes now is found when writers are shut out
    assert_eq!(scene.batch().await, 1);
    scene.put("later", 130).await;
    scene.to_the_end().await;
    let job = scene.job(&begun).await;
    assert_eq!(job.str("/status"), "completed");
    assert_eq!(job.get("/total_secrets"), 120);
    assert_eq!(job.get("/processed"), 120);
    for (path, number) in [("late", 1), ("late", 2), ("later", 1), ("later", 130)] {
        scene.is_rotated(path, number).await;
    }
    assert_eq!(scene.active().await, scene.new.fingerprint());
}

/// Writers on two instances against the batches: the fingerprint of the vault and that of a version
/// never go apart.
#[both_stores]
async fn cry_09_no_version_is_left_under_the_old_key_by_a_race(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 30).await;
    let other = scene.ada.at(&app.another_instance().await);
    for round in 0..5 {
        let (from, to) = if round % 2 == 0 {
            (&scene.old, &scene.new)
        } else {
            (&scene.new, &scene.old)
        };
        let begun = scene.ada.rotate_cmek(&scene.vault, from, to).await.is(202);
        let writers = (0..24).map(|n| {
            let who = if n % 2 == 0 { &scene.ada } else { &other };
            let (at, blob) = (scene.at(&format!("w{round}/{n}")), from.encrypt("raced"));
            async move { at.put(who, &blob, json!({})).await.is(201) }
        });
        tokio::join!(join_all(writers), scene.to_the_end());
        assert_eq!(scene.job(&begun).await.str("/status"), "completed");
        let left = format!(
            "SELECT 'x' AS text FROM secret_versions WHERE NOT deleted AND cmek_fingerprint <> '{}'",
            to.fingerprint()
        );
        assert_eq!(app.rows(&left).await, Vec::<String>::new(), "round {round}");
        // what a slow writer brought in under the key of before is its own affair: take it out
        let slow = format!("w{round}");
        for n in 0..24 {
            scene
                .ada
                .delete(&scene.at(&format!("{slow}/{n}")).secret())
                .await
                .is(204);
        }
    }
}

/// Whoever reads meanwhile gets a value with the fingerprint of the key that opens it.
#[both_stores]
async fn cry_09_readers_see_a_value_with_its_key_at_any_moment(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 40).await;
    scene.begin().await;
    let readers = (1..=40).map(|number| {
        let scene = &scene;
        async move {
            for _ in 0..3 {
                let (fingerprint, old, new) = scene.version("a", number).await;
                let expected = Some(format!("a {number}"));
                let (key, opened) = if fingerprint == scene.old.fingerprint() {
                    ("old", old)
                } else {
                    ("new", new)
                };
                assert_eq!(opened, expected, "{key}");
            }
        }
    });
    tokio::join!(join_all(readers), scene.to_the_end());
}

#[both_stores]
async fn cry_09_of_racing_rotations_one_begins(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 3).await;
    let other = scene.ada.at(&app.another_instance().await);
    let asks = (0..8).map(|n| {
        let who: &Person = if n % 2 == 0 { &scene.ada } else { &other };
        who.rotate_cmek(&scene.vault, &scene.old, &scene.new)
    });
    let answers = join_all(asks).await;
    assert_eq!(statuses(&answers), [202, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(app.count("cmek_jobs").await, 1);
}

#[both_stores]
async fn cry_09_a_key_taken_away_meanwhile_stays_away(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 120).await;
    let begun = scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    let about = format!("/v1/vaults/{}/cmek", scene.vault);
    scene.ada.delete(&about).await.is(200);
    scene.to_the_end().await;
    assert_eq!(scene.job(&begun).await.str("/status"), "completed");
    scene.is_rotated("a", 120).await;
    assert_eq!(scene.active().await, serde_json::Value::Null);
}

#[both_stores]
async fn cry_09_a_vault_deleted_meanwhile_ends_its_rotation(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 120).await;
    let begun = scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    let about = format!("/v1/vaults/{}", scene.vault);
    scene.ada.delete(&about).await.is(204);
    assert_eq!(scene.batch().await, 0);
    let place = begun.header("location").unwrap();
    scene.ada.get(place).await.is_problem(404);
    assert_eq!(app.count("cmek_jobs").await, 0);
}

/// Broken by other hands: the customer's value is in an envelope of ours.
#[both_stores]
async fn cry_09_an_envelope_that_does_not_open_is_counted_and_reported(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 3).await;
    let moved = "UPDATE secret_versions SET envelope = \
        (SELECT other.envelope FROM secret_versions AS other WHERE other.number = 1) WHERE number = 2";
    app.tamper(moved).await;
    let failures = app.services().integrity_failures();
    let begun = scene.begin().await;
    scene.to_the_end().await;
    let job = scene.job(&begun).await;
    assert_eq!(job.str("/status"), "failed");
    let error = "Versions that do not open with the old key: 1";
    assert_eq!(job.str("/error"), error);
    assert_eq!(app.services().integrity_failures(), failures + 1);
    assert!(app.logged().contains("a stored value does not open"));
    scene.is_rotated("a", 3).await;
}

/// CRY-09 and G3: every batch has its event, which counts and tells no key.
#[both_stores]
async fn cry_09_events_logs_and_the_store_hold_no_key(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 101).await;
    let begun = scene.begin().await;
    scene.to_the_end().await;
    let wrong = scene.ada.rotate_cmek(&scene.vault, &scene.old, &scene.new);
    wrong.await.is_problem(400);
    scene
        .ada
        .delete(&format!("/v1/vaults/{}/cmek", scene.vault))
        .await
        .is(200);
    let events = app.audit().await;
    let of = |action: &str| {
        let rows = events.iter().filter(|event| event["action"] == action);
        rows.cloned().collect::<Vec<_>>()
    };
    assert_eq!(of("cmek.enable").len(), 1);
    assert_eq!(of("cmek.disable").len(), 1);
    let rotations = of("cmek.rotate");
    let told: Vec<_> = rotations
        .iter()
        .map(|event| {
            let details = &event["details"];
            (
                event["actor_type"].as_str().unwrap(),
                details["versions"].as_i64(),
                details["status"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("user", Some(101), Some("running")),
            ("system", Some(100), Some("running")),
            ("system", Some(1), Some("running")),
            ("system", Some(0), Some("completed")),
            ("user", None, None),
        ]
    );
    let job = begun.str("/id");
    assert!(
        rotations[..4]
            .iter()
            .all(|event| event["details"]["job_id"] == job.as_str())
    );
    let all = events.iter().map(ToString::to_string).collect::<String>();
    for key in [&scene.old, &scene.new] {
        assert!(!all.contains(key.text()));
        assert!(!app.logged().contains(key.text()));
    }
}

/// As a server does it, which has a worker: the rotation goes on by itself.
#[both_stores]
async fn cry_09_the_worker_carries_a_rotation_to_its_end(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 250).await;
    let working = app
        .instance_with(|services, _| services.rotation_worker = true)
        .await;
    let there = scene.ada.at(&working);
    let begun = there
        .rotate_cmek(&scene.vault, &scene.old, &scene.new)
        .await
        .is(202);
    let place = begun.header("location").unwrap();
    let mut asked = 0;
    while scene.ada.get(place).await.is(200).get("/status") == "running" {
        asked += 1;
        assert!(asked < 10_000, "a rotation without an end");
    }
    assert_eq!(scene.job(&begun).await.str("/status"), "completed");
    scene.is_rotated("a", 250).await;
    assert_eq!(scene.active().await, scene.new.fingerprint());
}

/// A stop waits for the batch, and says that the rotation is cut off: nobody has to wait for its time.
#[both_stores]
async fn cry_09_a_server_that_stops_says_that_it_cut_a_rotation_off(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 350).await;
    let working = app
        .instance_with(|services, _| services.rotation_worker = true)
        .await;
    let there = scene.ada.at(&working);
    let begun = there
        .rotate_cmek(&scene.vault, &scene.old, &scene.new)
        .await
        .is(202);
    working.stop().await;
    let job = scene.job(&begun).await;
    let status = job.str("/status");
    assert!(
        ["failed", "completed"].contains(&status.as_str()),
        "{status}"
    );
    if status == "failed" {
        assert!(job.str("/error").contains("cut off"));
        let again = scene.begin().await;
        scene.to_the_end().await;
        assert_eq!(scene.job(&again).await.str("/status"), "completed");
    }
    for number in [1, 101, 350] {
        scene.is_rotated("a", number).await;
    }
}
