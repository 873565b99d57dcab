//! Everybody who has an account, and the end of one.

use crate::steps::{event_of, give_tier, is_in_log_of, with_secret};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;

fn at(who: &Person) -> String {
    format!("/v1/admin/users/{}", who.user_id)
}

#[both_stores]
async fn contract_19_everybody_is_listed_with_their_plan_and_their_month(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let carol = bob.member("member").await;
    give_tier(&ada, &bob.org_id, "pro").await.is(200);
    carol.get("/v1/auth/me").await.is(200);
    let listed = ada.get("/v1/admin/users").await.is(200);
    assert_eq!(listed.get("/total"), 3);
    let found = listed.get("/users/2");
    let expected = json!({
        "id": carol.user_id, "email": carol.email, "display_name": found["display_name"],
        "role": "member", "auth_method": "password", "org_id": bob.org_id,
        "org_name": found["org_name"], "billing_tier": "pro", "created_at": found["created_at"],
        "free_tier_override": null, "is_sponsored": false,
        // the invitation and the profile: signing up is nobody's request yet
        "current_month_requests": 2,
    });
    assert_eq!(found, expected);
    assert_eq!(listed.get("/users/0/id"), ada.user_id.as_str());
    assert_eq!(listed.get("/users/0/billing_tier"), "enterprise");
}

#[both_stores]
async fn contract_19_the_list_is_cut_and_ends(app: TestApp) {
    let ada = app.owner().await;
    let bob = app.owner().await;
    let carol = app.owner().await;
    for (query, ids) in [
        ("?limit=1", vec![&ada]),
        ("?limit=2&offset=1", vec![&bob, &carol]),
        ("?offset=2", vec![&carol]),
        ("?offset=3", vec![]),
        ("?limit=1000&offset=9223372036854775807", vec![]),
    ] {
        let listed = ada.get(&format!("/v1/admin/users{query}")).await.is(200);
        let users = listed.get("/users");
        let told = users
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["id"].clone());
        let expected = ids.iter().map(|who| json!(who.user_id));
        assert_eq!(
            told.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{query}"
        );
        assert_eq!(listed.get("/total"), 3, "{query}");
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("offset=-1", "offset"),
        ("offset=1.5", "offset"),
        ("offset=", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("offset=1&offset=2", "offset"),
    ] {
        let refused = ada.get(&format!("/v1/admin/users?{query}")).await;
        refused.is_invalid(field);
    }
}

/// The list is read in parts of 1,000; nobody is missing, and nobody twice.
#[both_stores]
async fn contract_19_without_a_limit_everybody_is_listed(app: TestApp) {
    let ada = app.owner().await;
    app.crowd(2_000).await;
    for (query, many) in [("", 2_001), ("?offset=1", 2_000), ("?limit=1000", 1_000)] {
        let listed = ada.get(&format!("/v1/admin/users{query}")).await.is(200);
        assert_eq!(listed.get("/total"), 2_001, "{query}");
        let users = listed.get("/users");
        let ids = users.as_array().unwrap().iter();
        let ids: Vec<_> = ids.map(|user| user["id"].to_string()).collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!((ids.len(), distinct.len()), (many, many), "{query}");
    }
}

/// As they could themselves: what they can show is dead, what they made stays, they are told.
#[both_stores]
async fn contract_19_an_account_is_deleted_as_its_owner_could(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    let carol = bob.member("member").await;
    let vault = with_secret(&carol).await;
    let (key, _) = carol.api_key(json!({ "name": "k" })).await;
    let other = app.another_instance().await;
    carol.at(&other).get("/v1/auth/me").await.is(200);
    let gone = ada.delete(&at(&carol)).await.is(204);
    for who in [carol.clone(), carol.at(&other), carol.with(&key)] {
        who.get("/v1/auth/me").await.is_problem(401);
    }
    bob.read(&vault, "db/password").await.is(200);
    let event = event_of(&app, &gone).await;
    assert_eq!(event["action"], "admin.user_delete", "{event}");
    assert_eq!(event["actor_id"], ada.user_id.as_str(), "{event}");
    assert_eq!(event["resource_id"], carol.user_id.as_str(), "{event}");
    assert_eq!(event["details"]["org_deleted"], false, "{event}");
    is_in_log_of(&event, &bob.org_id);
    ada.delete(&at(&carol)).await.is_problem(404);
}

/// Its organization goes with the only one who was in it.
#[both_stores]
async fn contract_19_the_organization_goes_with_its_only_member(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    with_secret(&bob).await;
    let gone = ada.delete(&at(&bob)).await.is(204);
    assert_eq!(app.count("orgs").await, 1);
    assert_eq!(app.count("vaults").await, 0);
    let event = event_of(&app, &gone).await;
    assert_eq!(event["details"]["org_deleted"], true, "{event}");
    is_in_log_of(&event, &bob.org_id);
    bob.get("/v1/auth/me").await.is_problem(401);
}

#[both_stores]
async fn contract_19_not_oneself_and_no_last_owner(app: TestApp) {
    let ada = app.owner().await;
    ada.delete(&at(&ada)).await.is_problem(409);
    let admin = ada.member("admin").await;
    // the last owner of the platform's organization, by an admin of it
    admin.delete(&at(&ada)).await.is_problem(409);
    admin.delete(&at(&admin)).await.is_problem(409);
    // and of any other that would go on without one
    let bob = app.owner().await;
    let carol = bob.member("member").await;
    let refused = ada.delete(&at(&bob)).await.is_problem(409);
    let event = event_of(&app, &refused).await;
    assert_eq!(event["details"]["reason"], "conflict", "{event}");
    is_in_log_of(&event, &ada.org_id);
    for who in [&ada, &admin, &bob, &carol] {
        who.get("/v1/auth/me").await.is(200);
    }
    // with another owner it is no last one
    let target = format!("/v1/org/members/{}", admin.user_id);
    ada.patch(&target, json!({ "role": "owner" })).await.is(200);
    admin.delete(&at(&ada)).await.is(204);
}

/// Two who delete each other at once: one of them is left.
#[both_stores]
async fn contract_19_two_who_delete_each_other_leave_one(app: TestApp) {
    let ada = app.owner().await;
    let bob = ada.member("owner").await;
    let other = app.another_instance().await;
    let (ours, theirs) = (at(&bob), at(&ada));
    let bob = bob.at(&other);
    let (one, two) = futures_util::future::join(ada.delete(&ours), bob.delete(&theirs)).await;
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204, "{statuses:?}");
    assert!([401, 403, 409].contains(&statuses[1]), "{statuses:?}");
    assert_eq!(app.count("users").await, 1);
}
