//! ORG-02, ORG-10: a person deletes their account, and what happens to an organization then.

use super::steps::{confirmed, entered, leave, proved_again};
use futures_util::future::{join, join_all};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

async fn with_phrase(person: &Person, body: &Value) -> oneclaw_testkit::Answer {
    person
        .request("DELETE", "/v1/auth/me")
        .json(body)
        .send()
        .await
}

#[both_stores]
async fn org_10_it_takes_the_phrase_and_a_fresh_proof(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    for phrase in [
        "",
        "delete my account",
        "DELETE MY ACCOUNT ",
        "DELETE  MY ACCOUNT",
        "yes",
    ] {
        for field in ["confirmation", "confirm"] {
            let answer = with_phrase(&bob, &json!({ field: phrase })).await;
            answer.is_invalid("confirmation");
        }
    }
    with_phrase(&bob, &json!({}))
        .await
        .is_invalid("confirmation");
    bob.delete("/v1/auth/me").await.is_invalid("body");
    app.clock().advance(601);
    let answer = leave(&bob).send().await.is_problem(403);
    assert_eq!(answer.str("/type"), "reauth_required");
    // a key has no login that could be fresh
    let (key, _) = bob.api_key(json!({ "name": "k" })).await;
    leave(&bob.with(&key)).send().await.is_problem(403);
    let (limited, _) = bob
        .api_key(json!({ "name": "k", "scopes": ["secrets:read"] }))
        .await;
    leave(&bob.with(&limited)).send().await.is_problem(403);
    let agent = ada.new_agent(json!({ "name": "bot" })).await;
    leave(&agent).send().await.is_problem(403);
    bob.get("/v1/auth/me").await.is(200);

    let token = proved_again(
        &bob,
        json!({ "password": bob.password, "purpose": "account.delete" }),
    );
    let answer = confirmed(leave(&bob), &token.await).send().await.is(204);
    assert!(answer.body.is_empty());
    assert_eq!(app.last_event().await, "user.delete ok");
    let mails = app.mail_to(&bob.email).await;
    assert!(mails.iter().any(|mail| mail.text().contains("was deleted")));
}

#[both_stores]
async fn org_10_nothing_of_a_deleted_account_works_and_what_it_made_stays(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let bob = ada.member("admin").await;
    let vault = bob.vault("made-by-bob").await;
    bob.keep(&vault, "db/password", "stays").await;
    let agent = bob.new_agent(json!({ "name": "made by bob" })).await;
    let shared = ada.vault("shared").await;
    ada.keep(&shared, "a", "b").await;
    ada.grant(&shared, &bob, "**", &["read"]).await;
    let (key, _) = bob.api_key(json!({ "name": "k" })).await;
    let invited = bob.invite("invited@example.test", "member").await;
    let phone = bob.turn_mfa_on().await;
    let bob = entered(&bob, &phone.code(&app, 0)).await;
    let there = bob.at(&other);
    there.get("/v1/auth/me").await.is(200);
    let waiting = bob.challenge().await;

    leave(&bob).send().await.is(204);
    for token in [&bob.token, &key] {
        for at in [&bob, &there] {
            at.with(token).get("/v1/auth/me").await.is_problem(401);
        }
    }
    let refresh = json!({ "refresh_token": bob.refresh_token });
    app.post("/v1/auth/refresh", refresh).await.is_problem(401);
    let login = json!({ "email": bob.email, "password": bob.password });
    app.post("/v1/auth/token", login).await.is_problem(401);
    let code = json!({ "mfa_token": waiting, "code": phone.recovery_codes[0] });
    app.post("/v1/auth/mfa/verify", code).await.is_problem(401);
    let signup = json!({
        "email": "invited@example.test", "password": "Correct-Horse-9-Battery", "invite_token": invited,
    });
    let joined = app.post("/v1/auth/signup", signup).await;
    assert!(joined.status >= 400, "{}", joined.text());
    for table in ["second_factors", "recovery_codes", "api_keys", "policies"] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(
        ada.read(&vault, "db/password").await.is(200).get("/value"),
        "stays"
    );
    agent.get("/v1/agents/me").await.is(200);
    ada.get("/v1/auth/me").await.is(200);
    // the address is free again, for an account that has nothing to do with the old one
    let again = json!({ "email": bob.email, "password": "Correct-Horse-9-Battery" });
    let again = app.post("/v1/auth/signup", again).await.is(200);
    assert_ne!(again.str("/user_id"), bob.user_id);
    assert_ne!(again.str("/org_id"), ada.org_id);
}

