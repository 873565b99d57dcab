//! Approving and denying requests, and what comes of it.

use crate::enrolling::{FINGERPRINT, KEY};
use crate::steps::{DAY, member, person, plain, rows, sign_up};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::{Value, json};

async fn decide(who: &Person, token: &str, decision: &str) -> Answer {
    let body = json!({ "token": token, "decision": decision });
    who.post("/v1/agents/enroll/decide", body).await
}

async fn look(who: &Person, token: &str) -> Answer {
    who.post("/v1/agents/enroll/lookup", json!({ "token": token }))
        .await
}

fn poll(made: &Answer) -> String {
    let (id, token) = (made.str("/pairing_id"), made.str("/poll_token"));
    format!("/v1/agents/enroll/{id}/status?poll={token}")
}

/// The same person, logged in anew.
async fn again(who: &Person) -> Person {
    let body = json!({ "email": who.email, "password": who.password });
    let login = who.instance.post("/v1/auth/token", body).await.is(200);
    Person {
        password: who.password.clone(),
        ..person(&who.instance, &who.email, &login)
    }
}

/// What an agent's key opens.
async fn token_of(at: &Instance, api_key: &str) -> Answer {
    at.post("/v1/auth/agent-token", json!({ "api_key": api_key }))
        .await
}

#[both_stores]
async fn agt_08_an_approved_agent_is_born_without_grants(app: TestApp) {
    let owner = app.owner().await;
    let vault = owner.vault("prod").await;
    owner
        .keep(&vault, "db/password", "not for new agents")
        .await;
    let plain_member = member(&owner, "member@x.test", "member").await;
    let body = json!({ "name": "builder", "description": "builds" });
    let (_, link) = app.enroll(body).await;

    let seen = look(&plain_member, &link).await.is(200);
    assert_eq!(app.last_event().await, "agent.enroll_read ok");
    assert_eq!(seen.str("/name"), "builder");
    assert_eq!(seen.str("/description"), "builds");
    assert_eq!(seen.get("/fingerprint"), Value::Null);
    assert_eq!(app.count("agents").await, 0);

    let made = decide(&plain_member, &link, "approve").await.is(200);
    assert_eq!(app.last_event().await, "agent.enroll_decide ok");
    assert_eq!(made.str("/status"), "approved");
    assert_eq!(made.str("/agent/name"), "builder");
    assert_eq!(made.str("/agent/org_id"), owner.org_id);
    assert_eq!(made.str("/agent/created_by"), plain_member.user_id);
    let agent = plain_member.with(
        &token_of(&app, &made.str("/api_key"))
            .await
            .is(200)
            .str("/access_token"),
    );
    assert_eq!(
        agent.get("/v1/vaults").await.is(200).get("/vaults"),
        json!([])
    );
    agent.read(&vault, "db/password").await.is_problem(403);
    let policies = owner
        .get(&format!("/v1/vaults/{vault}/policies"))
        .await
        .is(200);
    assert_eq!(policies.get("/policies"), json!([]));
    let event = app
        .audit()
        .await
        .into_iter()
        .rfind(|event| event["action"] == "agent.enroll_decide");
    let event = event.unwrap();
    assert_eq!(event["resource_type"], "agent");
    assert_eq!(event["resource_id"], made.str("/agent/id"));
    assert_eq!(event["details"]["decision"], "approve");
}

#[both_stores]
async fn agt_08_a_denied_request_comes_to_nothing(app: TestApp) {
    let owner = app.owner().await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    let denied = decide(&owner, &link, "deny").await.is(200);
    assert_eq!(denied.json(), json!({ "status": "denied" }));
    assert_eq!(app.count("agents").await, 0);
    let told = app.get(&poll(&made)).await.is(200);
    assert_eq!(told.json(), json!({ "status": "denied" }));
}

#[both_stores]
async fn agt_08_a_request_is_decided_once(app: TestApp) {
    let (owner, other) = (app.owner().await, app.owner().await);
    for first in ["approve", "deny"] {
        let (_, link) = app.enroll(json!({ "name": "builder" })).await;
        decide(&owner, &link, first).await.is(200);
        let before = rows(&app).await;
        for second in ["approve", "deny"] {
            decide(&owner, &link, second).await.is_problem(409);
            assert_eq!(
                app.last_event().await,
                "agent.enroll_decide denied conflict"
            );
            decide(&other, &link, second).await.is_problem(409);
        }
        look(&owner, &link).await.is_problem(409);
        assert_eq!(rows(&app).await, before);
    }
    // sixteen at once, on two instances, in two organizations
    let there = app.another_instance().await;
    let (_, link) = app.enroll(json!({ "name": "builder" })).await;
    let people = [&owner, &other, &owner.at(&there), &other.at(&there)];
    let tries = people
        .iter()
        .cycle()
        .take(16)
        .map(|who| decide(who, &link, "approve"));
    let answers = join_all(tries).await;
    let approved = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!((approved, refused), (1, 15));
    assert_eq!(app.count("agents").await, 2);
}

