//! ORG-09: what rules about addresses do to callers, and to who makes them.

use crate::steps::{behind_a_proxy, rule};
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::json;

const RULES: &str = "/v1/security/ip-rules";

/// A look at one's vaults, from an address.
async fn look(who: &Person, from: &str) -> Answer {
    who.request("GET", "/v1/vaults")
        .header("x-forwarded-for", from)
        .send()
        .await
}

/// A rule, made from an address.
async fn rule_from(who: &Person, from: &str, body: serde_json::Value) -> Answer {
    who.request("POST", RULES)
        .header("x-forwarded-for", from)
        .json(&body)
        .send()
        .await
}

async fn is_denied(app: &TestApp, answer: Answer) {
    let answer = answer.is_problem(403);
    assert_eq!(answer.str("/type"), "ip_denied");
    let id = answer.header("x-request-id").unwrap();
    let events = app.audit_of(id).await;
    assert_eq!(events.len(), 1, "{events:#?}");
    assert_eq!(events[0]["details"]["reason"], "ip_denied");
}

async fn proxied(app: &TestApp) -> (Instance, Person) {
    let proxy = behind_a_proxy(app).await;
    let ada = app.owner().await.at(&proxy);
    (proxy, ada)
}

#[both_stores]
async fn org_09_an_allow_keeps_out_everybody_else(app: TestApp) {
    let (_, ada) = proxied(&app).await;
    let allow = json!({ "rule_type": "allow", "cidr": "10.0.0.0/8" });
    rule_from(&ada, "10.9.9.9", allow).await.is(201);
    for inside in ["10.1.2.3", "::ffff:10.1.2.3", "10.255.255.255"] {
        look(&ada, inside).await.is(200);
    }
    for outside in ["11.0.0.1", "::ffff:11.0.0.1", "2001:db8::1", "::10.1.2.3"] {
        is_denied(&app, look(&ada, outside).await).await;
    }
    // a deny wins, whatever else lets in
    let deny = json!({ "rule_type": "deny", "cidr": "10.6.0.0/16" });
    rule_from(&ada, "10.9.9.9", deny).await.is(201);
    is_denied(&app, look(&ada, "10.6.1.1").await).await;
    look(&ada, "10.7.1.1").await.is(200);
}

#[both_stores]
async fn org_09_rules_hold_for_every_credential_on_every_instance_at_once(app: TestApp) {
    let (proxy, ada) = proxied(&app).await;
    let other = behind_a_proxy(&app).await;
    let (key, _) = ada.api_key(json!({ "name": "laptop" })).await;
    let (agent_id, agent_key) = ada.agent(json!({ "name": "robot" })).await;
    let robot = ada.with(&proxy.agent_token(&agent_key).await);
    let credentials = [ada.clone(), ada.with(&key), robot, ada.with(&agent_key)];
    let exchanges = [
        ("/v1/auth/api-key-token", json!({ "api_key": key })),
        (
            "/v1/auth/agent-token",
            json!({ "agent_id": agent_id, "api_key": agent_key }),
        ),
    ];
    for who in &credentials {
        look(&who.at(&other), "203.0.113.9").await.is(200);
    }
    let deny = json!({ "rule_type": "deny", "cidr": "203.0.113.0/24" });
    let made = rule_from(&ada, "10.9.9.9", deny).await.is(201);
    for who in &credentials {
        is_denied(&app, look(&who.at(&other), "203.0.113.9").await).await;
        look(&who.at(&other), "203.0.114.9").await.is(200);
    }
    for (target, body) in &exchanges {
        let from = |ip: &str| {
            let request = other.request("POST", target).json(body);
            request.header("x-forwarded-for", ip)
        };
        is_denied(&app, from("203.0.113.9").send().await).await;
        from("203.0.114.9").send().await.is(200);
    }
    let target = format!("{RULES}/{}", made.str("/id"));
    ada.delete(&target).await.is(204);
    for who in &credentials {
        look(&who.at(&other), "203.0.113.9").await.is(200);
    }
}

#[both_stores]
async fn org_09_a_key_that_is_kept_out_is_no_success(app: TestApp) {
    let (proxy, ada) = proxied(&app).await;
    let (key, _) = ada.api_key(json!({ "name": "laptop" })).await;
    let (agent_id, agent_key) = ada.agent(json!({ "name": "robot" })).await;
    let deny = json!({ "rule_type": "deny", "cidr": "203.0.113.0/24" });
    rule_from(&ada, "10.9.9.9", deny).await.is(201);
    let seen = async || {
        let keys = ada.get("/v1/auth/api-keys").await.is(200);
        let agent = ada.get(&format!("/v1/agents/{agent_id}")).await.is(200);
        [
            keys.get("/keys/0/last_used_at"),
            agent.get("/last_active_at"),
        ]
    };
    for (text, at) in [(&key, 0), (&agent_key, 1)] {
        let who = ada.with(text).at(&proxy);
        for _ in 0..2 {
            is_denied(&app, look(&who, "203.0.113.9").await).await;
            assert!(seen().await[at].is_null(), "its use is noted");
        }
        let answer = look(&who, "203.0.114.9").await.is(200);
        let events = app.audit_of(answer.header("x-request-id").unwrap()).await;
        assert_eq!(events[0]["action"], "auth.success", "{events:#?}");
        assert!(seen().await[at].is_string());
    }
}

