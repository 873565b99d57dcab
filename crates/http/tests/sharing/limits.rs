//! How many shares are made, and how many ids are tried.

use crate::steps::{Scene, at, with};
use oneclaw_services::AttemptLimit;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn shr_04_guessed_ids_are_404_and_then_429(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.share_reads_per_address =
                oneclaw_services::Settings::default().share_reads_per_address;
        })
        .await;
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({})).await;
    for n in 0..30_u128 {
        let guess = uuid::Builder::from_random_bytes((n * 0x0123_4567_89ab_cdef).to_be_bytes());
        let guess = guess.into_uuid();
        limited.get(&at(&guess.to_string())).await.is_problem(404);
    }
    let before = app.events().await.len();
    for _ in 0..20 {
        // neither is the right one told any more, nor is a body looked at
        let request = limited.request("GET", &at(&share)).body("{");
        let refused = request.send().await.is_problem(429);
        let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }
    let events = app.events().await;
    assert_eq!(events.len() - before, 1, "a flood is one line");
    assert_eq!(app.last_event().await, "share.access denied rate_limited");
    app.clock().advance(60);
    limited.get(&at(&share)).await.is(200);
}

#[both_stores]
async fn shr_04_who_reads_what_is_there_is_not_held_up(app: TestApp) {
    let limited = app
        .instance_with(|services, _| services.share_reads_per_address = AttemptLimit::new(3, 60))
        .await;
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({})).await;
    let look = format!("{}/preview", at(&share));
    for _ in 0..5 {
        limited.get(&at(&share)).await.is(200);
        limited.post(&look, json!({})).await.is(200);
    }
    assert_eq!(scene.count(&share).await, 5);
    for _ in 0..3 {
        limited.get(&at("malformed")).await.is_problem(404);
        // nor does what is right give any guess back
        app.get(&at(&share)).await.is(200);
    }
    limited.get(&at("malformed")).await.is_problem(429);
    limited.get(&at(&share)).await.is_problem(429);
}

#[both_stores]
async fn shr_12_eleven_shares_in_a_minute_are_too_many(app: TestApp) {
    let limited = app
        .instance_with(|services, _| {
            services.shares = oneclaw_services::Settings::default().shares;
        })
        .await;
    let scene = Scene::of(&app).await;
    let stranger = scene.ada.member("member").await.at(&limited);
    let ada = scene.ada.at(&limited);
    let link = || with("anyone_with_link", json!({}));
    // who may not share uses up nothing
    for _ in 0..12 {
        stranger.share(&scene.secret, link()).await.is_problem(403);
    }
    for _ in 0..10 {
        ada.share(&scene.secret, link()).await.is(201);
    }
    let refused = ada.share(&scene.secret, link()).await.is_problem(429);
    let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(app.count("shares").await, 10);
    app.clock().advance(60);
    ada.share(&scene.secret, link()).await.is(201);
}
