//! Accepting an invitation.

use crate::steps::{DAY, PASSWORD, join, me, member, plain, rows, sign_up, without_mail};
use futures_util::future::join_all;
use oneclaw_services::SignupMode;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::{Value, json};

#[both_stores]
async fn an_invited_person_joins_with_the_role_of_the_invitation(app: TestApp) {
    let owner = app.owner().await;
    for role in ["member", "admin", "owner"] {
        let email = format!("new-{role}@x.test");
        let token = owner.invite(&email, role).await;
        let made = join(&app, &email, &token).await.is(200);
        assert_eq!(app.last_event().await, "user.signup ok");
        assert_eq!(made.str("/org_id"), owner.org_id);
        let me = me(&app, &made).await;
        assert_eq!(me["role"], role);
        assert_eq!(me["org_id"], owner.org_id);
        // who has the token has read the mail
        assert_eq!(me["email_verified"], true);
    }
    assert_eq!(app.count("orgs").await, 1);
    assert_eq!(app.count("invites").await, 0);
    let events = app.audit().await;
    let joined = |event: &&Value| event["action"] == "user.signup";
    let last = events.iter().rfind(joined).unwrap();
    assert_eq!(last["org_id"], owner.org_id.replace('-', ""));
    assert_eq!(last["details"]["role"], "owner");
    assert!(last["details"]["invite_id"].is_string());
}

/// What a stranger hears of the organization's things must be what they hear of things that are
/// not.
async fn is_a_stranger(who: &Person, vault: &str) {
    let nowhere = "018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    for path in ["", "/secrets", "/secrets/db/password"] {
        let theirs = who.get(&format!("/v1/vaults/{vault}{path}")).await;
        let random = who.get(&format!("/v1/vaults/{nowhere}{path}")).await;
        assert_eq!(theirs.status, 404, "{path}");
        assert_eq!(plain(&theirs), plain(&random), "{path}");
    }
}

#[both_stores]
async fn org_04_who_was_only_invited_is_a_stranger(app: TestApp) {
    let owner = app.owner().await;
    let vault = owner.vault("prod").await;
    owner
        .keep(&vault, "db/password", "kept from strangers")
        .await;
    let guest = sign_up(&app, "guest@x.test").await;
    let invited = owner
        .post(
            "/v1/org/invite",
            json!({ "email": "guest@x.test", "role": "admin" }),
        )
        .await
        .is(200);
    is_a_stranger(&guest, &vault).await;
    let invite = invited.str("/invite_id");
    guest
        .delete(&format!("/v1/org/invites/{invite}"))
        .await
        .is_problem(404);
    let theirs = guest.get("/v1/org/invites").await.is(200);
    assert_eq!(theirs.get("/invites"), json!([]));
    owner
        .delete(&format!("/v1/org/invites/{invite}"))
        .await
        .is(204);
    is_a_stranger(&guest, &vault).await;
    owner
        .post("/v1/org/invite", json!({ "email": "guest@x.test" }))
        .await
        .is(200);
    app.clock().advance(8 * DAY);
    let guest = crate::steps::person(
        &app,
        "guest@x.test",
        &app.post(
            "/v1/auth/token",
            json!({ "email": "guest@x.test", "password": PASSWORD }),
        )
        .await
        .is(200),
    );
    is_a_stranger(&guest, &vault).await;
}

#[both_stores]
async fn org_05_an_invitation_is_for_its_address_alone(app: TestApp) {
    let owner = app.owner().await;
    let token = owner.invite("guest@x.test", "admin").await;
    let before = rows(&app).await;
    join(&app, "other@x.test", &token).await.is_problem(403);
    assert_eq!(app.last_event().await, "user.signup denied invited_other");
    assert_eq!(rows(&app).await, before);
    // one spelling is one address
    let made = join(&app, " Guest@X.test", &token).await.is(200);
    assert_eq!(made.str("/email"), "guest@x.test");
}