#[both_stores]
async fn org_09_rules_are_about_whom_they_say(app: TestApp) {
    let (proxy, ada) = proxied(&app).await;
    let (_, key) = ada.agent(json!({ "name": "robot" })).await;
    let robot = ada.with(&proxy.agent_token(&key).await);
    let of_users = json!({ "rule_type": "deny", "cidr": "203.0.113.1", "applies_to": "users" });
    rule_from(&ada, "10.9.9.9", of_users).await.is(201);
    is_denied(&app, look(&ada, "203.0.113.1").await).await;
    look(&robot, "203.0.113.1").await.is(200);
    // what keeps out agents alone shuts out nobody who makes it
    let of_agents = json!({ "rule_type": "allow", "cidr": "192.0.2.0/24", "applies_to": "agents" });
    rule_from(&ada, "10.9.9.9", of_agents).await.is(201);
    is_denied(&app, look(&robot, "10.9.9.9").await).await;
    look(&robot, "192.0.2.1").await.is(200);
    look(&ada, "10.9.9.9").await.is(200);
    // nor are they anybody's of another organization
    let eve = app.owner().await.at(&proxy);
    look(&eve, "203.0.113.1").await.is(200);
}

#[both_stores]
async fn org_09_who_would_shut_out_themselves_has_to_say_force(app: TestApp) {
    let (_, ada) = proxied(&app).await;
    for body in [
        json!({ "rule_type": "allow", "cidr": "192.0.2.0/24" }),
        json!({ "rule_type": "deny", "cidr": "10.0.0.0/8" }),
        json!({ "rule_type": "deny", "cidr": "10.9.9.9", "applies_to": "users", "force": false }),
        json!({ "rule_type": "deny", "cidr": "0.0.0.0/0" }),
    ] {
        rule_from(&ada, "10.9.9.9", body).await.is_problem(409);
        assert_eq!(app.last_event().await, "ip_rule.create denied conflict");
    }
    assert_eq!(app.count("ip_rules").await, 0);

    let here = json!({ "rule_type": "allow", "cidr": "10.9.9.9" });
    let here = rule_from(&ada, "10.9.9.9", here).await.is(201);
    let there = json!({ "rule_type": "allow", "cidr": "192.0.2.0/24" });
    rule_from(&ada, "10.9.9.9", there).await.is(201);
    let target = format!("{RULES}/{}", here.str("/id"));
    let delete = |target: &str| {
        let request = ada.request("DELETE", target);
        request.header("x-forwarded-for", "10.9.9.9")
    };
    delete(&target).send().await.is_problem(409);
    assert_eq!(app.last_event().await, "ip_rule.delete denied conflict");
    assert_eq!(app.count("ip_rules").await, 2);
    look(&ada, "10.9.9.9").await.is(200);
    let forced = format!("{target}?force=true");
    delete(&forced).send().await.is(204);
    is_denied(&app, look(&ada, "10.9.9.9").await).await;
    look(&ada, "192.0.2.1").await.is(200);

    let all = json!({ "rule_type": "deny", "cidr": "0.0.0.0/0", "force": true });
    rule_from(&ada, "192.0.2.1", all).await.is(201);
    is_denied(&app, look(&ada, "192.0.2.1").await).await;
    // who is kept out cannot undo it either: that is the operator's to do
    let list = ada.request("GET", RULES);
    let list = list.header("x-forwarded-for", "192.0.2.1").send().await;
    is_denied(&app, list).await;
    // and a login still tells whose rules they are
    let login = json!({ "email": ada.email, "password": ada.password });
    let login = app.post("/v1/auth/token", login).await.is(200);
    assert_eq!(login.str("/org_id"), ada.org_id);
}

/// A header of the client's own is no address (FLD-03).
#[both_stores]
async fn org_09_rules_go_by_the_true_address(app: TestApp) {
    let ada = app.owner().await;
    rule(&ada, "allow", "127.0.0.1").await.is(201);
    look(&ada, "192.0.2.1").await.is(200);
    rule(&ada, "deny", "192.0.2.0/24").await.is(201);
    look(&ada, "192.0.2.1").await.is(200);
}
