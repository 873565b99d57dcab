//! AUD-01, AUD-02: whoever has the database changes, moves, adds or takes away what was done.

use super::steps::{EVENTS, EXPORT, broken, holds, literal, offline, some_deeds, verified};
use futures_util::future::join_all;
use oneclaw_services::FileFlaw;
use oneclaw_testkit::{Person, StoreKind, TestApp, both_stores};

/// Every column of the table, as the database says.
async fn columns(app: &TestApp) -> Vec<String> {
    let sql = match app.kind() {
        StoreKind::Sqlite => "SELECT name AS text FROM pragma_table_info('audit_events')",
        StoreKind::Postgres => {
            "SELECT CAST(column_name AS text) AS text FROM information_schema.columns WHERE table_name = 'audit_events'"
        }
    };
    app.rows(sql).await
}

/// Another value of a column.
fn other(app: &TestApp, column: &str) -> String {
    let is_sqlite = app.kind() == StoreKind::Sqlite;
    let id = literal(app, "018f3a52-7d1c-7e11-9a55-3b7a2f9d4cff");
    match column {
        "seq" => "seq + 1000000".to_owned(),
        "id" | "org_id" | "prev_event_id" => id,
        "details" => "'{\"outcome\":\"ok\",\"more\":1}'".to_owned(),
        "outcome" => "CASE outcome WHEN 'ok' THEN 'denied' ELSE 'ok' END".to_owned(),
        "created_at" if is_sqlite => "created_at + 1".to_owned(),
        "created_at" => "created_at + interval '1 microsecond'".to_owned(),
        "integrity_hash" if is_sqlite => "zeroblob(32)".to_owned(),
        "integrity_hash" => "decode(repeat('00', 32), 'hex')".to_owned(),
        "chain_position" => "chain_position + 1".to_owned(),
        "action" | "actor_type" | "actor_id" | "resource_type" | "resource_id" | "ip_address"
        | "request_id" | "chain_key" => "'another'".to_owned(),
        new => panic!("{new}: say what to change it to"),
    }
}

/// The id of the event at a place in somebody's chain.
async fn at(app: &TestApp, who: &Person, position: i64) -> String {
    let id = match app.kind() {
        StoreKind::Sqlite => {
            "lower(substr(hex(id),1,8)||'-'||substr(hex(id),9,4)||'-'||substr(hex(id),13,4)||'-'||substr(hex(id),17,4)||'-'||substr(hex(id),21))"
        }
        StoreKind::Postgres => "CAST(id AS text)",
    };
    let org = literal(app, &who.org_id);
    let sql = format!(
        "SELECT {id} AS text FROM audit_events WHERE org_id = {org} AND chain_position = {position}"
    );
    app.rows(&sql).await.remove(0)
}

#[both_stores]
async fn aud_01_a_change_of_any_column_is_found(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    holds(&verified(&ada).await);
    let org = literal(&app, &ada.org_id);
    let spot = format!("org_id = {org} AND chain_position = 4");
    app.tamper(&format!(
        "CREATE TABLE kept_event AS SELECT * FROM audit_events WHERE {spot}"
    ))
    .await;
    let (event, next) = (at(&app, &ada, 4).await, at(&app, &ada, 5).await);
    let all = columns(&app).await;
    assert!(all.len() >= 17, "{all:?}");
    for column in all {
        let value = other(&app, &column);
        app.tamper(&format!(
            "UPDATE audit_events SET {column} = {value} WHERE {spot}"
        ))
        .await;
        let found = verified(&ada).await;
        assert_eq!(
            found.get("/chain_valid"),
            false,
            "{column}: {}",
            found.text()
        );
        let named = found.str("/broken_at_event_id");
        let wanted = match column.as_str() {
            "id" => "018f3a52-7d1c-7e11-9a55-3b7a2f9d4cff",
            "org_id" => &next,
            _ => &event,
        };
        assert_eq!(named, wanted, "{column}: {}", found.text());
        let file = ada.get(EXPORT).await.is(200).body;
        match offline(&app, &file).await {
            Err((_, FileFlaw::Log(_, found))) => assert_eq!(found.to_string(), named, "{column}"),
            other => panic!("{column}: {other:?}"),
        }
        app.tamper("DELETE FROM audit_events WHERE seq IN (SELECT seq FROM kept_event UNION SELECT seq + 1000000 FROM kept_event)").await;
        app.tamper("INSERT INTO audit_events SELECT * FROM kept_event")
            .await;
        holds(&verified(&ada).await);
    }
    app.tamper("DROP TABLE kept_event").await;
}

