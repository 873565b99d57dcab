//! Reading what is shared.

use crate::steps::{
    Scene, VALUE, at, bare, event_of, item, open, plain, to_agent, to_email, to_user, with,
};
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn a_share_by_link_is_read_by_whoever_has_it(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "max_access_count": 3 })).await;
    for (n, method) in ["GET", "POST"].into_iter().enumerate() {
        let read = app.request(method, &at(&share)).send().await.is(200);
        for (member, expected) in [
            ("id", json!(scene.secret)),
            ("path", json!("db/password")),
            ("type", json!("generic")),
            ("value", json!(VALUE)),
            ("access_count", json!(n + 1)),
            ("max_access_count", json!(3)),
            ("share_id", json!(share)),
            ("version", json!(1)),
            ("cmek_encrypted", json!(false)),
            ("expires_at", scene.item(&share).await["expires_at"].clone()),
            ("shared_by", Value::Null),
        ] {
            assert_eq!(read.get(&format!("/{member}")), expected, "{member}");
        }
        assert_eq!(read.header("cache-control"), Some("no-store"));
        let event = event_of(&app, &read).await;
        assert_eq!(event["action"], "share.access");
        assert_eq!(event["outcome"], "ok");
        assert_eq!(event["org_id"], json!(bare(&scene.ada.org_id)));
        assert_eq!(event["actor_type"], "anonymous");
        assert_eq!(event["resource_id"], json!(share));
        assert_eq!(event["details"]["secret_id"], json!(scene.secret));
        assert_eq!(event["details"]["vault_id"], json!(scene.vault));
        assert_eq!(event["details"]["path"], "db/password");
        assert_eq!(event["details"]["version"], 1);
        assert_eq!(event["ip_address"], "127.0.0.1");
    }
    assert_eq!(scene.count(&share).await, 2);
}

#[both_stores]
async fn a_credential_is_ignored_at_a_link_whatever_it_is(app: TestApp) {
    let scene = Scene::of(&app).await;
    let eve = app.owner().await;
    let share = scene.link(json!({})).await;
    for credential in [eve.token.as_str(), "no.such.token", "1ck_nothing"] {
        let request = app.request("GET", &at(&share)).bearer(credential);
        let read = request.send().await.is(200);
        assert_eq!(event_of(&app, &read).await["actor_type"], "anonymous");
    }
    let request = app
        .request("GET", &at(&share))
        .header("authorization", "Basic x");
    request.send().await.is(200);
}

#[both_stores]
async fn a_share_follows_the_newest_version(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({})).await;
    scene
        .ada
        .keep(&scene.vault, "db/password", "the next one")
        .await;
    let read = open(&app, &share).await.is(200);
    assert_eq!(read.str("/value"), "the next one");
    assert_eq!(read.get("/version"), 2);
}

/// What a reader who may not read gets: never the value, its path or its kind.
async fn refused(app: &TestApp, answer: Answer, status: u16, reason: &str) -> Value {
    let answer = answer.is_problem(status);
    let text = answer.text();
    for hidden in [VALUE, "db/password", "generic", "Person", "@"] {
        assert!(!text.contains(hidden), "{text}");
    }
    let event = event_of(app, &answer).await;
    assert_eq!(event["action"], "share.access");
    assert_eq!(event["outcome"], "denied");
    assert_eq!(event["details"]["reason"], reason);
    event
}

