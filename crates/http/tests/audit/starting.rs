//! AUD-02: a store whose audit keys were taken away does not begin anew.

use super::steps::{holds, seams, some_deeds, verified};
use oneclaw_crypto::{Context, KeyProvider, SymmetricKey, Wrapped};
use oneclaw_services::{KeyAdmin, Services, Settings, StartError};
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use std::fmt::Write as _;

/// Takes away everything by which events were ever linked.
async fn unlink_all(app: &TestApp) {
    for sql in [
        "UPDATE audit_events SET chain_position = NULL, chain_key = NULL, prev_event_id = NULL, integrity_hash = NULL",
        "DELETE FROM audit_chains",
        "DELETE FROM audit_keys",
    ] {
        app.tamper(sql).await;
    }
}

async fn unlinked(app: &TestApp) -> usize {
    let sql = "SELECT action AS text FROM audit_events WHERE chain_position IS NULL";
    app.rows(sql).await.len()
}

#[both_stores]
async fn aud_02_where_the_audit_keys_are_gone_nothing_starts_and_nothing_is_taken_in(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    holds(&verified(&ada).await);
    unlink_all(&app).await;
    let before = unlinked(&app).await;
    assert!(before > 0);
    let started = Services::start(seams(&app).await, Settings::default()).await;
    let error = started.err().unwrap();
    assert!(matches!(error, StartError::AuditKeysGone), "{error}");
    assert!(error.to_string().contains("tampered with"), "{error}");
    assert_eq!(unlinked(&app).await, before);
    assert!(
        app.rows("SELECT id AS text FROM audit_keys")
            .await
            .is_empty()
    );
}

#[both_stores]
async fn aud_02_where_every_key_is_gone_the_store_is_not_founded_anew(app: TestApp) {
    some_deeds(&app.owner().await).await;
    unlink_all(&app).await;
    app.tamper("DELETE FROM installation_keys").await;
    app.tamper("UPDATE installation SET master_key = NULL")
        .await;
    let started = Services::start(seams(&app).await, Settings::default()).await;
    let error = started.err().unwrap();
    assert!(matches!(error, StartError::KeysGone), "{error}");
    let keys = app.rows("SELECT id AS text FROM installation_keys").await;
    assert!(keys.is_empty());
    let named = "SELECT 'x' AS text FROM installation WHERE master_key IS NOT NULL";
    assert!(app.rows(named).await.is_empty());
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

/// Wraps the store's hash key as versions did that knew no audit keys.
async fn age(app: &TestApp) {
    let (hex, literal) = match app.kind() {
        StoreKind::Sqlite => ("hex(wrapped)", ("X'", "'")),
        StoreKind::Postgres => ("encode(wrapped, 'hex')", ("decode('", "', 'hex')")),
    };
    let of = "FROM installation_keys WHERE purpose = 'keyed_hash'";
    let id = app.rows(&format!("SELECT id AS text {of}")).await.remove(0);
    let wrapped = app.rows(&format!("SELECT {hex} AS text {of}")).await;
    let wrapped = Wrapped::parse(bytes_of(&wrapped[0])).unwrap();
    let provider = app.key_provider();
    let new = Context::new("keyed hash key of a store with chains").with(id.as_bytes());
    let key = provider.unwrap(&new, &wrapped).await.unwrap();
    let old = Context::new("keyed hash key").with(id.as_bytes());
    let wrapped = provider.wrap(&old, key.expose()).await.unwrap();
    let mut hex = String::new();
    for byte in &wrapped.bytes {
        write!(hex, "{byte:02x}").unwrap();
    }
    let (before, behind) = literal;
    app.tamper(&format!(
        "UPDATE installation_keys SET wrapped = {before}{hex}{behind} WHERE purpose = 'keyed_hash'"
    ))
    .await;
}

#[both_stores]
async fn aud_02_an_older_store_begins_its_chains_and_its_keys_are_wrapped_anew(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    age(&app).await;
    unlink_all(&app).await;
    let new = app.another_instance().await;
    assert_eq!(unlinked(&app).await, 0);
    holds(&verified(&ada.at(&new)).await);
    let provider = app.key_provider();
    provider
        .add_current(SymmetricKey::generate().unwrap())
        .await
        .unwrap();
    let admin = KeyAdmin::new(seams(&app).await, "ada (uid 1000)".to_owned());
    assert!(admin.rotate_master().await.unwrap().rewrapped > 0);
    let new = app.another_instance().await;
    holds(&verified(&ada.at(&new)).await);
}
