//! KEY-01, KEY-02, KEY-05 and contract 8: the life of a personal API key.

use super::steps::{exchange, remove};
use oneclaw_testkit::{Person, StoreKind, TestApp, both_stores, token_claims};
use serde_json::{Value, json};

/// Tables that could hold something of a key.
const TABLES: [&str; 8] = [
    "users",
    "api_keys",
    "sessions",
    "refresh_tokens",
    "revoked_tokens",
    "audit_events",
    "attempts",
    "installation_keys",
];

/// 2026-03-01T12:00:00Z, when every test begins, and so many seconds.
fn in_seconds(seconds: i64) -> String {
    format!("2026-03-01T12:{:02}:{:02}Z", seconds / 60, seconds % 60)
}

#[both_stores]
async fn key_01_a_key_ends_at_its_second_and_takes_its_tokens_along(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let (api_key, _) = ada
        .api_key(json!({ "name": "ci", "expires_at": in_seconds(100) }))
        .await;
    let first = exchange(&app, &api_key).await.is(200);
    assert_eq!(first.get("/expires_in"), 100, "never beyond the key");
    let end = token_claims(&ada.token)["iat"].as_i64().unwrap() + 100;
    assert_eq!(token_claims(&first.str("/access_token"))["exp"], end);

    app.clock().advance(99);
    let last = exchange(&other, &api_key).await.is(200);
    assert_eq!(last.get("/expires_in"), 1);
    assert_eq!(token_claims(&last.str("/access_token"))["exp"], end);
    let shown = [
        api_key.clone(),
        first.str("/access_token"),
        last.str("/access_token"),
    ];
    for instance in [&*app, &other] {
        for credential in &shown {
            ada.at(instance)
                .with(credential)
                .get("/v1/vaults")
                .await
                .is(200);
        }
    }

    app.clock().advance(1);
    for instance in [&*app, &other] {
        for credential in &shown {
            ada.at(instance)
                .with(credential)
                .get("/v1/vaults")
                .await
                .is_problem(401);
        }
        let answer = exchange(instance, &api_key).await.is_problem(401);
        assert_eq!(answer.str("/detail"), "Invalid API key");
    }
    let listed = ada.get("/v1/auth/api-keys").await.is(200);
    assert_eq!(listed.get("/keys/0/is_active"), false);
}

#[both_stores]
async fn key_02_a_revoked_key_is_dead_on_every_instance(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let (api_key, id) = ada.api_key(json!({ "name": "ci" })).await;
    let (kept, _) = ada.api_key(json!({ "name": "kept" })).await;
    let token = exchange(&app, &api_key).await.is(200).str("/access_token");
    for instance in [&*app, &other] {
        for credential in [&api_key, &token] {
            ada.at(instance)
                .with(credential)
                .get("/v1/vaults")
                .await
                .is(200);
        }
    }
    ada.delete(&format!("/v1/auth/api-keys/{id}")).await.is(204);
    assert_eq!(app.last_event().await, "api_key.revoke ok");
    for instance in [&other, &*app] {
        for credential in [&api_key, &token] {
            ada.at(instance)
                .with(credential)
                .get("/v1/vaults")
                .await
                .is_problem(401);
        }
        exchange(instance, &api_key).await.is_problem(401);
        ada.at(instance).with(&kept).get("/v1/vaults").await.is(200);
        ada.at(instance).get("/v1/vaults").await.is(200);
    }
    ada.delete(&format!("/v1/auth/api-keys/{id}"))
        .await
        .is_problem(404);
}

#[both_stores]
async fn key_02_a_key_ends_with_its_owner(app: TestApp) {
    let other = app.another_instance().await;
    let _platform = app.owner().await;
    let ada = app.owner().await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    let token = exchange(&app, &api_key).await.is(200).str("/access_token");
    for instance in [&*app, &other] {
        for credential in [&api_key, &token] {
            ada.at(instance)
                .with(credential)
                .get("/v1/vaults")
                .await
                .is(200);
        }
    }
    remove(&app, &ada).await;
    let reclaimed = json!({ "email": ada.email, "password": "Correct-Horse-4-Battery" });
    for round in ["removed", "reclaimed"] {
        for instance in [&other, &*app] {
            for credential in [&api_key, &token] {
                let answer = ada.at(instance).with(credential).get("/v1/vaults").await;
                assert_eq!(answer.status, 401, "{round}: {}", answer.text());
            }
            exchange(instance, &api_key).await.is_problem(401);
        }
        if round == "removed" {
            app.post("/v1/auth/signup", reclaimed.clone()).await.is(200);
        }
    }
}