/// A key's first use at an instance writes a row that goes with the organization.
#[both_stores]
async fn org_10_a_deletion_and_first_uses_of_keys_never_wait_for_each_other(app: TestApp) {
    app.owner().await; // the installation's own organization is another
    for _ in 0..4 {
        let ada = app.owner().await;
        let cold = app.another_instance().await;
        let mut keys = Vec::new();
        for number in 0..6 {
            let (key, _) = ada.api_key(json!({ "name": format!("k{number}") })).await;
            keys.push(ada.with(&key).at(&cold));
        }
        let uses = join_all(keys.iter().map(|key| key.get("/v1/auth/me")));
        let (left, uses) = join(leave(&ada).send(), uses).await;
        left.is(204);
        for used in uses {
            let is_good = used.status == 200 || used.status == 401;
            assert!(is_good, "{}: {}", used.status, used.text());
        }
    }
}

#[both_stores]
async fn org_02_the_last_owner_stays_while_others_are_there(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("admin").await;
    let answer = leave(&ada).send().await.is_problem(409);
    assert!(answer.str("/detail").contains("owner"), "{}", answer.text());
    let role = json!({ "role": "owner" });
    let target = format!("/v1/org/members/{}", bob.user_id);
    ada.patch(&target, role).await.is(200);
    leave(&ada).send().await.is(204);
    leave(&ada).send().await.is_problem(401);
    assert_eq!(bob.get("/v1/auth/me").await.is(200).get("/role"), "owner");
    assert_eq!(app.count("users").await, 1);
}

#[both_stores]
async fn org_02_of_two_owners_who_leave_at_once_one_stays(app: TestApp) {
    let other = app.another_instance().await;
    let ada = app.owner().await;
    let (bob, _) = (ada.member("owner").await, ada.member("member").await);
    let there = bob.at(&other);
    let (one, two) = join(leave(&ada).send(), leave(&there).send()).await;
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    let owners = "SELECT role AS text FROM users WHERE role = 'owner'";
    assert_eq!(app.rows(owners).await, ["owner"]);
}

#[both_stores]
async fn org_10_the_only_member_takes_the_organization_along(app: TestApp) {
    app.owner().await;
    let eve = app.owner().await;
    let vault = eve.vault("hers").await;
    eve.keep(&vault, "db/password", "gone").await;
    let agent = eve.new_agent(json!({ "name": "bot" })).await;
    eve.grant(&vault, &agent, "**", &["read"]).await;
    agent.read(&vault, "db/password").await.is(200);
    let waiting = eve.invite("late@example.test", "member").await;
    let events = app.count("audit_events").await;

    leave(&eve).send().await.is(204);
    assert_eq!(app.count("orgs").await, 1);
    assert_eq!(app.count("users").await, 1);
    for table in [
        "vaults",
        "secrets",
        "secret_versions",
        "agents",
        "policies",
        "invites",
    ] {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
    assert_eq!(app.count("audit_events").await, events + 1);
    let last = app.audit().await.pop().unwrap();
    assert_eq!(last["org_id"], eve.org_id.replace('-', ""));
    assert_eq!(last["details"]["org_deleted"], true);
    eve.get("/v1/vaults").await.is_problem(401);
    agent.read(&vault, "db/password").await.is_problem(401);
    let login = json!({ "api_key": agent.password });
    app.post("/v1/auth/agent-token", login)
        .await
        .is_problem(401);
    let signup = json!({
        "email": "late@example.test", "password": "Correct-Horse-9-Battery", "invite_token": waiting,
    });
    let joined = app.post("/v1/auth/signup", signup).await;
    assert!(joined.status >= 400, "{}", joined.text());
}

/// Else the next stranger who signs up would run the installation.
#[both_stores]
async fn org_11_the_organization_that_runs_the_installation_stays(app: TestApp) {
    let ada = app.owner().await;
    leave(&ada).send().await.is_problem(409);
    ada.get("/v1/auth/me").await.is(200);
    assert_eq!(app.count("orgs").await, 1);
}
