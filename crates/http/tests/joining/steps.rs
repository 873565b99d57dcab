//! Steps that the stories here share.

use oneclaw_adapters::{FolderMailer, Sender};
use oneclaw_testkit::{Answer, Instance, Person, TestApp};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) const PASSWORD: &str = "Correct-Horse-4-Battery";
pub(crate) const DAY: i64 = 86_400;

/// An instance whose mail goes into a folder, and so does not reach people by itself.
pub(crate) async fn without_mail(app: &TestApp) -> Instance {
    let folder = app.test_store().folder().join("mail");
    let sender = Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap();
    let mailer = Arc::new(FolderMailer::new(folder, sender));
    app.instance_mailing(mailer, |_, _| ()).await
}

/// Signs an address up by an invitation.
pub(crate) async fn join(at: &Instance, email: &str, token: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD, "invite_token": token });
    at.post("/v1/auth/signup", body).await
}

/// Signs an address up without any.
pub(crate) async fn sign_up(at: &Instance, email: &str) -> Person {
    let body = json!({ "email": email, "password": PASSWORD });
    let made = at.post("/v1/auth/signup", body).await.is(200);
    person(at, email, &made)
}

/// Whom a signup or login made.
pub(crate) fn person(at: &Instance, email: &str, made: &Answer) -> Person {
    Person {
        instance: at.clone(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        token: made.str("/access_token"),
        refresh_token: made.str("/refresh_token"),
        user_id: made.str("/user_id"),
        org_id: made.str("/org_id"),
    }
}

/// Somebody with a role in the organization of an owner.
pub(crate) async fn member(owner: &Person, email: &str, role: &str) -> Person {
    let token = owner.invite(email, role).await;
    let made = join(&owner.instance, email, &token).await.is(200);
    person(&owner.instance, email, &made)
}

/// The profile of whoever an answer logged in.
pub(crate) async fn me(at: &Instance, made: &Answer) -> Value {
    let token = made.str("/access_token");
    let request = at.request("GET", "/v1/auth/me").bearer(&token);
    request.send().await.is(200).json()
}

/// Rows of what joining adds to.
pub(crate) async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for table in [
        "orgs",
        "users",
        "sessions",
        "invites",
        "agents",
        "enrollments",
    ] {
        counted.push(app.count(table).await);
    }
    counted
}

/// A body without what differs by request.
pub(crate) fn plain(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}
