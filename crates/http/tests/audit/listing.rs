//! AUD-09, and contract 17: who sees what of what was done.

use super::steps::{EVENTS, EXPORT, VERIFY, holds, literal, some_deeds, verified};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::{Value, json};

fn ids(answer: &Answer) -> Vec<String> {
    let events = answer.get("/events");
    let id = |event: &Value| event["id"].as_str().unwrap().to_owned();
    events.as_array().unwrap().iter().map(id).collect()
}

#[both_stores]
async fn aud_09_members_and_agents_see_what_they_did_themselves(app: TestApp) {
    let ada = app.owner().await;
    let vault = some_deeds(&ada).await;
    let bob = ada.member("member").await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    bob.get("/v1/vaults").await.is(200);
    bot.get("/v1/vaults").await.is(200);
    for who in [&bob, &bot] {
        let listed = who.get(EVENTS).await.is(200);
        assert!(listed.get("/total").as_i64() > Some(0));
        for event in listed.get("/events").as_array().unwrap() {
            assert_eq!(event["actor_id"], who.user_id.as_str());
        }
        let others = format!("{EVENTS}?actor_id={}", ada.user_id);
        let none = who.get(&others).await.is(200);
        assert_eq!(none.get("/events"), json!([]));
        assert_eq!(
            (none.get("/count"), none.get("/total")),
            (json!(0), json!(0))
        );
        who.get(VERIFY).await.is_problem(403);
        who.get(EXPORT).await.is_problem(403);
        assert_eq!(
            app.last_event().await.split(' ').next(),
            Some("audit.export")
        );
    }
    let theirs = format!("{EVENTS}?actor_id={}", bob.user_id.to_uppercase());
    assert!(ada.get(&theirs).await.is(200).get("/total").as_i64() > Some(0));
    let eve = app.owner().await;
    let seen = eve.get(&format!("{EVENTS}?vault_id={vault}")).await.is(200);
    assert_eq!(seen.get("/total"), 0);
    ada.get(EXPORT).await.is(200);
    assert_eq!(app.last_event().await, "audit.export ok");
    holds(&verified(&ada).await);
    assert_eq!(app.last_event().await, "audit.verify ok");
}

#[both_stores]
async fn contract_17_events_are_found_by_what_they_are_about(app: TestApp) {
    let ada = app.owner().await;
    let vault = some_deeds(&ada).await;
    let secret = ada.read(&vault, "b/c").await.str("/id");
    for (filter, at_least) in [
        (format!("resource_id={secret}"), 3),
        ("resource_id=b/c".to_owned(), 3),
        (format!("resource_id={vault}"), 7),
        (format!("vault_id={vault}"), 7),
        ("action=secret.read".to_owned(), 4),
        ("resource_type=secret".to_owned(), 7),
        (format!("actor_id={}", ada.user_id), 8),
        ("from=2000-01-01".to_owned(), 8),
        ("to=9999-12-31".to_owned(), 8),
    ] {
        let found = ada.get(&format!("{EVENTS}?{filter}")).await.is(200);
        assert!(
            found.get("/total").as_i64() >= Some(at_least),
            "{filter}: {}",
            found.text()
        );
        assert_eq!(found.get("/count"), found.get("/total"));
    }
    for none in [
        "action=secret.nothing",
        "to=2000-01-01",
        "from=9999-01-01",
        "offset=1000000",
        "actor_id=anonymous",
    ] {
        let found = ada.get(&format!("{EVENTS}?{none}")).await.is(200);
        assert_eq!(found.get("/events"), json!([]), "{none}");
    }
    let bare = ada.get("/v1/audit?limit=2").await.is(200).json();
    assert_eq!(bare.as_array().map(Vec::len), Some(2));
}

#[both_stores]
async fn contract_17_pages_by_offset_and_by_cursor(app: TestApp) {
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let wanted = format!("{EVENTS}?resource_type=secret");
    let all = ids(&ada.get(&wanted).await.is(200));
    let (mut paged, mut next) = (Vec::new(), String::new());
    loop {
        let page = ada.get(&format!("{wanted}&limit=2{next}")).await.is(200);
        paged.extend(ids(&page));
        match page.get("/next_cursor") {
            Value::String(cursor) => next = format!("&cursor={cursor}"),
            _ => break,
        }
    }
    assert_eq!(paged, all);
    let second = ids(&ada.get(&format!("{wanted}&limit=2&offset=2")).await.is(200));
    assert_eq!(second, all[2..4]);
    let page = ada.get(&format!("{wanted}&limit=2")).await.is(200);
    let cursor = page.str("/next_cursor");
    // of this list, and not of another
    ada.get(&format!("{EVENTS}?cursor={cursor}"))
        .await
        .is_invalid("cursor");
    ada.get(&format!("{wanted}&offset=0&cursor={cursor}"))
        .await
        .is_invalid("offset");
    let strict = ada.request("GET", &format!("{wanted}&limit=2"));
    let strict = strict
        .header("user-agent", "OpenAPI-Generator/1/go")
        .send()
        .await
        .is(200);
    assert_eq!(strict.get("/next_cursor"), Value::Null);
}

#[both_stores]
async fn aud_09_no_field_takes_what_it_is_not(app: TestApp) {
    let ada = app.owner().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=-1", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("from=2026-02-02&to=2026-02-01", "to"),
        ("action=", "action"),
        ("action=A%20B", "action"),
        ("actor_id=ada", "actor_id"),
        ("vault_id=prod", "vault_id"),
        ("resource_type=%00", "resource_type"),
        ("resource_id=", "resource_id"),
        ("resource_id=%0a", "resource_id"),
        ("cursor=x", "cursor"),
    ] {
        ada.get(&format!("{EVENTS}?{query}"))
            .await
            .is_invalid(field);
    }
    for (query, field) in [
        ("limit=10001", "limit"),
        ("from=2026-02-02&to=2026-02-01", "to"),
    ] {
        ada.get(&format!("{VERIFY}?{query}"))
            .await
            .is_invalid(field);
    }
    ada.get(&format!("{EXPORT}?format=xml"))
        .await
        .is_invalid("format");
    holds(&verified(&ada).await);
}

#[both_stores]
async fn contract_17_how_many_there_are_is_known_and_of_some_it_is_counted_for_few_at_once(
    app: TestApp,
) {
    let none = app
        .instance_with(|services, _| services.audit_checks_at_once = 0)
        .await;
    let ada = app.owner().await;
    some_deeds(&ada).await;
    let org = literal(&app, &ada.org_id);
    let stored =
        format!("SELECT CAST(count(*) AS text) AS text FROM audit_events WHERE org_id = {org}");
    let stored = app.rows(&stored).await;
    let all = ada.at(&none).get(EVENTS).await.is(200);
    assert_eq!(all.get("/total").to_string(), stored[0]);
    let some = format!("{EVENTS}?action=secret.read");
    let turned = ada.at(&none).get(&some).await;
    assert!(turned.header("retry-after").is_some());
    turned.is_problem(429);
    for _ in 0..6 {
        assert_eq!(ada.get(&some).await.is(200).get("/total"), 3);
    }
}
