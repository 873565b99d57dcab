//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person, Received, TestApp};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "Correct-Horse-4-Battery";
pub(crate) const NEW: &str = "Another-Battery-77-Staple";
pub(crate) const WRONG: &str = "Wrong-Horse-0-Battery";

/// The tables that a refused request must leave as they were.
const TABLES: [&str; 8] = [
    "orgs",
    "users",
    "sessions",
    "api_keys",
    "invites",
    "pending_signups",
    "account_proofs",
    "mail_outbox",
];

/// An instance on which an account exists only once its address was proved.
pub(crate) async fn verifying(app: &TestApp) -> Instance {
    app.instance_with(|services, _| services.require_email_verification = Some(true))
        .await
}

/// An instance that believes what its peer says of the client's address.
pub(crate) async fn behind_a_proxy(app: &TestApp) -> Instance {
    app.instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// Sends a body from another address of the internet.
pub(crate) async fn from(front: &Instance, ip: &str, path: &str, body: Value) -> Answer {
    let request = front.request("POST", path).json(&body);
    request.header("x-forwarded-for", ip).send().await
}

pub(crate) async fn login_from(front: &Instance, ip: &str, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    from(front, ip, "/v1/auth/token", body).await
}

/// Follows a link, and takes what it leads to over with a password of one's own.
pub(crate) async fn take_over(at: &Instance, token: &str, new: &str) -> Answer {
    let body = json!({ "token": token, "new_password": new });
    at.post("/v1/auth/verify-email", body).await
}

pub(crate) async fn sign_up(at: &Instance, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    at.post("/v1/auth/signup", body).await
}

pub(crate) async fn login(at: &Instance, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    at.post("/v1/auth/token", body).await
}

pub(crate) async fn forget(at: &Instance, email: &str) -> Answer {
    at.post("/v1/auth/forgot-password", json!({ "email": email }))
        .await
}

pub(crate) async fn reset(at: &Instance, token: &str, new: &str) -> Answer {
    let body = json!({ "token": token, "new_password": new });
    at.post("/v1/auth/reset-password", body).await
}

/// Follows a link as its page does.
pub(crate) async fn follow(at: &Instance, token: &str) -> Answer {
    at.post("/v1/auth/verify-email", json!({ "token": token }))
        .await
}

/// The tokens of the links to a page that an address was mailed, in the order of arrival.
pub(crate) async fn tokens(app: &TestApp, email: &str, page: &str) -> Vec<String> {
    let mut mails = app.mail_to(email).await;
    mails.retain(|mail| mail.text().contains(&format!("/{page}?token=")));
    let tokens: Vec<_> = mails.iter().map(Received::token).collect();
    for token in &tokens {
        app.never_log(token);
    }
    tokens
}

/// The newest of them.
pub(crate) async fn token(app: &TestApp, email: &str, page: &str) -> String {
    let tokens = tokens(app, email, page).await;
    let newest = tokens.into_iter().next_back();
    newest.unwrap_or_else(|| panic!("no link to {page} came to {email}"))
}

/// What sets a new password.
pub(crate) async fn reset_token(app: &TestApp, email: &str) -> String {
    forget(app, email).await.is(200);
    token(app, email, "reset-password").await
}

/// An owner whose address is proved, by their own session.
pub(crate) async fn proved_owner(app: &TestApp) -> Person {
    let owner = app.owner().await;
    let token = token(app, &owner.email, "verify-email").await;
    let body = json!({ "token": token });
    owner.post("/v1/auth/verify-email", body).await.is(200);
    owner
}

pub(crate) async fn me(at: &Instance, token: &str) -> Value {
    let request = at.request("GET", "/v1/auth/me").bearer(token);
    request.send().await.is(200).json()
}

/// Rows of every table that a refusal must not touch.
pub(crate) async fn rows(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut counted = Vec::new();
    for table in TABLES {
        counted.push((table, app.count(table).await));
    }
    counted
}

/// What a stranger sees of an answer: all of it but the request's id and the second it was sent.
pub(crate) fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "x-request-id" && name != "date");
    headers.sort();
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    (answer.status, headers, body)
}

/// The subjects of what an address was mailed.
pub(crate) async fn subjects(app: &TestApp, email: &str) -> Vec<String> {
    let mails = app.mail_to(email).await;
    let subject = |mail: &oneclaw_testkit::Received| mail.header("subject").unwrap_or_default();
    mails.iter().map(subject).collect()
}
