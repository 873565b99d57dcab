//! Contract 9: vaults.

use crate::place::members;
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FIELDS: [&str; 9] = [
    "id",
    "name",
    "description",
    "created_by",
    "created_by_type",
    "created_at",
    "cmek_enabled",
    "cmek_fingerprint",
    "org_id",
];

#[both_stores]
async fn a_vault_is_made_shown_and_listed_with_the_contracts_fields(app: TestApp) {
    let ada = app.owner().await;
    let body = json!({ "name": "prod", "description": "what pays", "surprise": 1 });
    let made = ada.post("/v1/vaults", body).await.is(201);
    let vault = made.json();
    assert_eq!(members(&vault), BTreeSet::from(FIELDS));
    assert_eq!(vault["name"], "prod");
    assert_eq!(vault["description"], "what pays");
    assert_eq!(vault["created_by"], ada.user_id.as_str());
    assert_eq!(vault["created_by_type"], "user");
    assert_eq!(vault["created_at"], "2026-03-01T12:00:00Z");
    assert_eq!(vault["cmek_enabled"], false);
    assert_eq!(vault["cmek_fingerprint"], Value::Null);
    assert_eq!(vault["org_id"], ada.org_id.as_str());

    let shown = ada
        .get(&format!("/v1/vaults/{}", made.str("/id")))
        .await
        .is(200);
    assert_eq!(shown.json(), vault);
    let listed = ada.get("/v1/vaults").await.is(200);
    assert_eq!(listed.json(), json!({ "vaults": [vault] }));
    let bare = ada
        .post("/v1/vaults", json!({ "name": "bare" }))
        .await
        .is(201);
    assert_eq!(bare.get("/description"), "");
}

#[both_stores]
async fn vaults_are_listed_oldest_first_and_names_may_repeat(app: TestApp) {
    let ada = app.owner().await;
    assert_eq!(ada.get("/v1/vaults").await.json(), json!({ "vaults": [] }));
    let mut made = Vec::new();
    for name in ["same", "same", "another"] {
        made.push(ada.vault(name).await);
        app.clock().advance(1);
    }
    let listed = ada.get("/v1/vaults").await.is(200).get("/vaults");
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|vault| vault["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, made);
}

#[both_stores]
async fn a_vault_that_breaks_a_rule_is_not_made(app: TestApp) {
    let ada = app.owner().await;
    let cases = [
        (json!({}), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": "n".repeat(256) }), "name"),
        (json!({ "name": "__agent-keys" }), "name"),
        (
            json!({ "name": "v", "description": "d".repeat(1001) }),
            "description",
        ),
        (
            json!({ "name": "v", "mpc_custody": "client" }),
            "mpc_custody",
        ),
    ];
    for (body, field) in cases {
        ada.post("/v1/vaults", body).await.is_invalid(field);
    }
    assert_eq!(app.count("vaults").await, 0);
    let longest =
        json!({ "name": "n".repeat(255), "description": "d".repeat(1000), "mpc_custody": "" });
    ada.post("/v1/vaults", longest).await.is(201);
}

#[both_stores]
async fn a_deleted_vault_is_gone_with_its_secrets_and_its_key(app: TestApp) {
    let ada = app.owner().await;
    let (lost, kept) = (ada.vault("lost").await, ada.vault("kept").await);
    ada.keep(&lost, "db/password", "not to be had again").await;
    ada.keep(&lost, "db/password", "nor this one").await;
    ada.keep(&kept, "db/password", "still here").await;

    let address = format!("/v1/vaults/{lost}");
    assert!(ada.delete(&address).await.is(204).body.is_empty());
    ada.get(&address).await.is_problem(404);
    ada.delete(&address).await.is_problem(404);
    ada.read(&lost, "db/password").await.is_problem(404);
    ada.get(&format!("{address}/secrets")).await.is_problem(404);
    ada.put(
        &format!("{address}/secrets/db/password"),
        json!({ "value": "late" }),
    )
    .await
    .is_problem(404);

    let listed = ada.get("/v1/vaults").await.get("/vaults");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    for (table, rows) in [("vaults", 1), ("secrets", 1), ("secret_versions", 1)] {
        assert_eq!(app.count(table).await, rows, "{table}");
    }
    let read = ada.read(&kept, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "still here");
}

/// The same API, under the address that the upstream dashboard uses.
#[both_stores]
async fn api_v1_is_the_same_api(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let address = format!("/api/v1/vaults/{vault}/secrets/db/password");
    ada.put(&address, json!({ "value": "by the other door" }))
        .await
        .is(201);
    let read = ada.read(&vault, "db/password").await.is(200);
    assert_eq!(read.str("/value"), "by the other door");
    let other = ada.get(&address).await.is(200);
    assert_eq!(other.str("/value"), "by the other door");
    let version = format!("/api/v1/vaults/{vault}/secret-version/db/password/1");
    assert_eq!(ada.get(&version).await.is(200).str("/path"), "db/password");
    let rotate = format!("/api/v1/vaults/{vault}/secrets/db/password/rotate");
    assert_eq!(ada.post_empty(&rotate).await.is(201).get("/version"), 2);
    assert_eq!(
        ada.get("/api/v1/vaults").await.is(200).get("/vaults/0/id"),
        vault
    );
    ada.get("/api/v2/vaults").await.is_problem(404);
}