#[both_stores]
async fn shr_05_a_named_share_is_for_its_recipient_alone(app: TestApp) {
    let scene = Scene::of(&app).await;
    let (bob, carol) = (
        scene.ada.member("member").await,
        scene.ada.member("admin").await,
    );
    let eve = app.owner().await;
    let agent = scene.ada.new_agent(json!({ "name": "builder" })).await;
    let other_agent = scene.ada.new_agent(json!({ "name": "other" })).await;
    let maker = scene.ada.new_agent(json!({ "name": "maker" })).await;
    scene
        .ada
        .grant(&scene.vault, &maker, "db/*", &["read"])
        .await;
    let to_bob = scene.share(to_user(&bob)).await;
    let to_the_agent = scene.share(to_agent(&agent)).await;
    let to_creator = scene.shared_by(&maker, with("creator", json!({}))).await;
    let all: [&Person; 6] = [&scene.ada, &bob, &carol, &eve, &agent, &other_agent];
    for (share, recipient) in [
        (&to_bob, &bob),
        (&to_the_agent, &agent),
        (&to_creator, &scene.ada),
    ] {
        for who in all.iter().filter(|who| who.user_id != recipient.user_id) {
            let event = refused(&app, who.get(&at(share)).await, 403, "not_recipient").await;
            // a stranger's try is known to their own organization, and to no other
            assert_eq!(event["org_id"], json!(bare(&who.org_id)));
            assert_eq!(event["actor_id"], json!(who.user_id));
        }
        for credential in ["no.such.token", "1ck_nothing", share.as_str()] {
            let answer = scene.ada.with(credential).get(&at(share)).await;
            answer.is_problem(401);
        }
        let event = refused(&app, open(&app, share).await, 401, "missing_credential").await;
        assert_eq!(event["org_id"], json!(bare(&scene.ada.org_id)));
        assert_eq!(event["actor_type"], "anonymous");
        let read = recipient.get(&at(share)).await.is(200);
        assert_eq!(read.str("/value"), VALUE);
        assert!(read.get("/shared_by").is_string());
        let event = event_of(&app, &read).await;
        assert_eq!(event["actor_id"], json!(recipient.user_id));
        let listed = item(recipient, "inbound", share).await.unwrap();
        assert_eq!(listed["is_accepted"], true, "reading takes it");
        assert_eq!(listed["status"], "active");
    }
}

#[both_stores]
async fn shr_05_a_recipient_who_may_not_act_any_more_reads_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let agent = scene.ada.new_agent(json!({ "name": "builder" })).await;
    let share = scene.share(to_agent(&agent)).await;
    let one = format!("/v1/agents/{}", agent.user_id);
    let off = json!({ "is_active": false });
    scene.ada.patch(&one, off).await.is(200);
    let event = refused(&app, agent.get(&at(&share)).await, 401, "revoked").await;
    assert_eq!(event["actor_type"], "anonymous");
    let bob = scene.ada.member("member").await;
    let share = scene.share(to_user(&bob)).await;
    let member = format!("/v1/org/members/{}", bob.user_id);
    scene.ada.delete(&member).await.is(204);
    let answer = bob.get(&at(&share)).await;
    // what names them ended with them
    answer.is_problem(404);
}

#[both_stores]
async fn shr_05_a_refused_share_is_not_there_any_more(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let share = scene.share(to_user(&bob)).await;
    bob.post_empty(&format!("/v1/shares/{share}/decline"))
        .await
        .is(204);
    refused(&app, bob.get(&at(&share)).await, 404, "not_found").await;
    bob.post(&format!("{}/preview", at(&share)), json!({}))
        .await
        .is_problem(404);
    assert_eq!(scene.item(&share).await["status"], "declined");
    assert_eq!(scene.count(&share).await, 0);
}

#[both_stores]
async fn ten_03_a_share_widens_no_readers_own_limits(app: TestApp) {
    let scene = Scene::of(&app).await;
    let elsewhere = scene.ada.vault("elsewhere").await;
    let put = json!({ "value": VALUE, "type": "ssh_key" });
    for (name, limits) in [
        ("bound", json!({ "vault_ids": [elsewhere] })),
        ("cut", json!({ "scopes": ["web/*"] })),
        ("labelled", json!({ "scopes": ["vaults:read"] })),
        ("blind", json!({ "intents_api_enabled": true })),
    ] {
        scene.ada.put(&scene.at(), put.clone()).await.is(201);
        let mut body = limits;
        body["name"] = json!(name);
        let agent = scene.ada.new_agent(body).await;
        let share = scene.share(to_agent(&agent)).await;
        let refused = agent.get(&at(&share)).await.is_problem(403);
        assert!(!refused.text().contains(VALUE), "{name}");
        assert_eq!(scene.count(&share).await, 0, "{name}");
    }
    let (scoped, _) = scene
        .ada
        .api_key(json!({ "name": "v", "scopes": ["vaults:read"] }))
        .await;
    let share = scene.share(to_user(&scene.ada)).await;
    scene
        .ada
        .with(&scoped)
        .get(&at(&share))
        .await
        .is_problem(403);
    scene.ada.get(&at(&share)).await.is(200);
}

