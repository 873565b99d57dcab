//! The mails that take invitations and requests to people.

use crate::enrolling::{FINGERPRINT, KEY};
use crate::steps::{DAY, join, me, member, rows, sign_up};
use oneclaw_testkit::{Received, TestApp, both_stores};
use serde_json::json;

const WELCOME: &str = "Welcome to oneclaw";

/// The mails to an address, but for the one that welcomes: mails that leave together arrive in any
/// order.
async fn mails_to(app: &TestApp, email: &str) -> Vec<Received> {
    let mut mails = app.mail_to(email).await;
    mails.retain(|mail| mail.header("subject").as_deref() != Some(WELCOME));
    mails
}

fn last(mails: &[Received]) -> &Received {
    mails.last().unwrap()
}

#[both_stores]
async fn org_05_while_mail_is_on_no_answer_holds_the_token(app: TestApp) {
    let owner = app.owner().await;
    let made = owner
        .post(
            "/v1/org/invite",
            json!({ "email": "guest@x.test", "role": "admin" }),
        )
        .await
        .is(200);
    assert_eq!(made.str("/message"), "Invitation sent");
    let mut told: Vec<String> = made.json().as_object().unwrap().keys().cloned().collect();
    told.sort();
    assert_eq!(told, ["email", "expires_at", "invite_id", "message"]);
    let mails = app.mail_to("guest@x.test").await;
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}");
    };
    let token = mail.token();
    let link = format!("http://127.0.0.1:8080/accept-invite?token={token}");
    for form in [mail.text(), mail.html()] {
        assert!(form.contains(&link), "{form}");
        assert!(form.contains("admin"), "{form}");
    }
    let listed = owner.get("/v1/org/invites").await.is(200);
    for text in [
        made.text(),
        listed.text(),
        json!(app.audit().await).to_string(),
    ] {
        assert!(!text.contains(&token));
    }
    let joined = join(&app, "guest@x.test", &token).await.is(200);
    assert_eq!(me(&app, &joined).await["email_verified"], true);
    let welcome = app.mail_to("guest@x.test").await;
    assert_eq!(last(&welcome).header("subject").unwrap(), WELCOME);
}

#[both_stores]
async fn org_07_who_has_an_account_elsewhere_hears_of_it_by_mail(app: TestApp) {
    let owner = app.owner().await;
    let known = sign_up(&app, "known@x.test").await;
    owner
        .post("/v1/org/invite", json!({ "email": "known@x.test" }))
        .await
        .is(200);
    let mails = mails_to(&app, "known@x.test").await;
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}");
    };
    assert!(!mail.text().contains("token="), "{}", mail.text());
    assert!(!mail.html().contains("token="), "{}", mail.html());
    for form in [mail.text(), mail.html()] {
        assert!(form.contains("invite you at another address"), "{form}");
    }
    let me = known.get("/v1/auth/me").await.is(200);
    assert_eq!(me.str("/org_id"), known.org_id);
}

#[both_stores]
async fn mail_04_nothing_is_sent_of_an_invitation_that_is_over(app: TestApp) {
    let owner = app.owner().await;
    let invite = |email: &str| json!({ "email": email });
    let (cancelled, replaced) = ("cancelled@x.test", "replaced@x.test");
    let made = owner
        .post("/v1/org/invite", invite(cancelled))
        .await
        .is(200);
    let id = made.str("/invite_id");
    owner.delete(&format!("/v1/org/invites/{id}")).await.is(204);
    for _ in 0..3 {
        owner.post("/v1/org/invite", invite(replaced)).await.is(200);
    }
    assert_eq!(mails_to(&app, cancelled).await.len(), 0);
    assert_eq!(mails_to(&app, replaced).await.len(), 1);
    let token = last(&mails_to(&app, replaced).await).token();
    join(&app, replaced, &token).await.is(200);

    owner
        .post("/v1/org/invite", invite("late@x.test"))
        .await
        .is(200);
    app.clock().advance(7 * DAY);
    assert_eq!(mails_to(&app, "late@x.test").await.len(), 0);
}