#[both_stores]
async fn org_05_a_link_that_was_passed_on_by_hand_proves_no_address(app: TestApp) {
    let owner = app.owner().await;
    let by_hand = owner.at(&without_mail(&app).await);
    let token = by_hand.invite("guest@x.test", "member").await;
    let made = join(&app, "guest@x.test", &token).await.is(200);
    let me = me(&app, &made).await;
    assert_eq!(me["org_id"], owner.org_id);
    assert_eq!(me["email_verified"], false);
}

#[both_stores]
async fn org_05_an_account_elsewhere_stays_where_it_is(app: TestApp) {
    let owner = app.owner().await;
    let guest = sign_up(&app, "guest@x.test").await;
    let by_hand = owner.at(&without_mail(&app).await);
    let token = by_hand.invite("guest@x.test", "admin").await;
    let before = rows(&app).await;
    join(&app, "guest@x.test", &token).await.is_problem(409);
    assert_eq!(rows(&app).await, before);
    let me = guest.get("/v1/auth/me").await.is(200);
    assert_eq!(me.str("/org_id"), guest.org_id);
    assert_ne!(me.str("/org_id"), owner.org_id);
}

#[both_stores]
async fn org_06_an_invitation_is_accepted_once(app: TestApp) {
    let owner = app.owner().await;
    let other = app.another_instance().await;
    let token = owner.invite("guest@x.test", "member").await;
    let here = (0..8).map(|_| join(&app, "guest@x.test", &token));
    let there = (0..8).map(|_| join(&other, "guest@x.test", &token));
    let answers = join_all(here.chain(there)).await;
    let joined = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 404).count();
    assert_eq!((joined, refused), (1, 15));
    assert_eq!(app.count("users").await, 2);
    assert_eq!(app.count("orgs").await, 1);
    let before = rows(&app).await;
    join(&app, "guest@x.test", &token).await.is_problem(404);
    join(&app, "another@x.test", &token).await.is_problem(404);
    assert_eq!(rows(&app).await, before);
}

#[both_stores]
async fn org_06_only_the_newest_link_is_worth_something(app: TestApp) {
    let owner = app.owner().await;
    let first = owner.invite("guest@x.test", "owner").await;
    let second = owner.invite("guest@x.test", "member").await;
    assert_eq!(app.count("invites").await, 1);
    join(&app, "guest@x.test", &first).await.is_problem(404);
    assert_eq!(app.last_event().await, "user.signup denied not_found");
    let made = join(&app, "guest@x.test", &second).await.is(200);
    assert_eq!(me(&app, &made).await["role"], "member");
}

#[both_stores]
async fn org_06_nothing_comes_of_a_cancelled_or_expired_one(app: TestApp) {
    let owner = app.owner().await;
    let token = owner.invite("guest@x.test", "member").await;
    let open = owner.get("/v1/org/invites").await.is(200);
    let id = open.str("/invites/0/id");
    owner.delete(&format!("/v1/org/invites/{id}")).await.is(204);
    let cancelled = join(&app, "guest@x.test", &token).await.is_problem(404);
    owner
        .delete(&format!("/v1/org/invites/{id}"))
        .await
        .is_problem(404);

    let token = owner.invite("guest@x.test", "member").await;
    app.clock().advance(7 * DAY);
    let expired = join(&app, "guest@x.test", &token).await.is_problem(404);
    let never = join(&app, "guest@x.test", &"A".repeat(43)).await;
    let no_token = join(&app, "guest@x.test", "x").await;
    for answer in [&expired, &never, &no_token] {
        assert_eq!(plain(answer), plain(&cancelled));
    }
    assert_eq!(app.count("users").await, 1);
}