#[both_stores]
async fn a_look_shows_what_would_be_read_and_counts_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let body = json!({ "max_access_count": 1, "show_name": true });
    let named = scene.link(body).await;
    let anonymous = scene.link(json!({})).await;
    let to_bob = scene.share(to_user(&bob)).await;
    let profile = scene.ada.get("/v1/auth/me").await.is(200);
    let name = profile.str("/display_name");
    for (share, who, shared_by, max) in [
        (&named, None, json!(name), json!(1)),
        (&anonymous, None, Value::Null, Value::Null),
        (&to_bob, Some(&bob), json!(name), Value::Null),
    ] {
        let target = format!("{}/preview", at(share));
        for _ in 0..3 {
            let looked = match who {
                Some(who) => who.post_empty(&target).await.is(200),
                None => app.request("POST", &target).send().await.is(200),
            };
            let expected = json!({
                "path": "db/password", "type": "generic", "max_access_count": max, "access_count": 0,
                "cmek_encrypted": false, "shared_by": shared_by,
                "expires_at": scene.item(share).await["expires_at"],
            });
            assert_eq!(looked.json(), expected);
            let event = event_of(&app, &looked).await;
            assert_eq!(event["action"], "share.access");
            assert_eq!(event["details"]["preview"], true);
        }
        let item = scene.item(share).await;
        assert_eq!(item["access_count"], 0);
    }
    assert_eq!(
        item(&bob, "inbound", &to_bob).await.unwrap()["status"],
        "pending"
    );
    assert!(!app.outbox().await.iter().any(|mail| mail.contains("read")));
    open(&app, &named).await.is(200);
    let spent = app
        .request("POST", &format!("{}/preview", at(&named)))
        .send()
        .await;
    assert_eq!(spent.is_problem(410).str("/code"), "share_used_up");
}

#[both_stores]
async fn shr_13_an_anonymous_reader_learns_nothing_of_the_house(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let open_share = scene.link(json!({})).await;
    let spent = scene.link(json!({ "max_access_count": 1 })).await;
    let over = scene.link(json!({ "expires_in_hours": 1 })).await;
    let taken_back = scene.link(json!({})).await;
    let to_bob = scene.share(to_user(&bob)).await;
    let to_address = scene.share(to_email("somebody@elsewhere.test")).await;
    open(&app, &spent).await.is(200);
    scene.ada.delete(&at(&taken_back)).await.is(204);
    app.clock().advance(3600);
    let unknown = "0b7a3c1e-5d2f-4a6b-8c9d-0123456789ab";
    for (share, status, code) in [
        (open_share.as_str(), 200_u16, ""),
        (&spent, 410, "share_used_up"),
        (&over, 410, "share_expired"),
        (&taken_back, 404, "not_found"),
        (unknown, 404, "not_found"),
        ("malformed", 404, "not_found"),
        (&to_bob, 401, "unauthenticated"),
        (&to_address, 401, "unauthenticated"),
    ] {
        let answer = open(&app, share).await.is(status);
        if status != 200 {
            assert_eq!(answer.str("/code"), code);
        }
        let text = format!("{} {:?}", answer.text(), answer.headers);
        for hidden in [
            &scene.ada.org_id,
            &scene.ada.user_id,
            &scene.vault,
            &scene.ada.email,
            &bob.user_id,
            "elsewhere.test",
            "Person",
        ] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
        let events = app.audit_of(answer.header("x-request-id").unwrap()).await;
        assert_eq!(events[0]["actor_type"], "anonymous");
        assert_eq!(events[0]["ip_address"], "127.0.0.1");
        assert_eq!(events[0]["resource_id"], json!(share));
        let org = events[0]["org_id"].clone();
        let is_known = status != 404;
        assert_eq!(org == json!(bare(&scene.ada.org_id)), is_known, "{share}");
    }
    let missing = [unknown, "malformed", &taken_back];
    let mut told = Vec::new();
    for share in missing {
        told.push(plain(&open(&app, share).await));
    }
    assert!(told.iter().all(|body| body == &told[0]), "{told:?}");
}
