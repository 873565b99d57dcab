//! Rotations from one customer's key to another.

use crate::cmek_scene::Scene;
use oneclaw_testkit::{CustomerKey, TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn cry_09_a_rotation_brings_every_version_to_the_new_key(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 230).await;
    scene.put("b/c", 3).await;
    scene.put("gone", 2).await;
    scene.ada.delete(&scene.at("gone").secret()).await.is(204);
    scene
        .ada
        .post_empty(&scene.at("a").disable(7))
        .await
        .is(204);
    let metadata = json!({ "metadata": { "n": 1 }, "max_access_count": 2 });
    let blob = scene.old.encrypt("d 1");
    scene.at("d").put(&scene.ada, &blob, metadata).await.is(201);

    let begun = scene.begin().await;
    assert_eq!(begun.str("/status"), "running");
    assert_eq!(begun.get("/total_secrets"), 233);
    assert_eq!(begun.get("/processed"), 0);
    assert_eq!(begun.get("/completed_at"), Value::Null);
    assert_eq!(begun.str("/old_fingerprint"), scene.old.fingerprint());
    assert_eq!(begun.str("/new_fingerprint"), scene.new.fingerprint());
    for processed in [100, 200] {
        assert_eq!(scene.batch().await, 1);
        let job = scene.job(&begun).await;
        assert_eq!(job.get("/processed"), processed);
        assert_eq!(job.str("/status"), "running");
        assert_eq!(scene.active().await, scene.old.fingerprint());
    }
    scene.to_the_end().await;
    let job = scene.job(&begun).await;
    assert_eq!(job.str("/status"), "completed");
    assert_eq!(job.get("/processed"), 233);
    assert_eq!(job.get("/error"), Value::Null);
    assert_ne!(job.get("/completed_at"), Value::Null);
    assert_eq!(scene.active().await, scene.new.fingerprint());
    for number in [1, 100, 101, 229, 230] {
        scene.is_rotated("a", number).await;
    }
    scene.is_rotated("b/c", 2).await;
    scene
        .ada
        .get(&scene.at("a").version(7))
        .await
        .is_problem(410);
    let kept = scene.ada.get(&scene.at("d").secret()).await.is(200);
    assert_eq!(kept.get("/metadata/n"), 1);
    assert_eq!(kept.get("/max_access_count"), 2);
    assert_eq!(kept.get("/access_count"), 1);
    // and back; those that were deleted or disabled are not touched
    let back = scene.ada.rotate_cmek(&scene.vault, &scene.new, &scene.old);
    assert_eq!(back.await.is(202).get("/total_secrets"), 233);
    let left = format!(
        "SELECT path || ' ' || number AS text FROM secret_versions JOIN secrets ON secrets.id = secret_id \
         WHERE cmek_fingerprint = '{}' AND NOT secret_versions.deleted",
        scene.old.fingerprint()
    );
    assert_eq!(app.rows(&left).await, ["a 7"]);
}

#[both_stores]
async fn cry_09_an_empty_vault_is_rotated_at_once(app: TestApp) {
    let scene = Scene::of(&app).await;
    let begun = scene.begin().await;
    assert_eq!(begun.str("/status"), "completed");
    assert_eq!(begun.get("/total_secrets"), 0);
    assert_eq!(scene.active().await, scene.new.fingerprint());
    assert_eq!(scene.batch().await, 0);
}

#[both_stores]
async fn cry_09_wrong_keys_change_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 1).await;
    let (old, new) = (&scene.old, &scene.new);
    let other = CustomerKey::of(3);
    let target = format!("/v1/vaults/{}/cmek-rotate", scene.vault);
    let ask = async |old: &[&str], new: &[&str], fingerprint: &str| {
        let mut request = scene.ada.request("POST", &target);
        for (name, keys) in [("x-cmek-old-key", old), ("x-cmek-new-key", new)] {
            for key in keys {
                request = request.header(name, key);
            }
        }
        let body = json!({ "new_fingerprint": fingerprint });
        request.json(&body).send().await
    };
    let (o, n, f) = (old.text(), new.text(), new.fingerprint());
    for (asked, field) in [
        (ask(&[other.text()], &[n], &f).await, "x-cmek-old-key"),
        (ask(&[n], &[n], &f).await, "x-cmek-old-key"),
        (ask(&[o], &[other.text()], &f).await, "x-cmek-new-key"),
        (ask(&[o], &[o], &old.fingerprint()).await, "new_fingerprint"),
        (ask(&[o], &[n], "00").await, "new_fingerprint"),
        (ask(&[], &[n], &f).await, "x-cmek-old-key"),
        (ask(&[o], &[], &f).await, "x-cmek-new-key"),
        (ask(&[o, o], &[n], &f).await, "x-cmek-old-key"),
        (ask(&[o], &[n, o], &f).await, "x-cmek-new-key"),
        (ask(&[&o[1..]], &[n], &f).await, "x-cmek-old-key"),
        (
            ask(&[o.trim_end_matches('=')], &[n], &f).await,
            "x-cmek-old-key",
        ),
        (ask(&[&"00".repeat(32)], &[n], &f).await, "x-cmek-old-key"),
        (ask(&[o], &["\u{e9}"], &f).await, "x-cmek-new-key"),
    ] {
        let asked = asked.is_invalid(field);
        assert!(!asked.text().contains(o) && !asked.text().contains(n));
    }
    scene.ada.post(&target, json!({})).await.is_problem(400);
    assert_eq!(scene.app.count("cmek_jobs").await, 0);
    scene.is_old("a", 1).await;
    assert_eq!(scene.active().await, old.fingerprint());
    scene
        .ada
        .delete(&format!("/v1/vaults/{}/cmek", scene.vault))
        .await
        .is(200);
    let off = scene.ada.rotate_cmek(&scene.vault, old, new).await;
    let off = off.is_problem(400);
    assert_eq!(off.str("/detail"), "CMEK is not enabled on this vault");
}

