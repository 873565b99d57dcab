//! Contract 1.9: generated clients refuse fields that they do not know, and get none.

use crate::place::{Place, members};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const VAULT: [&str; 8] = [
    "id",
    "name",
    "description",
    "created_by",
    "created_by_type",
    "created_at",
    "cmek_enabled",
    "cmek_fingerprint",
];
const METADATA: [&str; 7] = [
    "id",
    "path",
    "type",
    "version",
    "metadata",
    "created_at",
    "expires_at",
];
const VALUE: [&str; 10] = [
    "id",
    "path",
    "type",
    "version",
    "metadata",
    "created_at",
    "expires_at",
    "value",
    "created_by",
    "cmek_encrypted",
];

async fn generated(who: &Person, method: &str, target: &str, body: Value) -> Answer {
    let request = who
        .request(method, target)
        .header("user-agent", "OpenAPI-Generator/1.0.0/go");
    match body {
        Value::Null => request.send().await,
        body => request.json(&body).send().await,
    }
}

fn has_only(of: &Value, expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().copied().collect();
    assert_eq!(members(of), expected);
}

#[both_stores]
async fn generated_clients_get_no_superset_fields(app: TestApp) {
    let ada = app.owner().await;
    let vault = generated(&ada, "POST", "/v1/vaults", json!({ "name": "prod" })).await;
    let vault = vault.is(201);
    has_only(&vault.json(), &VAULT);
    let at = Place::new(&vault.str("/id"), "db/password");
    let address = format!("/v1/vaults/{}", at.vault);
    has_only(
        &generated(&ada, "GET", &address, Value::Null).await.json(),
        &VAULT,
    );
    let listed = generated(&ada, "GET", "/v1/vaults", Value::Null).await;
    has_only(&listed.get("/vaults/0"), &VAULT);

    let body = json!({ "value": "swordfish", "max_access_count": 9 });
    let put = generated(&ada, "PUT", &at.secret(), body).await.is(201);
    has_only(&put.json(), &METADATA);
    let listed = generated(&ada, "GET", &at.list(), Value::Null).await;
    has_only(&listed.get("/secrets/0"), &METADATA);
    let versions = generated(&ada, "GET", &at.versions(), Value::Null).await;
    has_only(&versions.get("/versions/0"), &METADATA);
    for target in [at.secret(), at.version(1)] {
        let read = generated(&ada, "GET", &target, Value::Null).await.is(200);
        has_only(&read.json(), &VALUE);
    }
    for target in [at.rotate(), at.rotate_alias()] {
        let rotated = generated(&ada, "POST", &target, Value::Null).await.is(201);
        has_only(&rotated.json(), &METADATA);
    }
}

/// Only how the agent's name begins decides.
#[both_stores]
async fn other_clients_get_the_superset_fields(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "db/password");
    at.put(&ada, "swordfish", json!({})).await.is(201);
    for agent in ["python-httpx/0.28", "Mozilla OpenAPI-Generator/1.0", ""] {
        let request = ada.request("GET", &at.secret()).header("user-agent", agent);
        let read = request.send().await.is(200);
        assert_eq!(read.get("/is_disabled"), false, "{agent}");
        assert_eq!(read.get("/secret_type"), "generic", "{agent}");
        assert_eq!(read.get("/updated_at"), read.get("/created_at"), "{agent}");
    }
}