#[both_stores]
async fn org_06_a_guessed_token_costs_no_hash_and_names_nobody(app: TestApp) {
    app.owner().await;
    let hashes = app.services().password_hashes();
    join(&app, "guest@x.test", &"A".repeat(43))
        .await
        .is_problem(404);
    assert_eq!(app.services().password_hashes(), hashes);
    let body = json!({ "email": "guest@x.test", "password": PASSWORD });
    app.post("/v1/auth/signup", body.clone()).await.is(200);
    app.post("/v1/auth/signup", body).await.is_problem(409);
    let events = app.audit().await;
    let refused = |event: &&Value| event["action"] == "user.signup" && event["outcome"] == "denied";
    for event in events.iter().filter(refused) {
        assert_eq!(event["actor_type"], "anonymous", "{event}");
        assert_eq!(event["resource_id"], "anonymous", "{event}");
    }
    assert_eq!(events.iter().filter(refused).count(), 2);
}

#[both_stores]
async fn org_06_an_invitation_stands_to_its_last_moment(app: TestApp) {
    let owner = app.owner().await;
    let token = owner.invite("guest@x.test", "member").await;
    app.clock().advance(7 * DAY - 1);
    join(&app, "guest@x.test", &token).await.is(200);
}

#[both_stores]
async fn org_06_who_lost_the_right_has_invited_nobody(app: TestApp) {
    let owner = app.owner().await;
    let second = member(&owner, "second@x.test", "owner").await;
    let as_owner = second.invite("a@x.test", "owner").await;
    let as_admin = second.invite("b@x.test", "admin").await;
    let as_member = second.invite("c@x.test", "member").await;
    let path = format!("/v1/org/members/{}", second.user_id);
    owner.patch(&path, json!({ "role": "admin" })).await.is(200);
    join(&app, "a@x.test", &as_owner).await.is_problem(404);
    join(&app, "b@x.test", &as_admin).await.is(200);
    owner
        .patch(&path, json!({ "role": "member" }))
        .await
        .is(200);
    join(&app, "c@x.test", &as_member).await.is_problem(404);
    owner.delete(&path).await.is(204);
    join(&app, "c@x.test", &as_member).await.is_problem(404);
    // what a removed person sent is gone with them
    let open = owner.get("/v1/org/invites").await.is(200);
    assert_eq!(open.get("/invites"), json!([]));
}

#[both_stores]
async fn org_06_role_and_organization_come_from_the_row(app: TestApp) {
    let (owner, other) = (app.owner().await, app.owner().await);
    let token = owner.invite("guest@x.test", "member").await;
    let body = json!({
        "email": "guest@x.test", "password": PASSWORD, "invite_token": token, "role": "owner",
        "org_id": other.org_id, "org": other.org_id, "invited_by": other.user_id,
    });
    let made = app.post("/v1/auth/signup", body).await.is(200);
    let me = me(&app, &made).await;
    assert_eq!(me["org_id"], owner.org_id);
    assert_eq!(me["role"], "member");
}

#[both_stores]
async fn an_invitation_opens_a_closed_door_but_not_a_locked_one(app: TestApp) {
    let owner = app.owner().await;
    let by_invitation = app
        .instance_with(|services, _| services.signup_mode = SignupMode::Invite)
        .await;
    let closed = app
        .instance_with(|services, _| services.signup_mode = SignupMode::Closed)
        .await;
    let body = json!({ "email": "guest@x.test", "password": PASSWORD });
    by_invitation
        .post("/v1/auth/signup", body)
        .await
        .is_problem(403);
    let token = owner.invite("guest@x.test", "member").await;
    join(&closed, "guest@x.test", &token).await.is_problem(403);
    assert_eq!(app.last_event().await, "user.signup denied signup_closed");
    join(&by_invitation, "guest@x.test", &token).await.is(200);
}

#[both_stores]
async fn a_new_member_is_known_on_every_instance_at_once(app: TestApp) {
    let owner = app.owner().await;
    let other = app.another_instance().await;
    let vault = owner.vault("prod").await;
    let admin = member(&owner, "admin@x.test", "admin").await;
    let there = admin.at(&other);
    there.get(&format!("/v1/vaults/{vault}")).await.is(200);
    let plain_member = member(&owner, "plain@x.test", "member").await;
    let there = plain_member.at(&other);
    there
        .get(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(403);
    let seen: Value = there.get("/v1/vaults").await.is(200).get("/vaults");
    assert_eq!(seen, json!([]));
}