#[both_stores]
async fn agt_08_a_request_for_one_person_is_for_no_other(app: TestApp) {
    let owner = app.owner().await;
    let wanted = sign_up(&app, "wanted@x.test").await;
    let body = json!({ "name": "builder", "human_email": "Wanted@x.test" });
    let (_, link) = app.enroll(body).await;
    let before = rows(&app).await;
    for decision in ["approve", "deny"] {
        decide(&owner, &link, decision).await.is_problem(403);
        assert_eq!(
            app.last_event().await,
            "agent.enroll_decide denied requested_other"
        );
    }
    let told = look(&owner, &link).await.is_problem(403);
    assert!(!told.text().contains("builder"));
    assert_eq!(rows(&app).await, before);
    let made = decide(&wanted, &link, "approve").await.is(200);
    assert_eq!(made.str("/agent/org_id"), wanted.org_id);
}

#[both_stores]
async fn agt_08_a_request_ends_after_seven_days(app: TestApp) {
    let owner = app.owner().await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    app.clock().advance(7 * DAY);
    let owner = again(&owner).await;
    for decision in ["approve", "deny"] {
        let expired = decide(&owner, &link, decision).await.is_problem(404);
        let never = decide(&owner, &"A".repeat(43), decision).await;
        assert_eq!(plain(&expired), plain(&never));
    }
    look(&owner, &link).await.is_problem(404);
    let told = app.get(&poll(&made)).await.is(200);
    assert_eq!(told.json(), json!({ "status": "expired" }));
    assert_eq!(app.count("agents").await, 0);

    let (_, link) = app.enroll(json!({ "name": "builder" })).await;
    app.clock().advance(7 * DAY - 1);
    decide(&again(&owner).await, &link, "approve").await.is(200);
}

#[both_stores]
async fn agt_08_only_a_person_who_logged_in_decides(app: TestApp) {
    let owner = app.owner().await;
    let (_, link) = app.enroll(json!({ "name": "first" })).await;
    let made = decide(&owner, &link, "approve").await.is(200);
    let token = token_of(&app, &made.str("/api_key")).await.is(200);
    let agent = owner.with(&token.str("/access_token"));
    let (key, _) = owner.api_key(json!({ "name": "desk" })).await;
    let exchanged = app
        .post("/v1/auth/api-key-token", json!({ "api_key": key }))
        .await
        .is(200);
    let (_, link) = app.enroll(json!({ "name": "second" })).await;
    let before = rows(&app).await;
    let by_key = owner.with(&key);
    let by_key_token = owner.with(&exchanged.str("/access_token"));
    for (who, reason) in [
        (&agent, "users_only"),
        (&by_key, "login_only"),
        (&by_key_token, "login_only"),
    ] {
        decide(who, &link, "approve").await.is_problem(403);
        let event = app.last_event().await;
        assert_eq!(event, format!("agent.enroll_decide denied {reason}"));
        look(who, &link).await.is_problem(403);
    }
    assert_eq!(rows(&app).await[..2], before[..2]);
    assert_eq!(app.count("agents").await, 1);
    decide(&owner, &link, "approve").await.is(200);
}

#[both_stores]
async fn agt_08_the_key_of_a_pairing_leaves_exactly_once(app: TestApp) {
    let owner = app.owner().await;
    let there = app.another_instance().await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    let seen = look(&owner, &link).await.is(200);
    assert_eq!(seen.str("/fingerprint"), FINGERPRINT);
    let decided = decide(&owner, &link, "approve").await.is(200);
    assert!(decided.json().get("api_key").is_none());
    // kept only sealed: one byte of format, twelve of nonce, the key, sixteen of tag
    let (in_hex, length) = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => ("hex(sealed_key)", "length(sealed_key)"),
        oneclaw_testkit::StoreKind::Postgres => {
            ("encode(sealed_key, 'hex')", "octet_length(sealed_key)")
        }
    };
    let kept = format!("SELECT {in_hex} AS text FROM enrollments");
    let sealed = app.rows(&kept).await.join("").to_lowercase();
    let length = format!("SELECT CAST({length} AS TEXT) AS text FROM enrollments");
    assert_eq!(app.rows(&length).await, ["76"]);

    let target = poll(&made);
    let here = (0..8).map(|_| app.get(&target));
    let elsewhere = (0..8).map(|_| there.get(&target));
    let answers = join_all(here.chain(elsewhere)).await;
    let mut keys = Vec::new();
    for answer in answers {
        let answer = answer.is(200);
        assert_eq!(answer.str("/status"), "approved");
        assert_eq!(answer.str("/agent_id"), decided.str("/agent/id"));
        keys.extend(answer.get("/api_key").as_str().map(str::to_owned));
    }
    assert_eq!(keys.len(), 1);
    let key = keys.remove(0);
    let begins: Vec<String> = b"ocv_".iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!sealed.contains(&begins.concat()));
    let left = "SELECT 'x' AS text FROM enrollments WHERE sealed_key IS NOT NULL";
    assert_eq!(app.rows(left).await.len(), 0);
    token_of(&app, &key).await.is(200);
    // that it left is in the organization's journal
    let events = app.audit().await;
    let left: Vec<_> = events
        .iter()
        .filter(|event| event["details"]["key_collected"] == true)
        .collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["org_id"], owner.org_id.replace('-', ""));
    assert_eq!(left[0]["resource_id"], decided.str("/agent/id"));
}

