//! Versions that will not be read again: after 30 days their values are gone, and they still say why.

use super::steps::{DAY, again, tidied};
use oneclaw_domain::Clock as _;
use oneclaw_testkit::{CustomerKey, StoreKind, TestApp, both_stores};
use serde_json::json;

/// How many versions still hold a value.
async fn holding(app: &TestApp) -> String {
    let length = match app.kind() {
        StoreKind::Sqlite => "length(envelope)",
        StoreKind::Postgres => "octet_length(envelope)",
    };
    let sql =
        format!("SELECT CAST(count(*) AS TEXT) AS text FROM secret_versions WHERE {length} > 0");
    app.rows(&sql).await.pop().unwrap()
}

#[both_stores]
async fn a_spent_value_is_emptied_after_thirty_days_and_still_says_why_it_is_gone(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let at = |path: &str| format!("/v1/vaults/{vault}/secrets/{path}");
    let soon = app.clock().now().plus_seconds(60).to_string();
    ada.put(&at("expired"), json!({ "value": "v", "expires_at": soon }))
        .await
        .is(201);
    ada.put(&at("used"), json!({ "value": "v", "max_access_count": 1 }))
        .await
        .is(201);
    ada.read(&vault, "used").await.is(200);
    ada.keep(&vault, "deleted", "v").await;
    ada.delete(&at("deleted")).await.is(204);
    for value in ["old", "new"] {
        ada.keep(&vault, "disabled", value).await;
    }
    let disable = format!("/v1/vaults/{vault}/secret-version-disable/disabled/1");
    ada.post_empty(&disable).await.is(204);
    ada.put(
        &at("counted"),
        json!({ "value": "v", "max_access_count": 2 }),
    )
    .await
    .is(201);
    ada.read(&vault, "counted").await.is(200);
    app.clock().advance(60);
    tidied(&app).await;
    app.clock().advance(30 * DAY - 1);
    tidied(&app).await;
    assert_eq!(holding(&app).await, "6", "not before");
    app.clock().advance(1);
    tidied(&app).await;
    assert_eq!(holding(&app).await, "2");
    let ada = again(&ada).await;
    for path in ["expired", "used", "deleted"] {
        ada.read(&vault, path).await.is_problem(410);
    }
    let old = format!("/v1/vaults/{vault}/secret-version/disabled/1");
    ada.get(&old).await.is_problem(410);
    assert_eq!(
        ada.read(&vault, "disabled").await.is(200).str("/value"),
        "new"
    );
    assert_eq!(ada.read(&vault, "counted").await.is(200).str("/value"), "v");
    ada.read(&vault, "counted").await.is_problem(410);
    // the place is free as before
    ada.keep(&vault, "deleted", "again").await;
    assert_eq!(
        ada.read(&vault, "deleted").await.is(200).str("/value"),
        "again"
    );
    assert_eq!(app.services().integrity_failures(), 0);
}

/// A rotation passes by what holds nothing.
#[both_stores]
async fn a_rotation_of_a_customers_key_does_not_stumble_over_emptied_values(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let [old, new] = [CustomerKey::of(1), CustomerKey::of(2)];
    ada.enable_cmek(&vault, &old).await.is(200);
    let at = |path: &str| format!("/v1/vaults/{vault}/secrets/{path}");
    let soon = app.clock().now().plus_seconds(60).to_string();
    let short = json!({ "value": old.encrypt("short"), "expires_at": soon });
    ada.put(&at("short"), short).await.is(201);
    ada.put(&at("long"), json!({ "value": old.encrypt("long") }))
        .await
        .is(201);
    app.clock().advance(60);
    tidied(&app).await;
    app.clock().advance(30 * DAY);
    tidied(&app).await;
    assert_eq!(holding(&app).await, "1");
    let ada = again(&ada).await;
    let begun = ada.rotate_cmek(&vault, &old, &new).await.is(202);
    while app.services().turn_rotations().await.unwrap() > 0 {}
    let job = ada.get(begun.header("location").unwrap()).await.is(200);
    assert_eq!(job.str("/status"), "completed");
    let long = ada.read(&vault, "long").await.is(200).str("/value");
    assert_eq!(new.decrypt(&long).as_deref(), Some("long"));
    ada.read(&vault, "short").await.is_problem(410);
}