/// Every row of the tables that could hold something of a key, as text; bytes in hexadecimal.
async fn dump(app: &TestApp) -> String {
    let mut rows = Vec::new();
    for table in TABLES {
        let row = match app.kind() {
            StoreKind::Postgres => format!("SELECT t::text AS text FROM {table} t"),
            StoreKind::Sqlite => {
                let columns = format!("SELECT name AS text FROM pragma_table_info('{table}')");
                let quoted: Vec<String> = app
                    .rows(&columns)
                    .await
                    .iter()
                    .map(|name| format!("quote({name})"))
                    .collect();
                format!("SELECT {} AS text FROM {table}", quoted.join(" || ' ' || "))
            }
        };
        rows.extend(app.rows(&row).await);
    }
    rows.join("\n")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

#[both_stores]
async fn key_05_a_key_is_shown_once_and_kept_as_a_keyed_hash(app: TestApp) {
    let ada = app.owner().await;
    let (api_key, id) = ada.api_key(json!({ "name": "ci" })).await;
    assert_eq!((api_key.len(), &api_key[..4]), (47, "1ck_"));
    exchange(&app, &api_key).await.is(200);
    ada.with(&api_key).get("/v1/vaults").await.is(200);

    let listed = ada.get("/v1/auth/api-keys").await.is(200);
    let (prefix, rest) = api_key.split_at(12);
    assert_eq!(listed.str("/keys/0/key_prefix"), prefix);
    assert!(!listed.text().contains(rest));

    let dump = dump(&app).await;
    let lower = dump.to_lowercase();
    assert!(dump.contains(prefix) && lower.contains(&id.replace('-', "")) || dump.contains(&id));
    assert!(!dump.contains(rest) && !lower.contains(&hex(rest.as_bytes())));
    // a plain hash would let whoever has the dump test guesses; the stored one needs the master key
    assert!(!lower.contains(&hex(&oneclaw_crypto::sha256(api_key.as_bytes()))));
    assert!(!lower.contains(&hex(&oneclaw_crypto::sha256(&api_key.as_bytes()[4..]))));
    for secret in [&ada.token, &ada.refresh_token, &ada.password] {
        assert!(!dump.contains(secret.as_str()));
    }
}

#[both_stores]
async fn contract_8_a_key_is_made_as_it_was_asked(app: TestApp) {
    let ada = app.owner().await;
    let before = app.count("api_keys").await;
    let too_many: Vec<String> = (0..101)
        .map(|number| format!("secrets:read:{number}"))
        .collect();
    let bad: [(&str, Value); 12] = [
        ("name", json!({})),
        ("name", json!({ "name": "" })),
        ("name", json!({ "name": "x".repeat(101) })),
        ("name", json!({ "name": "a\u{0}b" })),
        ("name", json!({ "name": 7 })),
        ("scopes", json!({ "name": "x", "scopes": "secrets:read" })),
        ("scopes", json!({ "name": "x", "scopes": [""] })),
        (
            "scopes",
            json!({ "name": "x", "scopes": ["s".repeat(257)] }),
        ),
        ("scopes", json!({ "name": "x", "scopes": too_many })),
        (
            "expires_at",
            json!({ "name": "x", "expires_at": "2026-03-01T12:00:00Z" }),
        ),
        (
            "expires_at",
            json!({ "name": "x", "expires_at": "2020-01-01" }),
        ),
        (
            "expires_at",
            json!({ "name": "x", "expires_at": "tomorrow" }),
        ),
    ];
    for (field, body) in bad {
        ada.post("/v1/auth/api-keys", body).await.is_invalid(field);
    }
    assert_eq!(app.count("api_keys").await, before);
    let body = json!({
        "name": "n".repeat(100), "scopes": ["secrets:read", "s".repeat(256)],
        "expires_at": "2026-03-01T14:00:00.250+01:00", "id": ada.user_id, "user_id": ada.org_id,
    });
    let made = ada.post("/v1/auth/api-keys", body).await.is(201);
    assert_eq!(
        made.get("/key/scopes"),
        json!(["secrets:read", "s".repeat(256)])
    );
    assert_eq!(made.str("/key/expires_at"), "2026-03-01T13:00:00.250Z");
    assert_ne!(made.str("/key/id"), ada.user_id);
    assert_eq!(app.last_event().await, "api_key.create ok");
}

/// When the list says that the newest key was last used.
async fn last_used(ada: &Person) -> Value {
    ada.get("/v1/auth/api-keys")
        .await
        .is(200)
        .get("/keys/0/last_used_at")
}

#[both_stores]
async fn contract_8_the_last_use_is_noted_to_the_minute(app: TestApp) {
    let ada = app.owner().await;
    let (api_key, _) = ada.api_key(json!({ "name": "ci" })).await;
    assert_eq!(last_used(&ada).await, Value::Null);
    app.clock().advance(119);
    ada.with(&api_key).get("/v1/vaults").await.is(200);
    assert_eq!(last_used(&ada).await, "2026-03-01T12:01:00Z");
    app.clock().advance(61);
    exchange(&app, &api_key).await.is(200);
    assert_eq!(last_used(&ada).await, "2026-03-01T12:03:00Z");
}

#[both_stores]
async fn contract_8_the_list_is_ones_own_newest_first_without_revoked_ones(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let mut ids = Vec::new();
    for name in ["one", "two", "three"] {
        app.clock().advance(1);
        ids.push(ada.api_key(json!({ "name": name })).await.1);
    }
    ada.delete(&format!("/v1/auth/api-keys/{}", ids[1]))
        .await
        .is(204);
    let listed = ada.get("/v1/auth/api-keys").await.is(200);
    let names: Vec<_> = listed
        .get("/keys")
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k["name"].clone())
        .collect();
    assert_eq!(names, ["three", "one"]);
    assert_eq!(
        bob.get("/v1/auth/api-keys").await.is(200).get("/keys"),
        json!([])
    );

    let (theirs, none) = (&ids[0], "00000000-0000-7000-8000-000000000000");
    for id in [theirs.as_str(), none, "not-a-uuid"] {
        bob.delete(&format!("/v1/auth/api-keys/{id}"))
            .await
            .is_problem(404);
    }
    ada.delete(&format!("/v1/auth/api-keys/{}", theirs.to_uppercase()))
        .await
        .is(204);
}
