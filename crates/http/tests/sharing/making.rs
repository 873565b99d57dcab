//! Making shares.

use crate::steps::{Scene, VALUE, at, event_of, to_agent, to_email, to_user, with};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[both_stores]
async fn a_share_is_answered_as_clients_read_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let member = scene.ada.member("member").await;
    let made = scene
        .ada
        .share(&scene.secret, to_user(&member))
        .await
        .is(201);
    let id = made.str("/id");
    assert_eq!(
        made.str("/share_url"),
        format!("http://127.0.0.1:8080/share/{id}")
    );
    for (member_of, expected) in [
        ("recipient_type", json!("user")),
        ("recipient_email", Value::Null),
        ("max_access_count", Value::Null),
        ("recipient_id", json!(member.user_id)),
        ("secret_id", json!(scene.secret)),
        ("secret_path", json!("db/password")),
        ("vault_id", json!(scene.vault)),
        ("access_count", json!(0)),
        ("status", json!("pending")),
        ("permissions", json!(["read"])),
    ] {
        assert_eq!(made.get(&format!("/{member_of}")), expected, "{member_of}");
    }
    // a day, where nobody says
    let event = event_of(&app, &made).await;
    assert_eq!(event["action"], "share.create");
    assert_eq!(event["resource_type"], "share");
    assert_eq!(event["resource_id"], json!(id));
    assert_eq!(event["details"]["path"], "db/password");
    let item = scene.item(&id).await;
    for (member_of, expected) in [
        ("is_expired", json!(false)),
        ("is_accepted", json!(false)),
        ("has_passphrase", json!(false)),
        ("created_by", json!(format!("user:{}", scene.ada.user_id))),
        ("share_url", made.get("/share_url")),
        ("expires_at", made.get("/expires_at")),
        ("created_at", made.get("/created_at")),
    ] {
        assert_eq!(item[member_of], expected, "{member_of}");
    }
}

#[both_stores]
async fn a_strict_client_gets_the_fields_that_it_knows(app: TestApp) {
    let scene = Scene::of(&app).await;
    let strict = |method: &str, target: &str| {
        let request = scene.ada.request(method, target);
        request.header("user-agent", "OpenAPI-Generator/1.0/go")
    };
    let body = with("anyone_with_link", json!({}));
    let target = format!("/v1/secrets/{}/share", scene.secret);
    let made = strict("POST", &target).json(&body).send().await.is(201);
    let members = |value: &Value| {
        let members = value.as_object().unwrap().keys();
        let mut members: Vec<_> = members.cloned().collect();
        members.sort_unstable();
        members
    };
    let known = [
        "expires_at",
        "id",
        "max_access_count",
        "recipient_email",
        "recipient_type",
        "share_url",
    ];
    assert_eq!(members(&made.json()), known);
    let list = strict("GET", "/v1/shares/outbound").send().await.is(200);
    assert_eq!(
        members(&list.get("/shares/0")),
        [
            "access_count",
            "created_at",
            "expires_at",
            "id",
            "is_accepted",
            "is_expired",
            "max_access_count",
            "recipient_email",
            "recipient_type",
            "secret_path",
        ]
    );
    let read = strict("GET", &at(&made.str("/id"))).send().await.is(200);
    let known = [
        "access_count",
        "id",
        "max_access_count",
        "path",
        "type",
        "value",
    ];
    assert_eq!(members(&read.json()), known);
}

#[both_stores]
async fn older_addresses_do_the_same(app: TestApp) {
    let scene = Scene::of(&app).await;
    let mut body = with(
        "anyone_with_link",
        json!({ "max_views": 2, "expires_in_hours": 1 }),
    );
    scene
        .ada
        .post("/v1/shares", body.clone())
        .await
        .is_invalid("secret_id");
    body["secret_id"] = json!(scene.secret);
    let made = scene.ada.post("/v1/shares", body).await.is(201);
    assert_eq!(made.get("/max_access_count"), 2);
    let id = made.str("/id");
    for target in [
        "/v1/shares",
        "/v1/shares?direction=outbound",
        "/v1/shares/outbound",
    ] {
        let list = scene.ada.get(target).await.is(200);
        assert_eq!(list.str("/shares/0/id"), id, "{target}");
    }
    let inbound = scene.ada.get("/v1/shares?direction=inbound").await.is(200);
    assert_eq!(inbound.get("/shares"), json!([]));
    scene
        .ada
        .get("/v1/shares?direction=up")
        .await
        .is_invalid("direction");
    let one = format!("/v1/shares/{id}");
    scene.ada.delete(&one).await.is(204);
    scene.ada.delete(&one).await.is_problem(404);
    app.get(&at(&id)).await.is_problem(404);
}