#[both_stores]
async fn agt_08_a_key_that_was_not_collected_in_time_does_not_leave(app: TestApp) {
    let owner = app.owner().await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    decide(&owner, &link, "approve").await.is(200);
    app.clock().advance(7 * DAY);
    let told = app.get(&poll(&made)).await.is(200);
    assert_eq!(told.str("/status"), "approved");
    assert!(told.json().get("api_key").is_none());
}

#[both_stores]
async fn agt_08_a_key_that_is_worth_nothing_any_more_does_not_leave(app: TestApp) {
    let owner = app.owner().await;
    for end in ["deleted", "rotated"] {
        let body = json!({ "name": end, "public_key": KEY });
        let (made, link) = app.enroll(body).await;
        let decided = decide(&owner, &link, "approve").await.is(200);
        let agent = format!("/v1/agents/{}", decided.str("/agent/id"));
        if end == "deleted" {
            owner.delete(&agent).await.is(204);
        } else {
            let rotate = format!("{agent}/rotate-key");
            owner.post_empty(&rotate).await.is(200);
        }
        let told = app.get(&poll(&made)).await.is(200);
        assert_eq!(told.str("/status"), "approved", "{end}");
        assert!(told.json().get("api_key").is_none(), "{end}");
    }
}

#[both_stores]
async fn agt_08_asking_takes_nobodys_turn_to_write(app: TestApp) {
    let owner = app.owner().await;
    let (made, link) = app
        .enroll(json!({ "name": "builder", "public_key": KEY }))
        .await;
    let writes = || app.services().store_statistics().write_round_trips;
    let before = writes();
    app.get(&poll(&made)).await.is(200);
    assert_eq!(writes(), before);
    decide(&owner, &link, "approve").await.is(200);
    app.get(&poll(&made)).await.is(200).str("/api_key");
    let before = writes();
    app.get(&poll(&made)).await.is(200);
    assert_eq!(writes(), before);
}

#[both_stores]
async fn cry_01_a_sealed_key_opens_in_its_own_row_alone(app: TestApp) {
    let owner = app.owner().await;
    let (first, link) = app
        .enroll(json!({ "name": "first", "public_key": KEY }))
        .await;
    decide(&owner, &link, "approve").await.is(200);
    let (second, link) = app
        .enroll(json!({ "name": "second", "public_key": KEY }))
        .await;
    decide(&owner, &link, "approve").await.is(200);
    app.tamper(
        "UPDATE enrollments SET sealed_key = (SELECT e.sealed_key FROM enrollments e WHERE e.name = 'first') \
         WHERE name = 'second'",
    )
    .await;
    let refused = app.get(&poll(&second)).await.is_problem(503);
    assert_eq!(refused.str("/code"), "integrity_error");
    app.get(&poll(&first)).await.is(200).str("/api_key");
}

#[both_stores]
async fn agt_08_the_plan_counts_agents_that_came_by_a_link(app: TestApp) {
    app.owner().await; // runs the installation, and has no limits
    let owner = sign_up(&app, "owner@x.test").await;
    let mut approved = 0;
    let refused = loop {
        let (_, link) = app.enroll(json!({ "name": "builder" })).await;
        let answer = decide(&owner, &link, "approve").await;
        if answer.status != 200 {
            // it can still be denied, or approved later
            decide(&owner, &link, "deny").await.is(200);
            break answer.is_problem(403);
        }
        approved += 1;
        assert!(approved < 100, "no limit");
    };
    assert_eq!(refused.str("/type"), "resource_limit_exceeded");
    assert_eq!(app.count("agents").await, approved);
}