/// What is done to the fourth event of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trick {
    Delete,
    Swap,
    Insert,
    Move,
}

/// The id of an inserted event.
const FORGED: &str = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4cfe";

/// Copies an event to the place that it has, behind it.
async fn insert(app: &TestApp, place: &str) {
    let mut names = columns(app).await;
    names.retain(|name| !["seq", "id"].contains(&name.as_str()));
    let (all, id) = (names.join(", "), literal(app, FORGED));
    let copy = format!("SELECT {id}, {all} FROM audit_events {place}");
    app.tamper(&format!("INSERT INTO audit_events (id, {all}) {copy}"))
        .await;
}

async fn play(app: &TestApp, trick: Trick, org: &str, to: &str) {
    let place = |n: i64| format!("WHERE org_id = {org} AND chain_position = {n}");
    let set = |what: &str, n: i64| format!("UPDATE audit_events SET {what} {}", place(n));
    match trick {
        Trick::Delete => {
            app.tamper(&format!("DELETE FROM audit_events {}", place(4)))
                .await;
        }
        Trick::Swap => {
            app.tamper(&set("chain_position = 999999", 4)).await;
            app.tamper(&set("chain_position = 4", 5)).await;
            app.tamper(&set("chain_position = 5", 999_999)).await;
        }
        Trick::Insert => insert(app, &place(4)).await,
        Trick::Move => {
            app.tamper(&set(&format!("org_id = {to}, chain_position = 2"), 4))
                .await;
        }
    }
}

#[both_stores]
async fn aud_01_what_was_deleted_swapped_inserted_or_moved_is_found(app: TestApp) {
    let eve = app.owner().await;
    let hers = literal(&app, &eve.org_id);
    for trick in [Trick::Delete, Trick::Swap, Trick::Insert, Trick::Move] {
        let ada = app.owner().await;
        some_deeds(&ada).await;
        let fifth = at(&app, &ada, 5).await;
        play(&app, trick, &literal(&app, &ada.org_id), &hers).await;
        let found = verified(&ada).await;
        assert_eq!(found.get("/chain_valid"), false, "{trick:?}");
        let wanted = if trick == Trick::Insert {
            FORGED
        } else {
            &fifth
        };
        assert_eq!(found.str("/broken_at_event_id"), wanted, "{trick:?}");
    }
    assert_eq!(verified(&eve).await.get("/chain_valid"), false);
}

/// A chain is read a thousand events at a time.
#[both_stores]
async fn aud_01_what_was_inserted_between_two_pages_is_found(app: TestApp) {
    let ada = app.owner().await;
    for _ in 0..21 {
        join_all((0..50).map(|_| ada.get("/v1/vaults"))).await;
    }
    holds(&verified(&ada).await);
    let log = ada.get(EXPORT).await.is(200);
    assert!(offline(&app, &log.body).await.unwrap().events > 1050);
    let last = ada.get(&format!("{EXPORT}?action=audit.verify")).await;
    let last = offline(&app, &last.is(200).body).await.unwrap();
    assert_eq!(last.events, 1, "behind the first thousand");
    let org = literal(&app, &ada.org_id);
    insert(
        &app,
        &format!("WHERE org_id = {org} AND chain_position = 1000"),
    )
    .await;
    let found = verified(&ada).await;
    broken(&found, "inserted");
    assert_eq!(found.str("/broken_at_event_id"), FORGED);
}