#[both_stores]
async fn shr_08_in_03_what_is_no_share_is_refused_by_field(app: TestApp) {
    let scene = Scene::of(&app).await;
    let member = scene.ada.member("member").await;
    for (more, field) in [
        (json!({}), "recipient_type"),
        (json!({ "recipient_type": "everybody" }), "recipient_type"),
        (json!({ "recipient_type": "creator" }), "recipient_type"),
        (json!({ "recipient_type": "user" }), "recipient_id"),
        (
            json!({ "recipient_type": "agent", "recipient_id": "x" }),
            "recipient_id",
        ),
        (json!({ "recipient_type": "external_email" }), "email"),
        (to_email("nobody"), "email"),
        (json!({ "permissions": ["write"] }), "permissions"),
        (json!({ "permissions": ["read", "write"] }), "permissions"),
        (json!({ "permissions": [] }), "permissions"),
        (
            json!({ "expires_at": "2020-01-01T00:00:00Z" }),
            "expires_at",
        ),
        (json!({ "expires_at": "2024-02-30" }), "expires_at"),
        (json!({ "expires_in_hours": 0 }), "expires_in_hours"),
        (json!({ "expires_in_hours": 8761 }), "expires_in_hours"),
        (json!({ "max_access_count": 0 }), "max_access_count"),
        (json!({ "max_access_count": "3" }), "max_access_count"),
        (
            json!({ "max_views": 2_147_483_648_i64 }),
            "max_access_count",
        ),
        (json!({ "passphrase": "" }), "passphrase"),
        (json!({ "passphrase": "x".repeat(257) }), "passphrase"),
        (json!({ "passphrase": 7 }), "passphrase"),
        (json!({ "ip_allowlist": [] }), "ip_allowlist"),
        (json!({ "ip_allowlist": ["10.0.0.0/33"] }), "ip_allowlist"),
        (json!({ "ip_allowlist": ["10.0.0.1", ""] }), "ip_allowlist"),
        (json!({ "ip_allowlist": "10.0.0.1" }), "ip_allowlist"),
        (json!({ "notify": "no" }), "notify"),
    ] {
        let mut body = to_user(&member);
        if more.get("recipient_type").is_some() || more == json!({}) {
            body = json!({});
        }
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let refused = scene.ada.share(&scene.secret, body).await;
        refused.is_invalid(field);
    }
    assert_eq!(app.count("shares").await, 0);
}

#[both_stores]
async fn shr_09_an_end_at_this_very_second_is_in_the_past(app: TestApp) {
    let scene = Scene::of(&app).await;
    let first = scene.link(json!({})).await;
    // the clock stands still
    let now = scene.item(&first).await["created_at"].clone();
    let body = with("anyone_with_link", json!({ "expires_at": now }));
    let refused = scene.ada.share(&scene.secret, body).await;
    refused.is_invalid("expires_at");
}

#[both_stores]
async fn shr_08_only_who_may_read_may_share(app: TestApp) {
    let scene = Scene::of(&app).await;
    let link = || with("anyone_with_link", json!({}));
    let writer = scene.member_with(&["write", "delete", "rotate"]).await;
    let stranger = scene.ada.member("member").await;
    for who in [&writer, &stranger] {
        let refused = who.share(&scene.secret, link()).await.is_problem(403);
        let event = event_of(&app, &refused).await;
        assert_eq!(event["action"], "share.create");
        assert_eq!(event["outcome"], "denied");
    }
    let (scoped, _) = scene
        .ada
        .api_key(json!({ "name": "w", "scopes": ["secrets:write"] }))
        .await;
    let scoped = scene.ada.with(&scoped);
    scoped.share(&scene.secret, link()).await.is_problem(403);
    assert_eq!(app.count("shares").await, 0);
    let reader = scene.member_with(&["read"]).await;
    reader.share(&scene.secret, link()).await.is(201);
}

#[both_stores]
async fn shr_08_a_recipient_shares_nothing_on(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let agent = scene.ada.new_agent(json!({ "name": "builder" })).await;
    let carol = app.owner().await;
    crate::steps::prove(&app, &carol, true).await;
    for (who, body, status) in [
        (&bob, to_user(&bob), 403),
        (&agent, to_agent(&agent), 403),
        // of another organization's secret she only has the value
        (&carol, to_email(&carol.email), 404),
    ] {
        let share = scene.share(body).await;
        let read = who.get(&at(&share)).await.is(200);
        let on = with("anyone_with_link", json!({}));
        who.share(&read.str("/id"), on).await.is_problem(status);
    }
    assert_eq!(app.count("shares").await, 3);
}

