//! Contract 11: what never was is 404, what was and is not to be had any more is 410.

use crate::place::Place;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

const VALUE: &str = "the value that must not come back";

async fn place(who: &Person) -> Place {
    Place::new(&who.vault("prod").await, "db/password")
}

fn is_gone(answer: Answer) {
    let answer = answer.is_problem(410);
    assert!(!answer.text().contains(VALUE), "{}", answer.text());
}

/// Reads a secret by every road that there is: each must be 410.
async fn gone_by_every_road(who: &Person, at: &Place, number: i64) {
    let api = "/api".to_owned();
    for road in [
        at.secret(),
        at.version(number),
        api.clone() + &at.secret(),
        api + &at.version(number),
        at.secret().replace("db/password", "db%2Fpassword"),
    ] {
        is_gone(who.get(&road).await);
        let generated = who
            .request("GET", &road)
            .header("user-agent", "OpenAPI-Generator/1.0.0/go")
            .header("if-none-match", &format!("\"{number}\""));
        is_gone(generated.send().await);
    }
}

#[both_stores]
async fn what_never_was_is_404(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    ada.get(&at.secret()).await.is_problem(404);
    ada.get(&at.versions()).await.is_problem(404);
    ada.get(&at.version(1)).await.is_problem(404);
    ada.delete(&at.secret()).await.is_problem(404);
    ada.post_empty(&at.disable(1)).await.is_problem(404);
    ada.post_empty(&at.rotate()).await.is_problem(404);
    ada.post_empty(&at.rotate_alias()).await.is_problem(404);

    at.put(&ada, VALUE, json!({})).await.is(201);
    ada.get(&at.version(2)).await.is_problem(404);
    ada.post_empty(&at.disable(2)).await.is_problem(404);
    for number in [0, -1] {
        ada.get(&at.version(number)).await.is_invalid("version");
    }
    assert_eq!(app.count("secret_versions").await, 1);
}

#[both_stores]
async fn sec_02_no_other_road_to_a_disabled_secret(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    at.put(&ada, "the one before", json!({})).await.is(201);
    at.put(&ada, VALUE, json!({})).await.is(201);
    assert!(ada.post_empty(&at.disable(2)).await.is(204).body.is_empty());
    ada.post_empty(&at.disable(2)).await.is(204);
    gone_by_every_road(&ada, &at, 2).await;
    assert_eq!(app.last_event().await, "secret.read denied disabled");

    // the newest stays the newest: the one before is to be had by its number alone
    let before = ada.get(&at.version(1)).await.is(200);
    assert_eq!(before.str("/value"), "the one before");
    let listed = ada.get(&at.list()).await.is(200);
    assert_eq!(listed.get("/secrets/0/version"), 2);
    assert_eq!(listed.get("/secrets/0/is_disabled"), true);
    let versions = ada.get(&at.versions()).await.is(200);
    assert_eq!(versions.get("/versions/0/is_disabled"), true);
    assert_eq!(versions.get("/versions/1/is_disabled"), false);
    for answer in [listed, versions, ada.post_empty(&at.rotate()).await.is(201)] {
        assert!(!answer.text().contains(VALUE));
    }
    ada.get(&at.secret()).await.is(200);
    is_gone(ada.get(&at.version(2)).await);
}

#[both_stores]
async fn sec_02_no_other_road_to_an_expired_secret(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    let soon = json!({ "expires_at": "2026-03-01T12:00:10Z" });
    at.put(&ada, VALUE, soon).await.is(201);
    app.clock().advance(9);
    ada.get(&at.secret()).await.is(200);
    app.clock().advance(1);
    gone_by_every_road(&ada, &at, 1).await;
    assert_eq!(app.last_event().await, "secret.read denied expired");
    let listed = ada.get(&at.list()).await.is(200);
    assert_eq!(listed.get("/secrets/0/path"), "db/password");
    ada.get(&at.versions()).await.is(200);

    let past = json!({ "expires_at": "2020-01-01T00:00:00Z" });
    at.put(&ada, VALUE, past).await.is(201);
    gone_by_every_road(&ada, &at, 2).await;
}

#[both_stores]
async fn sec_02_no_other_road_to_a_used_up_secret(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    at.put(&ada, VALUE, json!({ "max_access_count": 1 }))
        .await
        .is(201);
    ada.get(&at.secret()).await.is(200);
    gone_by_every_road(&ada, &at, 1).await;
    assert_eq!(app.last_event().await, "secret.read denied used_up");
    assert_eq!(at.count(&ada, 1).await, 1);
}

#[both_stores]
async fn sec_02_no_other_road_to_a_deleted_secret(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    at.put(&ada, VALUE, json!({})).await.is(201);
    assert!(ada.delete(&at.secret()).await.is(204).body.is_empty());
    ada.delete(&at.secret()).await.is_problem(404);
    gone_by_every_road(&ada, &at, 1).await;
    assert_eq!(app.last_event().await, "secret.read denied deleted");
    is_gone(ada.get(&at.versions()).await);
    is_gone(ada.post_empty(&at.disable(1)).await);
    is_gone(ada.post_empty(&at.rotate()).await);
    is_gone(ada.post_empty(&at.rotate_alias()).await);
    let given = json!({ "new_value": "by the alias" });
    is_gone(ada.post(&at.rotate_alias(), given).await);
    let listed = ada.get(&at.list()).await.is(200);
    assert_eq!(listed.json(), json!({ "secrets": [] }));
    assert_eq!(app.count("secret_versions").await, 1);
}

#[both_stores]
async fn sec_03_numbers_go_on_after_a_deletion_and_old_versions_stay_dead(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    let first = at.put(&ada, VALUE, json!({ "max_access_count": 3 })).await;
    ada.get(&at.secret()).await.is(200);
    at.put(&ada, VALUE, json!({})).await.is(201);
    ada.delete(&at.secret()).await.is(204);

    let revived = at.put(&ada, "the new value", json!({})).await.is(201);
    assert_eq!(revived.get("/version"), 3);
    assert_eq!(revived.get("/id"), first.get("/id"));
    assert_eq!(revived.get("/access_count"), 0);
    assert_eq!(revived.get("/max_access_count"), serde_json::Value::Null);
    for number in [1, 2] {
        is_gone(ada.get(&at.version(number)).await);
        is_gone(ada.post_empty(&at.disable(number)).await);
    }
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "the new value");
    let versions = ada.get(&at.versions()).await.is(200).get("/versions");
    let numbers: Vec<_> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["version"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [3]);
    ada.delete(&at.secret()).await.is(204);
    assert_eq!(at.put(&ada, "again", json!({})).await.get("/version"), 4);
}

#[both_stores]
async fn disabling_an_older_version_leaves_the_newest_as_it_is(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    at.put(&ada, VALUE, json!({})).await.is(201);
    at.put(&ada, "the newest", json!({})).await.is(201);
    ada.post_empty(&at.disable(1)).await.is(204);
    is_gone(ada.get(&at.version(1)).await);
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "the newest");
    assert_eq!(read.get("/is_disabled"), false);
}
