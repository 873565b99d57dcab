//! CRY-01: what is stored opens only where it was put, and only as it was put.

use crate::place::Place;
use oneclaw_testkit::{Answer, Instance, Person, StoreKind, TestApp, both_stores};
use serde_json::{Value, json};

const VALUE: &str = "kept where it was put";

/// The bytes of one cell, in hexadecimal digits.
async fn cell(app: &TestApp, column: &str, from: &str) -> String {
    let digits = match app.kind() {
        StoreKind::Sqlite => format!("lower(hex({column}))"),
        StoreKind::Postgres => format!("encode({column}, 'hex')"),
    };
    let rows = app
        .rows(&format!("SELECT {digits} AS text FROM {from}"))
        .await;
    assert_eq!(rows.len(), 1, "{from}");
    rows.into_iter().next().unwrap()
}

/// Bytes as SQL.
fn bytes(app: &TestApp, digits: &str) -> String {
    match app.kind() {
        StoreKind::Sqlite => format!("X'{digits}'"),
        StoreKind::Postgres => format!("decode('{digits}', 'hex')"),
    }
}

/// An id as SQL.
fn id(app: &TestApp, id: &str) -> String {
    match app.kind() {
        StoreKind::Sqlite => bytes(app, &id.replace('-', "")),
        StoreKind::Postgres => format!("'{id}'"),
    }
}

/// Which row of `secret_versions` a version is.
async fn row(app: &TestApp, who: &Person, at: &Place, number: i64) -> String {
    let versions = who.get(&at.versions()).await.is(200);
    let secret = id(app, &versions.str("/versions/0/id"));
    format!("secret_versions WHERE secret_id = {secret} AND number = {number}")
}

async fn set(app: &TestApp, column: &str, row: &str, digits: &str) {
    let (table, condition) = row.split_once(" WHERE ").unwrap();
    let value = bytes(app, digits);
    app.tamper(&format!(
        "UPDATE {table} SET {column} = {value} WHERE {condition}"
    ))
    .await;
}

