//! One instance at a time tidies up, a few rows at a time.

use super::steps::{DAY, again, rows_of, tidied};
use oneclaw_domain::Clock as _;
use oneclaw_services::{Stale, Store};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;
use uuid::Uuid;

#[both_stores]
async fn a_round_takes_what_is_over_batch_by_batch_and_leaves_the_rest(app: TestApp) {
    let small = app
        .instance_with(|settings, _| settings.housekeeping_batch = 10)
        .await;
    let ada = small.owner().await;
    let body = json!({ "email": ada.email, "password": ada.password });
    for _ in 0..24 {
        small.post("/v1/auth/token", body.clone()).await.is(200);
    }
    assert_eq!(tidied(&small).await, 0, "nothing is over");
    assert_eq!(app.count("sessions").await, 25);
    app.clock().advance(91 * DAY);
    let bob = small.owner().await;
    assert!(tidied(&small).await >= 50, "sessions and refresh tokens");
    assert_eq!(rows_of(&small, Stale::Sessions), 25);
    assert_eq!(app.count("sessions").await, 1);
    assert_eq!(app.count("refresh_tokens").await, 1);
    bob.get("/v1/auth/me").await.is(200);
    ada.get("/v1/auth/me").await.is_problem(401);
    again(&ada).await.get("/v1/auth/me").await.is(200);
    assert_eq!(tidied(&small).await, 0, "it is done");
    let now = app.clock().now().millis() / 1000;
    assert_eq!(i64::try_from(small.services().last_tidied()).unwrap(), now);
}

#[both_stores]
async fn what_ended_is_kept_as_long_as_the_table_says(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let id = ada.keep(&vault, "k", "v").await.str("/id");
    let until = app.clock().now().plus_seconds(3600).to_string();
    let link = json!({ "recipient_type": "anyone_with_link", "expires_at": until });
    let share = ada.share(&id, link).await.is(201).str("/id");
    ada.invite("bob@example.test", "member").await;
    app.clock().advance(3600);
    app.get(&format!("/v1/share/{share}")).await.is_problem(410);
    tidied(&app).await;
    assert_eq!(app.count("shares").await, 1);
    app.clock().advance(30 * DAY - 1);
    tidied(&app).await;
    app.get(&format!("/v1/share/{share}")).await.is_problem(410);
    app.clock().advance(1);
    tidied(&app).await;
    assert_eq!(app.count("shares").await, 0);
    assert_eq!(app.count("invites").await, 1);
    app.clock().advance(7 * DAY);
    tidied(&app).await;
    assert_eq!(app.count("invites").await, 0);
    assert_eq!(app.count("secrets").await, 1, "what did not end stays");
}

#[both_stores]
async fn flt_08_who_holds_the_turn_and_dies_is_followed_when_its_lease_ends(app: TestApp) {
    let other = app.another_instance().await;
    app.owner().await;
    app.clock().advance(91 * DAY);
    let now = app.clock().now();
    let dead = Uuid::max();
    let taken = app
        .store()
        .lease("housekeeping", dead, now, now.plus_seconds(60));
    assert!(taken.await.unwrap());
    assert_eq!(tidied(&app).await + tidied(&other).await, 0);
    assert_eq!(app.count("sessions").await, 1);
    app.clock().advance(59);
    assert_eq!(tidied(&other).await, 0);
    app.clock().advance(1);
    assert!(tidied(&other).await > 0);
    assert_eq!(app.count("sessions").await, 0);
    // and it was given back: nobody waits for the end of it
    assert_eq!(tidied(&app).await, 0);
    assert!(app.services().last_tidied() > 0);
}

#[both_stores]
async fn two_instances_at_once_take_every_row_once(app: TestApp) {
    let two = [app.another_instance().await, app.another_instance().await];
    let ada = app.owner().await;
    let body = json!({ "email": ada.email, "password": ada.password });
    for _ in 0..19 {
        app.post("/v1/auth/token", body.clone()).await.is(200);
    }
    app.clock().advance(91 * DAY);
    let rounds = (0..6).map(|number| tidied(&two[number % 2]));
    futures_util::future::join_all(rounds).await;
    for stale in [Stale::Sessions, Stale::RefreshTokens] {
        assert_eq!(rows_of(&two[0], stale) + rows_of(&two[1], stale), 20);
    }
}

/// A row that somebody works at is passed by, not waited for.
#[both_stores]
async fn nobody_waits_for_housekeeping_nor_it_for_them(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "k", "v").await;
    let quick =
        json!({ "value": "v", "expires_at": app.clock().now().plus_seconds(5).to_string() });
    ada.put(&format!("/v1/vaults/{vault}/secrets/short"), quick)
        .await
        .is(201);
    app.clock().advance(60);
    let (round, read) = futures_util::future::join(tidied(&app), ada.read(&vault, "k")).await;
    assert!(round >= 1);
    assert_eq!(rows_of(&app, Stale::SpentVersions), 1);
    assert_eq!(read.is(200).str("/value"), "v");
}
