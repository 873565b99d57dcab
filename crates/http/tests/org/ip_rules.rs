//! Contract 18: rules about the addresses that callers come from, and ORG-09: what is none.

use crate::steps::rule;
use oneclaw_testkit::{StoreKind, TestApp, both_stores};
use serde_json::{Value, json};

const RULES: &str = "/v1/security/ip-rules";

#[both_stores]
async fn contract_18_rules_are_made_listed_and_taken_away(app: TestApp) {
    let ada = app.owner().await;
    let none = ada.get(RULES).await.is(200);
    assert_eq!(none.json(), json!({ "rules": [] }));
    let made = [
        (
            json!({ "rule_type": "allow", "cidr": "127.0.0.1", "label": "here" }),
            ("allow", "127.0.0.1/32", json!("here"), "all"),
        ),
        (
            json!({ "rule_type": "block", "cidr": "2001:DB8::/32", "description": "there", "applies_to": "users" }),
            ("deny", "2001:db8::/32", json!("there"), "users"),
        ),
        (
            json!({ "rule_type": "deny", "cidr": "2001:db8::7", "label": null, "applies_to": "agents", "id": ada.org_id }),
            ("deny", "2001:db8::7/128", Value::Null, "agents"),
        ),
    ];
    let mut ids = Vec::new();
    for (body, (rule_type, cidr, label, applies_to)) in made {
        app.clock().advance(1);
        let rule = ada.post(RULES, body).await.is(201);
        assert_eq!(app.last_event().await, "ip_rule.create ok");
        assert_eq!(rule.str("/rule_type"), rule_type);
        assert_eq!(rule.str("/cidr"), cidr);
        assert_eq!(rule.get("/label"), label);
        assert_eq!(rule.str("/applies_to"), applies_to);
        assert_eq!(rule.str("/org_id"), ada.org_id);
        assert_eq!(rule.str("/created_by"), ada.user_id);
        assert!(rule.str("/created_at").ends_with('Z'));
        ids.push(rule.str("/id"));
    }
    let listed = ada.get(RULES).await.is(200);
    let found: Vec<_> = (0..3)
        .map(|n| listed.str(&format!("/rules/{n}/id")))
        .collect();
    assert_eq!(found, ids);
    let page = ada.get(&format!("{RULES}?limit=2")).await.is(200);
    let cursor = page.str("/next_cursor");
    let next = format!("{RULES}?limit=2&cursor={cursor}");
    let next = ada.get(&next).await.is(200);
    assert_eq!(next.str("/rules/0/id"), ids[2]);

    let one = format!("{RULES}/{}", ids[1]);
    ada.delete(&one).await.is(204);
    assert_eq!(app.last_event().await, "ip_rule.delete ok");
    ada.delete(&one).await.is_problem(404);
    let listed = ada.get(RULES).await.is(200);
    assert_eq!(listed.get("/rules").as_array().map(Vec::len), Some(2));
}

#[both_stores]
async fn org_09_what_is_no_block_is_refused(app: TestApp) {
    let ada = app.owner().await;
    for bad in [
        "",
        "10.0.0.0/33",
        "010.0.0.1/8",
        "010.0.0.1",
        "10.0.0.1/8",
        "2001:db8::1/32",
        "2001:db8::/129",
        "fe80::1%eth0",
        "fe80::%25eth0/64",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/8, 11.0.0.0/8",
        "localhost",
        "*",
    ] {
        rule(&ada, "deny", bad).await.is_invalid("cidr");
    }
    for (field, wrong) in [
        ("rule_type", json!("forbid")),
        ("rule_type", json!("")),
        ("cidr", json!(["10.0.0.0/8"])),
        ("label", json!("x".repeat(256))),
        ("label", json!("x\u{202e}")),
        ("description", json!("x".repeat(256))),
        ("applies_to", json!("everyone")),
        ("force", json!("true")),
    ] {
        let mut body = json!({ "rule_type": "deny", "cidr": "192.0.2.0/24" });
        body[field] = wrong;
        ada.post(RULES, body).await.is_invalid(field);
    }
    assert_eq!(app.count("ip_rules").await, 0);
    let one = format!("{RULES}/{}?force=yes", ada.org_id);
    ada.delete(&one).await.is_invalid("force");
    let one = format!("{RULES}/none");
    ada.delete(&one).await.is_problem(404);
}

/// Another organization's rules are nobody's.
#[both_stores]
async fn ten_01_rules_of_others_are_not_there(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let made = rule(&ada, "deny", "192.0.2.0/24").await.is(201);
    let target = format!("{RULES}/{}", made.str("/id"));
    eve.delete(&target).await.is_problem(404);
    let listed = eve.get(RULES).await.is(200);
    assert_eq!(listed.get("/rules"), json!([]));
    let cursor = "/v1/security/ip-rules?limit=1";
    rule(&ada, "deny", "192.0.3.0/24").await.is(201);
    let cursor = ada.get(cursor).await.is(200).str("/next_cursor");
    let stolen = format!("{RULES}?cursor={cursor}");
    eve.get(&stolen).await.is_invalid("cursor");
    assert_eq!(app.count("ip_rules").await, 2);
}

/// One more than there may be: everybody's standing holds all of them.
#[both_stores]
async fn org_09_a_thousand_rules_are_as_many_as_there_may_be(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let first = rule(&ada, "deny", "192.0.2.1").await.is(201).str("/id");
    let (id, number) = match app.kind() {
        StoreKind::Sqlite => (
            "randomblob(16)",
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 998) SELECT i FROM n)",
        ),
        StoreKind::Postgres => ("gen_random_uuid()", "(SELECT generate_series(1, 998) AS i)"),
    };
    app.tamper(&format!(
        "INSERT INTO ip_rules (id, org_id, rule_type, cidr, label, applies_to, created_by, created_at) \
         SELECT {id}, org_id, rule_type, cidr, label, applies_to, created_by, created_at \
         FROM ip_rules, {number} AS many"
    ))
    .await;
    rule(&ada, "deny", "192.0.2.2").await.is(201);
    assert_eq!(app.count("ip_rules").await, 1_000);
    rule(&ada, "deny", "192.0.2.3").await.is_problem(409);
    assert_eq!(app.count("ip_rules").await, 1_000);
    rule(&eve, "deny", "192.0.2.3").await.is(201);
    ada.delete(&format!("{RULES}/{first}")).await.is(204);
    rule(&ada, "deny", "192.0.2.3").await.is(201);
}
