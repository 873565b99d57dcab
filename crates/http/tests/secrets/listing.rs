//! Contract 11: the lists of secrets and of versions.

use crate::place::{Place, members};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

fn column(answer: &Answer, list: &str, member: &str) -> Vec<String> {
    let rows = answer.get(list);
    let text = |row: &serde_json::Value| row[member].to_string().trim_matches('"').to_owned();
    rows.as_array().unwrap().iter().map(text).collect()
}

#[both_stores]
async fn secrets_are_listed_by_path_bytes_with_their_newest_version(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let paths = ["b", "a/z", "a", "B", "a.b", "a-b", "a_b", "a/b", "a0", "_x"];
    for path in paths {
        ada.keep(&vault, path, "first").await;
    }
    ada.keep(&vault, "a/b", "second").await;
    let at = Place::new(&vault, "a/b");
    let listed = ada.get(&at.list()).await.is(200);
    assert_eq!(
        column(&listed, "/secrets", "path"),
        ["B", "_x", "a", "a-b", "a.b", "a/b", "a/z", "a0", "a_b", "b"]
    );
    assert_eq!(listed.get("/secrets/5/version"), 2);
    assert_eq!(members(&listed.json()), ["secrets"].into());
    assert!(!listed.text().contains("\"value\""), "{}", listed.text());
}

#[both_stores]
async fn a_prefix_is_a_plain_text_and_no_pattern(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    for path in ["app/db", "app/db2", "app_db", "APP/db", "apple", "b"] {
        ada.keep(&vault, path, "v").await;
    }
    let list = Place::new(&vault, "").list();
    let cases: [(&str, &[&str]); 8] = [
        ("app/", &["app/db", "app/db2"]),
        ("app/db", &["app/db", "app/db2"]),
        ("app", &["app/db", "app/db2", "app_db", "apple"]),
        ("app_", &["app_db"]),
        ("APP", &["APP/db"]),
        ("app%2Fdb2", &["app/db2"]),
        ("zzz", &[]),
        ("", &["APP/db", "app/db", "app/db2", "app_db", "apple", "b"]),
    ];
    for (prefix, expected) in cases {
        let listed = ada.get(&format!("{list}?prefix={prefix}")).await.is(200);
        assert_eq!(column(&listed, "/secrets", "path"), expected, "{prefix}");
    }
}

#[both_stores]
async fn deleted_paths_are_left_out_and_revived_ones_are_back(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    for path in ["a", "b"] {
        ada.keep(&vault, path, "v").await;
    }
    let at = Place::new(&vault, "a");
    ada.delete(&at.secret()).await.is(204);
    let listed = ada.get(&at.list()).await;
    assert_eq!(column(&listed, "/secrets", "path"), ["b"]);
    ada.keep(&vault, "a", "v").await;
    let listed = ada.get(&at.list()).await;
    assert_eq!(column(&listed, "/secrets", "path"), ["a", "b"]);
    assert_eq!(column(&listed, "/secrets", "version"), ["2", "1"]);
}

#[both_stores]
async fn versions_are_listed_newest_first_and_listing_counts_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "a");
    for number in 1..=12 {
        let more = json!({ "max_access_count": 1, "metadata": { "n": number } });
        at.put(&ada, "v", more).await.is(201);
        app.clock().advance(1);
    }
    let listed = ada.get(&at.versions()).await.is(200);
    let newest_first: Vec<_> = (1..=12).rev().map(|n: i32| n.to_string()).collect();
    assert_eq!(column(&listed, "/versions", "version"), newest_first);
    assert_eq!(listed.get("/versions/11/metadata"), json!({ "n": 1 }));
    assert_eq!(
        listed.get("/versions/11/created_at"),
        "2026-03-01T12:00:00Z"
    );
    for _ in 0..3 {
        ada.get(&at.list()).await.is(200);
        ada.get(&at.versions()).await.is(200);
    }
    for number in 1..=12 {
        assert_eq!(at.count(&ada, number).await, 0);
    }
}
