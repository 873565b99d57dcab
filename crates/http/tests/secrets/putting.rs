//! Contract 11: writing a secret and reading it back.

use crate::place::{Place, members};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const METADATA: [&str; 12] = [
    "id",
    "path",
    "type",
    "version",
    "metadata",
    "created_at",
    "expires_at",
    "is_disabled",
    "secret_type",
    "updated_at",
    "max_access_count",
    "access_count",
];

async fn place(who: &Person, path: &str) -> Place {
    Place::new(&who.vault("prod").await, path)
}

#[both_stores]
async fn a_put_answers_201_and_metadata_for_create_and_update_alike(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "db/password").await;
    let more = json!({
        "type": "password", "metadata": { "team": "core" }, "max_access_count": 7,
        "expires_at": "2026-03-02T12:00:00Z", "version": 99, "id": "mine",
    });
    let first = at.put(&ada, "one", more).await.is(201).json();
    assert_eq!(members(&first), BTreeSet::from(METADATA));
    let expected = json!({
        "id": first["id"], "path": "db/password", "type": "password", "secret_type": "password",
        "version": 1, "metadata": { "team": "core" }, "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z", "expires_at": "2026-03-02T12:00:00Z",
        "is_disabled": false, "max_access_count": 7, "access_count": 0,
    });
    assert_eq!(first, expected);

    app.clock().advance(60);
    let second = at.put(&ada, "one", json!({})).await.is(201);
    assert_eq!(second.header("etag"), Some("\"2\""));
    let second = second.json();
    assert_eq!(members(&second), BTreeSet::from(METADATA));
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["version"], 2);
    assert_eq!(second["created_at"], "2026-03-01T12:01:00Z");

    let read = ada.get(&at.secret()).await.is(200).json();
    let value = BTreeSet::from(["value", "created_by", "cmek_encrypted", "cmek_fingerprint"]);
    assert_eq!(members(&read), &BTreeSet::from(METADATA) | &value);
    assert_eq!(read["created_by"], format!("user:{}", ada.user_id));
    assert_eq!(read["cmek_encrypted"], false);
    assert_eq!(read["cmek_fingerprint"], json!(null));
    assert_eq!(read["access_count"], 1);
}

#[both_stores]
async fn what_belongs_to_a_version_is_not_carried_over_by_a_put(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "a").await;
    let more = json!({ "metadata": { "k": 1 }, "max_access_count": 2, "expires_at": "2026-04-01" });
    at.put(&ada, "one", more).await.is(201);
    let second = at.put(&ada, "two", json!({})).await.is(201);
    assert_eq!(second.get("/metadata"), json!({}));
    assert_eq!(second.get("/expires_at"), Value::Null);
    assert_eq!(second.get("/max_access_count"), Value::Null);
    let first = ada.get(&at.version(1)).await.is(200);
    assert_eq!(first.get("/metadata"), json!({ "k": 1 }));
    assert_eq!(first.get("/expires_at"), "2026-04-01T00:00:00Z");
    assert_eq!(first.get("/max_access_count"), 2);
}

#[both_stores]
async fn without_a_type_a_path_keeps_the_one_it_has(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "a").await;
    let steps = [
        (json!({}), "generic"),
        (json!({ "secret_type": "password" }), "password"),
        (json!({}), "password"),
        (json!({ "type": null }), "password"),
        (json!({ "type": "env_bundle" }), "env_bundle"),
        (json!({ "type": "of-my_own-2" }), "of-my_own-2"),
        (json!({ "type": "note", "secret_type": "file" }), "note"),
    ];
    for (more, expected) in steps {
        let put = at.put(&ada, "v", more.clone()).await.is(201);
        assert_eq!(put.get("/type"), expected, "{more}");
        assert_eq!(put.get("/secret_type"), expected, "{more}");
    }
    for bad in ["", "Upper", "with space", &"t".repeat(65)] {
        let refused = at.put(&ada, "v", json!({ "type": bad })).await;
        refused.is_invalid("type");
    }
    at.put(&ada, "v", json!({ "secret_type": "Upper" }))
        .await
        .is_invalid("type");
}

#[both_stores]
async fn a_description_becomes_metadata_unless_that_has_one(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "a").await;
    let steps = [
        (
            json!({ "description": "for billing" }),
            json!({ "description": "for billing" }),
        ),
        (
            json!({ "description": "x", "metadata": { "team": "core" } }),
            json!({ "team": "core", "description": "x" }),
        ),
        (
            json!({ "description": "x", "metadata": { "description": "given" } }),
            json!({ "description": "given" }),
        ),
    ];
    for (more, expected) in steps {
        let put = at.put(&ada, "v", more.clone()).await.is(201);
        assert_eq!(put.get("/metadata"), expected, "{more}");
    }
}

#[both_stores]
async fn values_come_back_byte_for_byte(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "a").await;
    let long = "long ".repeat(20_000);
    let values = [
        " ",
        "\n",
        "tab\tquote\"back\\slash",
        "nul\u{0}inside",
        "e\u{301} is not \u{e9}",
        "\u{202e}\u{1f512} кириллица",
        "{\"json\":true}",
        "\u{feff}starts with a byte order mark",
        long.as_str(),
    ];
    for (index, value) in values.into_iter().enumerate() {
        let number = i64::try_from(index).unwrap() + 1;
        at.put(&ada, value, json!({})).await.is(201);
        assert_eq!(ada.get(&at.secret()).await.is(200).str("/value"), value);
        assert_eq!(
            ada.get(&at.version(number)).await.is(200).str("/value"),
            value
        );
    }
}

#[both_stores]
async fn a_put_that_breaks_a_rule_writes_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada, "a").await;
    let cases = [
        (json!({}), "value"),
        (json!({ "value": null }), "value"),
        (json!({ "value": "" }), "value"),
        (json!({ "value": 7 }), "value"),
        (json!({ "value": "v", "metadata": [] }), "metadata"),
        (
            json!({ "value": "v", "metadata": { "k": "x".repeat(17_000) } }),
            "metadata",
        ),
        (
            json!({ "value": "v", "max_access_count": 0 }),
            "max_access_count",
        ),
        (
            json!({ "value": "v", "max_access_count": "3" }),
            "max_access_count",
        ),
        (json!({ "value": "v", "expires_at": "soon" }), "expires_at"),
        (
            json!({ "value": "v", "rotation_policy": 1 }),
            "rotation_policy",
        ),
    ];
    for (body, field) in cases {
        ada.put(&at.secret(), body).await.is_invalid(field);
    }
    assert_eq!(app.count("secrets").await, 0);
    assert_eq!(app.count("secret_versions").await, 0);
    ada.get(&at.secret()).await.is_problem(404);
}
