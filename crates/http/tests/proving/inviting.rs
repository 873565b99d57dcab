//! ORG-05: anybody may invite any address.

use crate::steps::{PASSWORD, follow, me, sign_up, token, verifying};
use oneclaw_testkit::{Instance, TestApp, both_stores};
use serde_json::{Value, json};

const GUEST: &str = "guest@x.test";

/// The profile of whoever signs up and follows the link.
async fn arrives(app: &TestApp, at: &Instance) -> Value {
    sign_up(at, GUEST, PASSWORD).await.is(200);
    let link = token(app, GUEST, "verify-email").await;
    let proved = follow(at, &link).await.is(200);
    me(at, &proved.str("/access_token")).await
}

#[both_stores]
async fn org_05_who_is_invited_by_two_organizations_is_taken_by_neither(app: TestApp) {
    let at = verifying(&app).await;
    let (company, stranger) = (app.owner().await.at(&at), app.owner().await.at(&at));
    company.invite(GUEST, "member").await;
    app.clock().advance(1);
    stranger.invite(GUEST, "member").await;
    let profile = arrives(&app, &at).await;
    for org in [&company.org_id, &stranger.org_id] {
        assert_ne!(profile["org_id"], **org);
    }
    assert_eq!(profile["role"], "owner");
    assert_eq!(app.count("invites").await, 2);
}

/// By the token of one's mail one chooses.
#[both_stores]
async fn org_05_the_token_of_a_mail_chooses_between_two(app: TestApp) {
    let at = verifying(&app).await;
    let (company, stranger) = (app.owner().await.at(&at), app.owner().await.at(&at));
    let invite = company.invite(GUEST, "member").await;
    app.clock().advance(1);
    stranger.invite(GUEST, "admin").await;
    let body = json!({ "email": GUEST, "password": PASSWORD, "invite_token": invite });
    let joined = at.post("/v1/auth/signup", body).await.is(200);
    let profile = me(&at, &joined.str("/access_token")).await;
    assert_eq!(profile["org_id"], company.org_id);
}

/// One that may not be taken any more does not hide the one that may.
#[both_stores]
async fn org_05_a_stale_invitation_hides_no_other(app: TestApp) {
    let at = verifying(&app).await;
    let (company, other) = (app.owner().await.at(&at), app.owner().await.at(&at));
    let admin = other.member("admin").await;
    company.invite(GUEST, "member").await;
    app.clock().advance(1);
    admin.invite(GUEST, "admin").await;
    let target = format!("/v1/org/members/{}", admin.user_id);
    let member = json!({ "role": "member" });
    other.patch(&target, member).await.is(200);
    let profile = arrives(&app, &at).await;
    assert_eq!(profile["org_id"], company.org_id);
    assert_eq!(profile["role"], "member");
}