#[both_stores]
async fn ten_02_what_another_organization_has_is_answered_as_unknown(app: TestApp) {
    let scene = Scene::of(&app).await;
    let eve = app.owner().await;
    let their_agent = eve.new_agent(json!({ "name": "theirs" })).await;
    let nobody = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let link = || with("anyone_with_link", json!({}));
    eve.share(&scene.secret, link()).await.is_problem(404);
    eve.share(nobody, link()).await.is_problem(404);
    eve.share("malformed", link()).await.is_problem(404);
    let mut alias = link();
    alias["secret_id"] = json!(scene.secret);
    eve.post("/v1/shares", alias).await.is_problem(404);
    for body in [
        to_user(&eve),
        to_agent(&their_agent),
        json!({ "recipient_type": "user", "recipient_id": nobody }),
        json!({ "recipient_type": "agent", "recipient_id": scene.ada.user_id }),
    ] {
        scene.ada.share(&scene.secret, body).await.is_problem(404);
    }
    assert_eq!(app.count("shares").await, 0);
}

/// An agent that may read what is shared.
async fn agent(scene: &Scene, more: Value) -> Person {
    let agent = scene.ada.new_agent(more).await;
    scene
        .ada
        .grant(&scene.vault, &agent, "db/*", &["read"])
        .await;
    agent
}

#[both_stores]
async fn shr_08_agents_share_with_their_creator_and_with_no_address(app: TestApp) {
    let scene = Scene::of(&app).await;
    let agent = agent(&scene, json!({ "name": "builder" })).await;
    agent
        .share(&scene.secret, to_email("bob@x.test"))
        .await
        .is_problem(403);
    assert_eq!(app.last_event().await, "share.create denied users_only");
    let made = agent
        .share(&scene.secret, with("creator", json!({})))
        .await
        .is(201);
    assert_eq!(made.str("/recipient_id"), scene.ada.user_id);
    assert_eq!(made.str("/recipient_type"), "creator");
    let read = scene.ada.get(&at(&made.str("/id"))).await.is(200);
    assert_eq!(read.str("/value"), VALUE);
}

#[both_stores]
async fn agt_09_a_creator_who_left_is_nobody_to_share_with(app: TestApp) {
    let scene = Scene::of(&app).await;
    let maker = scene.ada.member("admin").await;
    let agent = maker.new_agent(json!({ "name": "builder" })).await;
    scene
        .ada
        .grant(&scene.vault, &agent, "db/*", &["read"])
        .await;
    scene
        .ada
        .delete(&format!("/v1/org/members/{}", maker.user_id))
        .await
        .is(204);
    let refused = agent.share(&scene.secret, with("creator", json!({}))).await;
    refused.is_invalid("recipient_type");
    assert_eq!(app.count("shares").await, 0);
}

#[both_stores]
async fn sec_08_an_agent_shares_no_value_that_it_may_not_see(app: TestApp) {
    let scene = Scene::of(&app).await;
    let limited = json!({ "name": "signer", "intents_api_enabled": true });
    let agent = agent(&scene, limited).await;
    let put = |kind: &str| json!({ "value": VALUE, "type": kind });
    let link = || with("anyone_with_link", json!({}));
    let shared = scene.shared_by(&agent, link()).await;
    app.get(&at(&shared)).await.is(200);
    for kind in ["private_key", "ssh_key"] {
        scene.ada.put(&scene.at(), put(kind)).await.is(201);
        agent.share(&scene.secret, link()).await.is_problem(403);
        assert_eq!(app.last_event().await, "share.create denied blocked_type");
        // neither does what it shared before show what it became
        let gone = app.get(&at(&shared)).await.is_problem(410);
        assert_eq!(gone.str("/code"), "share_withdrawn");
    }
    scene.ada.put(&scene.at(), put("password")).await.is(201);
    app.get(&at(&shared)).await.is(200);
}

#[both_stores]
async fn shr_04_ids_are_random(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (mut all, mut ids) = (BTreeSet::new(), Vec::new());
    // the clock stands still
    for _ in 0..32 {
        let id = scene.link(json!({})).await;
        let id = uuid::Uuid::parse_str(&id).unwrap();
        assert_eq!(id.get_version_num(), 4);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        all.insert(id);
        ids.push(id.as_u128());
    }
    assert_eq!(all.len(), 32);
    let differing = |pair: &[u128]| (pair[0] ^ pair[1]).count_ones();
    let (least, most) = (
        ids.windows(2).map(differing).min(),
        ids.windows(2).map(differing).max(),
    );
    assert!(least > Some(25) && most < Some(100), "{least:?} {most:?}");
    for bits in 0..6_u32 {
        // no position of the first six holds still, as a time would
        let bit = 127 - bits;
        let ones = ids.iter().filter(|id| *id >> bit & 1 == 1).count();
        assert!((1..32).contains(&ones), "{bit}");
    }
}