/// The answer to a value that does not open, without its request id: one error for all causes.
async fn refused(app: &TestApp, answer: Answer) -> Value {
    let answer = answer.is_problem(503);
    assert!(!answer.text().contains(VALUE));
    assert_eq!(answer.str("/code"), "integrity_error");
    assert_eq!(app.last_event().await, "secret.read denied integrity_error");
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

#[both_stores]
async fn cry_01_a_moved_envelope_does_not_open(app: TestApp) {
    let (ada, eve) = (app.owner().await, app.owner().await);
    let vault = ada.vault("one").await;
    let at = Place::new(&vault, "a");
    at.put(&ada, VALUE, json!({ "max_access_count": 1 }))
        .await
        .is(201);
    let own = row(&app, &ada, &at, 1).await;
    let envelope = cell(&app, "envelope", &own).await;
    let neighbours = [
        ("another path", ada.clone(), Place::new(&vault, "b"), 1),
        ("another version", ada.clone(), at.clone(), 2),
        (
            "another vault",
            ada.clone(),
            Place::new(&ada.vault("two").await, "a"),
            1,
        ),
        (
            "another organization",
            eve.clone(),
            Place::new(&eve.vault("one").await, "a"),
            1,
        ),
    ];
    let mut said = Vec::new();
    for (what, who, to, number) in neighbours {
        let more = json!({ "max_access_count": 1 });
        to.put(&who, VALUE, more).await.is(201);
        let target = row(&app, &who, &to, number).await;
        let before = cell(&app, "envelope", &target).await;
        set(&app, "envelope", &target, &envelope).await;
        said.push(refused(&app, who.get(&to.version(number)).await).await);
        said.push(refused(&app, who.get(&to.secret()).await).await);
        assert_eq!(to.count(&who, number).await, 0, "{what}");
        // put back, it opens: nothing else was wrong, and no count was lost
        set(&app, "envelope", &target, &before).await;
        who.get(&to.version(number)).await.is(200);
    }
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    assert!(app.logged().contains("a stored value does not open"));
}

#[both_stores]
async fn cry_01_a_moved_vault_key_does_not_open(app: TestApp) {
    let (ada, eve) = (app.owner().await, app.owner().await);
    let from = Place::new(&ada.vault("one").await, "a");
    from.put(&ada, VALUE, json!({})).await.is(201);
    let keyed = |at: &Place| format!("vaults WHERE id = {}", id(&app, &at.vault));
    let kek = cell(&app, "kek", &keyed(&from)).await;
    let envelope = cell(&app, "envelope", &row(&app, &ada, &from, 1).await).await;
    for who in [&ada, &eve] {
        let to = Place::new(&who.vault("two").await, "a");
        to.put(who, VALUE, json!({ "max_access_count": 1 }))
            .await
            .is(201);
        let target = row(&app, who, &to, 1).await;
        let (own_kek, own_envelope) = (
            cell(&app, "kek", &keyed(&to)).await,
            cell(&app, "envelope", &target).await,
        );
        // the key alone, and the key with the envelope under it; each on an instance that knows neither
        set(&app, "kek", &keyed(&to), &kek).await;
        fresh_refusal(&app, who, &to).await;
        set(&app, "envelope", &target, &envelope).await;
        fresh_refusal(&app, who, &to).await;
        assert_eq!(to.count(who, 1).await, 0);
        set(&app, "kek", &keyed(&to), &own_kek).await;
        set(&app, "envelope", &target, &own_envelope).await;
        let again: Instance = app.another_instance().await;
        who.at(&again).get(&to.secret()).await.is(200);
    }
}

async fn fresh_refusal(app: &TestApp, who: &Person, at: &Place) {
    let instance = app.another_instance().await;
    refused(app, who.at(&instance).get(&at.secret()).await).await;
    instance.stop().await;
}

#[both_stores]
async fn cry_01_an_envelope_with_any_byte_changed_does_not_open(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("one").await, "a");
    at.put(&ada, VALUE, json!({ "max_access_count": 1 }))
        .await
        .is(201);
    let target = row(&app, &ada, &at, 1).await;
    let envelope = cell(&app, "envelope", &target).await;
    let mut said = Vec::new();
    let changed = (0..envelope.len() / 2).map(|at| flipped(&envelope, at));
    let cut = [
        String::new(),
        envelope[..2].to_owned(),
        envelope[..envelope.len() - 2].to_owned(),
    ];
    for digits in changed.chain(cut).chain([format!("{envelope}00")]) {
        set(&app, "envelope", &target, &digits).await;
        said.push(refused(&app, ada.get(&at.secret()).await).await);
    }
    assert!(said.iter().all(|one| *one == said[0]));
    assert_eq!(at.count(&ada, 1).await, 0);
    set(&app, "envelope", &target, &envelope).await;
    assert_eq!(ada.get(&at.secret()).await.is(200).str("/value"), VALUE);
}

#[both_stores]
async fn cry_01_a_vault_key_with_a_byte_changed_does_not_open(app: TestApp) {
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("one").await, "a");
    at.put(&ada, VALUE, json!({ "max_access_count": 1 }))
        .await
        .is(201);
    let keyed = format!("vaults WHERE id = {}", id(&app, &at.vault));
    let kek = cell(&app, "kek", &keyed).await;
    let last = kek.len() / 2 - 1;
    for place in [0, 1, 17, 30, last] {
        set(&app, "kek", &keyed, &flipped(&kek, place)).await;
        fresh_refusal(&app, &ada, &at).await;
    }
    assert_eq!(at.count(&ada, 1).await, 0);
    set(&app, "kek", &keyed, &kek).await;
    let again = app.another_instance().await;
    ada.at(&again).get(&at.secret()).await.is(200);
}

/// Hexadecimal digits with one bit of one byte changed.
fn flipped(digits: &str, at: usize) -> String {
    let (start, end) = (at * 2, at * 2 + 2);
    let byte = u8::from_str_radix(&digits[start..end], 16).unwrap() ^ 1;
    format!("{}{byte:02x}{}", &digits[..start], &digits[end..])
}
