//! Rotations that failed, and how they are brought to an end.

use crate::cmek_scene::Scene;
use oneclaw_testkit::{Answer, CustomerKey, TestApp, both_stores};
use serde_json::json;

/// A value that no key of the scene opens, in a place of its own.
async fn put_garbage(scene: &Scene) {
    let blob = CustomerKey::of(9).encrypt("lost");
    let at = scene.at("x");
    at.put(&scene.ada, &blob, json!({})).await.is(201);
}

/// A rotation that leaves the garbage under the old key, and all else under the new one.
async fn fail(scene: &Scene) {
    let begun = scene.begin().await;
    scene.to_the_end().await;
    let job = scene.job(&begun).await;
    assert_eq!(job.str("/status"), "failed");
    let error = "Versions that do not open with the old key: 1";
    assert_eq!(job.str("/error"), error);
    assert_eq!(scene.active().await, scene.old.fingerprint());
}

async fn to_a_third(scene: &Scene) -> Answer {
    let third = CustomerKey::of(3);
    scene
        .ada
        .rotate_cmek(&scene.vault, &scene.old, &third)
        .await
}

/// It would end as completed, and leave what the first brought to the second key where it is.
#[both_stores]
async fn cry_09_a_third_key_waits_until_the_second_has_all(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 2).await;
    put_garbage(&scene).await;
    fail(&scene).await;
    let refused = to_a_third(&scene).await.is_problem(409);
    assert!(refused.str("/detail").contains(&scene.new.fingerprint()));
    assert_eq!(app.last_event().await, "cmek.rotate denied conflict");
    // neither when nothing is under the old key any more
    scene.ada.delete(&scene.at("x").secret()).await.is(204);
    to_a_third(&scene).await.is_problem(409);
    assert_eq!(app.count("cmek_jobs").await, 1);
    assert_eq!(scene.active().await, scene.old.fingerprint());

    let again = scene.begin().await;
    assert_eq!(again.str("/status"), "completed");
    let third = CustomerKey::of(3);
    let next = scene.ada.rotate_cmek(&scene.vault, &scene.new, &third);
    assert_eq!(next.await.is(202).get("/total_secrets"), 2);
    scene.to_the_end().await;
    for number in [1, 2] {
        let read = scene.ada.get(&scene.at("a").version(number)).await.is(200);
        assert_eq!(read.str("/cmek_fingerprint"), third.fingerprint());
        let value = third.decrypt(&read.str("/value"));
        assert_eq!(value, Some(format!("a {number}")));
    }
    assert_eq!(scene.active().await, third.fingerprint());
}

#[both_stores]
async fn cry_09_a_third_key_waits_for_a_rotation_that_was_cut_off(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 101).await;
    scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    app.clock().advance(30);
    let refused = to_a_third(&scene).await.is_problem(409);
    assert!(refused.str("/detail").contains(&scene.new.fingerprint()));
    scene.begin().await;
    scene.to_the_end().await;
    for number in [1, 101] {
        scene.is_rotated("a", number).await;
    }
    assert_eq!(scene.active().await, scene.new.fingerprint());
}

/// Nobody is held to a key that no value is under: whoever lost it takes those values out.
#[both_stores]
async fn cry_09_a_third_key_comes_in_where_nothing_is_under_the_second(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 1).await;
    scene.put("b", 1).await;
    put_garbage(&scene).await;
    fail(&scene).await;
    scene.ada.delete(&scene.at("a").secret()).await.is(204);
    to_a_third(&scene).await.is_problem(409);
    let disable = scene.at("b").disable(1);
    scene.ada.post_empty(&disable).await.is(204);
    let begun = to_a_third(&scene).await.is(202);
    assert_eq!(begun.get("/total_secrets"), 1);
}

#[both_stores]
async fn cry_09_disabling_what_does_not_open_ends_a_rotation(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 2).await;
    put_garbage(&scene).await;
    fail(&scene).await;
    // the version before is still there
    let anew = scene.old.encrypt("x 2");
    let at = scene.at("x");
    at.put(&scene.ada, &anew, json!({})).await.is(201);
    fail(&scene).await;
    scene.is_rotated("x", 2).await;

    scene.ada.post_empty(&at.disable(1)).await.is(204);
    let ended = scene.begin().await;
    assert_eq!(ended.str("/status"), "completed");
    assert_eq!(ended.get("/total_secrets"), 0);
    assert_eq!(scene.active().await, scene.new.fingerprint());
    for (path, number) in [("a", 1), ("a", 2), ("x", 2)] {
        scene.is_rotated(path, number).await;
    }
    scene.ada.get(&at.version(1)).await.is_problem(410);
}

/// Told as failed, it stays so: a batch whose turn comes too late changes nothing.
#[both_stores]
async fn fld_09_a_rotation_past_its_time_does_not_go_on(app: TestApp) {
    let scene = Scene::of(&app).await;
    scene.put("a", 101).await;
    let begun = scene.begin().await;
    assert_eq!(scene.batch().await, 1);
    app.clock().advance(30);
    let told = scene.job(&begun).await;
    assert_eq!(told.str("/status"), "failed");
    let before = app.events().await.len();
    assert_eq!(scene.batch().await, 0);
    assert_eq!(app.events().await.len(), before);
    assert_eq!(scene.job(&begun).await.json(), told.json());
    scene.is_old("a", 101).await;
    assert_eq!(scene.active().await, scene.old.fingerprint());

    let again = scene.begin().await;
    assert_eq!(again.get("/total_secrets"), 1);
    scene.to_the_end().await;
    assert_eq!(scene.job(&again).await.str("/status"), "completed");
    scene.is_rotated("a", 101).await;
}