/// A value that somebody put under a key that is not the vault's.
#[both_stores]
async fn cry_09_what_does_not_open_is_counted_and_the_rest_is_rotated(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 105).await;
    let stranger = CustomerKey::of(9);
    for path in ["x/1", "x/2"] {
        let blob = stranger.encrypt("lost");
        scene
            .at(path)
            .put(&scene.ada, &blob, json!({}))
            .await
            .is(201);
    }
    // one that the client brought to the new key itself
    let early = scene.new.encrypt("early 1");
    scene
        .at("early")
        .put(&scene.ada, &early, json!({}))
        .await
        .is(201);
    scene.put("z", 2).await;

    let begun = scene.begin().await;
    scene.to_the_end().await;
    let job = scene.job(&begun).await;
    assert_eq!(job.str("/status"), "failed");
    let error = "Versions that do not open with the old key: 2";
    assert_eq!(job.str("/error"), error);
    assert_eq!(job.get("/processed"), 110);
    assert_ne!(job.get("/completed_at"), Value::Null);
    assert_eq!(scene.active().await, scene.old.fingerprint());
    for (path, number) in [("a", 1), ("a", 105), ("early", 1), ("z", 2)] {
        scene.is_rotated(path, number).await;
    }
    let lost = scene.ada.get(&scene.at("x/1").secret()).await.is(200);
    assert_eq!(lost.str("/cmek_fingerprint"), scene.old.fingerprint());
    assert_eq!(
        stranger.decrypt(&lost.str("/value")),
        Some("lost".to_owned())
    );

    // without them, a new request finds only what is left
    for path in ["x/1", "x/2"] {
        scene.ada.delete(&scene.at(path).secret()).await.is(204);
    }
    scene.put("a", 1).await;
    let again = scene.begin().await;
    assert_eq!(again.get("/total_secrets"), 1);
    scene.to_the_end().await;
    assert_eq!(scene.job(&again).await.str("/status"), "completed");
    assert_eq!(scene.active().await, scene.new.fingerprint());
}

/// FLD-09: whoever begins a rotation and goes holds the vault's one place for half a minute.
#[both_stores]
async fn fld_09_a_rotation_that_was_cut_off_makes_room(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 150).await;
    let begun = scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    let twice = scene.ada.rotate_cmek(&scene.vault, &scene.old, &scene.new);
    twice.await.is_problem(409);
    // another instance knows of it, too, and of the time that each batch gives it
    let there = scene.ada.at(&app.another_instance().await);
    app.clock().advance(29);
    let again = there
        .rotate_cmek(&scene.vault, &scene.old, &scene.new)
        .await;
    again.is_problem(409);
    assert_eq!(scene.job(&begun).await.str("/status"), "running");
    app.clock().advance(1);
    let cut_off = scene.job(&begun).await;
    assert_eq!(cut_off.str("/status"), "failed");
    assert!(cut_off.str("/error").contains("cut off"));
    assert_ne!(cut_off.get("/completed_at"), Value::Null);

    let next = there
        .rotate_cmek(&scene.vault, &scene.old, &scene.new)
        .await
        .is(202);
    assert_eq!(next.get("/total_secrets"), 50);
    // the first is fenced: it changes nothing any more
    let before = app.events().await.len();
    assert_eq!(scene.batch().await, 0);
    assert_eq!(app.events().await.len(), before);
    scene.is_old("a", 150).await;
    assert_eq!(scene.job(&begun).await.str("/status"), "failed");
    while there.instance.services().turn_rotations().await.unwrap() > 0 {}
    assert_eq!(scene.job(&next).await.str("/status"), "completed");
    for number in [1, 100, 101, 150] {
        scene.is_rotated("a", number).await;
    }
    assert_eq!(scene.active().await, scene.new.fingerprint());
}
