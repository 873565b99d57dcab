//! What happens at once happens in some order.

use crate::place::{Place, statuses};
use futures_util::future::join_all;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;
use std::collections::BTreeMap;

#[both_stores]
async fn sec_01_parallel_puts_of_one_path_get_all_the_numbers(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let at = Place::new(&ada.vault("prod").await, "db/password");
    let writers = (0..64).map(|n| {
        let (who, at) = (if n % 2 == 0 { &ada } else { &other }, &at);
        async move {
            let value = format!("written by {n}");
            let put = at.put(who, &value, json!({})).await.is(201);
            (put.get("/version").as_i64().unwrap(), value)
        }
    });
    let written: BTreeMap<i64, String> = join_all(writers).await.into_iter().collect();
    let numbers: Vec<_> = written.keys().copied().collect();
    assert_eq!(numbers, (1..=64).collect::<Vec<_>>());
    assert_eq!(app.count("secrets").await, 1);
    let latest = other.get(&at.secret()).await.is(200);
    assert_eq!(latest.get("/version"), 64);
    assert_eq!(latest.str("/value"), written[&64]);
    for number in [1, 31, 63] {
        let version = ada.get(&at.version(number)).await.is(200);
        assert_eq!(version.str("/value"), written[&number]);
    }
}

#[both_stores]
async fn cnt_06_a_secret_is_deleted_or_rotated_and_never_both(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let at = Place::new(&ada.vault("prod").await, "a");
    let (delete_at, rotate_at) = (at.secret(), at.rotate());
    for round in 0..100 {
        at.put(&ada, "v", json!({})).await.is(201);
        let delete = ada.delete(&delete_at);
        let rotate = other.post_empty(&rotate_at);
        let (deletion, rotation) = if round % 2 == 0 {
            tokio::join!(delete, rotate)
        } else {
            let (rotation, deletion) = tokio::join!(rotate, delete);
            (deletion, rotation)
        };
        let (deleted, rotated) = (deletion.status, rotation.status);
        assert_eq!(deleted, 204, "round {round}");
        assert!([201, 410].contains(&rotated), "round {round}: {rotated}");
        // whoever came first, the secret is gone, and so is what the rotation made of it
        ada.get(&at.secret()).await.is_problem(410);
        if let Some(made) = rotation.get("/version").as_i64() {
            ada.get(&at.version(made)).await.is_problem(410);
        }
        let live = "SELECT CAST(secrets AS TEXT) AS text FROM org_usage";
        assert_eq!(app.rows(live).await, ["0"], "round {round}");
    }
    let alive = "SELECT CAST(number AS TEXT) AS text FROM secret_versions WHERE NOT deleted";
    assert_eq!(app.rows(alive).await, Vec::<String>::new());
}

#[both_stores]
async fn of_racing_deletes_exactly_one_deletes(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let at = Place::new(&ada.vault("prod").await, "a");
    at.put(&ada, "v", json!({})).await.is(201);
    let deletes = (0..8).map(|n| {
        let who = if n % 2 == 0 { &ada } else { &other };
        let target = at.secret();
        async move { who.delete(&target).await }
    });
    let answers = join_all(deletes).await;
    assert_eq!(statuses(&answers), [204, 404, 404, 404, 404, 404, 404, 404]);
}

/// The key is in the vault's row and nowhere else: with the row it is destroyed.
#[both_stores]
async fn ten_05_a_put_in_flight_is_refused_or_goes_with_its_vault(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let bob = ada.member("member").await;
    let mut gone = Vec::new();
    for round in 0..20 {
        let vault = ada.vault("prod").await;
        let (here, there) = (Place::new(&vault, "a"), Place::new(&vault, "b"));
        // both instances know the vault, its key and who may read it
        here.put(&other, "before", json!({})).await.is(201);
        ada.grant(&vault, &bob, "**", &["read", "write"]).await;
        bob.get(&here.secret()).await.is(200);
        let about = format!("/v1/vaults/{vault}");
        let (newer, fresh) = (
            here.put(&other, "newer", json!({})),
            there.put(&bob, "fresh", json!({})),
        );
        let puts = if round % 2 == 0 {
            let (puts, deletion) = tokio::join!(join_all([newer, fresh]), ada.delete(&about));
            deletion.is(204);
            puts
        } else {
            let (deletion, puts) = tokio::join!(ada.delete(&about), join_all([newer, fresh]));
            deletion.is(204);
            puts
        };
        for put in puts {
            let status = put.status;
            assert!(
                [201, 404].contains(&status),
                "round {round}: {}",
                put.text()
            );
        }
        for table in ["vaults", "secrets", "secret_versions", "policies"] {
            assert_eq!(app.count(table).await, 0, "round {round}: {table}");
        }
        gone.push(here);
        for at in &gone {
            for who in [&ada, &other, &bob] {
                who.get(&at.secret()).await.is_problem(404);
                at.put(who, "again", json!({})).await.is_problem(404);
            }
        }
    }
    let live = "SELECT CAST(secrets AS TEXT) AS text FROM org_usage";
    assert_eq!(app.rows(live).await, ["0"]);
    // the same name is another vault, without what was granted or kept in those before
    let again = Place::new(&ada.vault("prod").await, "a");
    ada.get(&again.secret()).await.is_problem(404);
    bob.get(&again.secret()).await.is_problem(403);
    again.put(&ada, "new", json!({})).await.is(201);
    for at in &gone {
        other.get(&at.secret()).await.is_problem(404);
    }
}