#[both_stores]
async fn aud_02_what_is_cut_off_at_either_end_is_found(app: TestApp) {
    let cuts = [
        "chain_position > 6",
        "chain_position <= 2",
        "chain_position > 0",
    ];
    for (cut, because) in cuts.into_iter().zip(["cut_off", "missing", "cut_off"]) {
        let ada = app.owner().await;
        some_deeds(&ada).await;
        let org = literal(&app, &ada.org_id);
        app.tamper(&format!(
            "DELETE FROM audit_events WHERE org_id = {org} AND {cut}"
        ))
        .await;
        broken(&verified(&ada).await, because);
        // what is done afterwards does not mend it
        assert_eq!(verified(&ada).await.get("/chain_valid"), false);
    }
}

#[both_stores]
async fn aud_02_an_end_that_was_changed_or_brought_back_is_never_signed_again(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    let head = format!("chain = {org}");
    app.tamper(&format!(
        "CREATE TABLE kept_end AS SELECT * FROM audit_chains WHERE {head}"
    ))
    .await;
    holds(&verified(&ada).await);
    // the older end, and no event behind it
    app.tamper(&format!("DELETE FROM audit_events WHERE org_id = {org} AND chain_position > (SELECT length FROM kept_end)")).await;
    app.tamper(&format!("DELETE FROM audit_chains WHERE {head}"))
        .await;
    app.tamper("INSERT INTO audit_chains SELECT * FROM kept_end")
        .await;
    broken(&verified(&ada).await, "rolled_back");
    broken(&verified(&ada).await, "end_changed");
    app.tamper("DROP TABLE kept_end").await;

    let bob = app.owner().await;
    some_deeds(&bob).await;
    let head = format!("chain = {}", literal(&app, &bob.org_id));
    app.tamper(&format!("UPDATE audit_chains SET pruned = 1 WHERE {head}"))
        .await;
    assert_eq!(verified(&bob).await.get("/chain_valid"), false);

    let eve = app.owner().await;
    some_deeds(&eve).await;
    let org = literal(&app, &eve.org_id);
    app.tamper(&format!("DELETE FROM audit_events WHERE org_id = {org}"))
        .await;
    app.tamper(&format!("DELETE FROM audit_chains WHERE chain = {org}"))
        .await;
    broken(&verified(&eve).await, "end_missing");
    broken(&verified(&eve).await, "end_changed");
}

#[both_stores]
async fn aud_01_details_stand_byte_for_byte_as_they_were_written(app: TestApp) {
    if app.kind() == StoreKind::Postgres {
        return; // `jsonb` keeps no text, and takes none that is no JSON
    }
    let ada = app.owner().await;
    let vault = some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    let spot = format!(
        "seq = (SELECT max(seq) FROM audit_events WHERE org_id = {org} AND action = 'secret.read')"
    );
    let kept = format!("SELECT details AS text FROM audit_events WHERE {spot}");
    let kept = app.rows(&kept).await.remove(0).replace('\'', "''");
    for details in [
        "' ' || details",
        "details || char(10)",
        "replace(details, ':', ': ')",
        "'{\"path\":\"evil\",' || substr(details, 2)",
        "replace(details, 'path', '\\u0070ath')",
        "'garb'",
    ] {
        let set = |to: &str| format!("UPDATE audit_events SET details = {to} WHERE {spot}");
        app.tamper(&set(details)).await;
        broken(&verified(&ada).await, "changed");
        // and nothing fails that looks into it
        for filter in ["resource_id=b/c".to_owned(), format!("vault_id={vault}")] {
            for asked in [EVENTS, EXPORT] {
                ada.get(&format!("{asked}?{filter}")).await.is(200);
            }
        }
        app.tamper(&set(&format!("'{kept}'"))).await;
        holds(&verified(&ada).await);
    }
}