#[both_stores]
async fn mail_04_nothing_is_sent_of_invitations_that_went_with_their_sender(app: TestApp) {
    let owner = app.owner().await;
    let known = sign_up(&app, "known@x.test").await;
    let admin = member(&owner, "admin@x.test", "admin").await;
    let invite = |email: &str| json!({ "email": email });
    for email in ["guest@x.test", &known.email] {
        admin.post("/v1/org/invite", invite(email)).await.is(200);
    }
    owner
        .post("/v1/org/invite", invite("other@x.test"))
        .await
        .is(200);
    let path = format!("/v1/org/members/{}", admin.user_id);
    owner.delete(&path).await.is(204);
    for (email, mails) in [
        ("guest@x.test", 0),
        ("known@x.test", 0),
        ("other@x.test", 1),
    ] {
        assert_eq!(mails_to(&app, email).await.len(), mails, "{email}");
    }
}

#[both_stores]
async fn mail_04_a_refused_invitation_sends_nothing(app: TestApp) {
    let owner = app.owner().await;
    let before = app.outbox().await.len();
    let body = json!({ "email": owner.email });
    owner.post("/v1/org/invite", body).await.is_problem(409);
    assert_eq!(app.outbox().await.len(), before);
}

#[both_stores]
async fn agt_08_a_request_is_mailed_to_who_shall_decide_and_to_no_stranger(app: TestApp) {
    let known = sign_up(&app, "known@x.test").await;
    for email in ["known@x.test", "unknown@x.test"] {
        let body = json!({
            "name": "<b>builder</b>", "description": "builds", "human_email": email, "public_key": KEY,
        });
        app.enroll(body).await;
    }
    assert_eq!(mails_to(&app, "unknown@x.test").await.len(), 0);
    let mails = mails_to(&app, "known@x.test").await;
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}");
    };
    let token = mail.token();
    let text = mail.text();
    for part in ["<b>builder</b>", "builds", FINGERPRINT] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!mail.html().contains("<b>builder"), "{}", mail.html());
    let body = json!({ "token": token, "decision": "approve" });
    let made = known.post("/v1/agents/enroll/decide", body).await.is(200);
    // the key is never mailed
    assert!(made.json().get("api_key").is_none());
    let all = app.mailbox().messages();
    let words = all.iter().map(|mail| mail.text() + &mail.html());
    assert!(!words.collect::<String>().contains("ocv_"));
}

#[both_stores]
async fn mail_04_nothing_is_sent_of_a_request_that_is_over(app: TestApp) {
    let known = sign_up(&app, "known@x.test").await;
    let body = json!({ "name": "builder", "human_email": "known@x.test" });
    let (_, link) = app.enroll(body.clone()).await;
    let denial = json!({ "token": link, "decision": "deny" });
    known.post("/v1/agents/enroll/decide", denial).await.is(200);
    assert_eq!(mails_to(&app, "known@x.test").await.len(), 0);
    app.enroll(body).await;
    app.clock().advance(7 * DAY);
    assert_eq!(mails_to(&app, "known@x.test").await.len(), 0);
}

#[both_stores]
async fn org_06_a_failed_acceptance_leaves_everything_as_it_was(app: TestApp) {
    let owner = app.owner().await;
    let token = owner.invite("guest@x.test", "member").await;
    let (before, mails) = (rows(&app).await, app.outbox().await.len());
    let weak = json!({ "email": "guest@x.test", "password": "short", "invite_token": token });
    app.post("/v1/auth/signup", weak)
        .await
        .is_invalid("password");
    join(&app, "other@x.test", &token).await.is_problem(403);
    assert_eq!(rows(&app).await, before);
    assert_eq!(app.outbox().await.len(), mails);
    join(&app, "guest@x.test", &token).await.is(200);
}
