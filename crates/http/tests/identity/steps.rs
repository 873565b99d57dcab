//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person, Request, TestApp};
use serde_json::json;

/// The tables that a refused request must leave as they were.
const TABLES: [&str; 7] = [
    "orgs",
    "users",
    "api_keys",
    "sessions",
    "refresh_tokens",
    "revoked_tokens",
    "login_addresses",
];

/// A login.
pub(crate) fn login(at: &Instance, email: &str, password: &str) -> Request {
    at.request("POST", "/v1/auth/token")
        .json(&json!({ "email": email, "password": password }))
}

/// The same person after another login: a session of its own.
pub(crate) async fn logged_in(person: &Person) -> Person {
    let answer = login(&person.instance, &person.email, &person.password)
        .send()
        .await
        .is(200);
    Person {
        refresh_token: answer.str("/refresh_token"),
        ..person.with(&answer.str("/access_token"))
    }
}

/// Spends a refresh token.
pub(crate) async fn refresh(at: &Instance, refresh_token: &str) -> Answer {
    at.post(
        "/v1/auth/refresh",
        json!({ "refresh_token": refresh_token }),
    )
    .await
}

/// Exchanges an API key for a token.
pub(crate) async fn exchange(at: &Instance, api_key: &str) -> Answer {
    at.post("/v1/auth/api-key-token", json!({ "api_key": api_key }))
        .await
}

/// An instance that believes what its peer says of the client's address.
pub(crate) async fn behind_a_proxy(app: &TestApp) -> Instance {
    app.instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// Rows of every table that a refusal must not touch.
pub(crate) async fn rows(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut counted = Vec::new();
    for table in TABLES {
        counted.push((table, app.count(table).await));
    }
    counted
}

/// Ends an account behind the server's back, as its removal does: the row goes, the organization's
/// epoch rises.
pub(crate) async fn remove(app: &TestApp, person: &Person) {
    let email = &person.email;
    let org = format!("id = (SELECT org_id FROM users WHERE email = '{email}')");
    app.tamper(&format!(
        "UPDATE orgs SET authz_epoch = authz_epoch + 1 WHERE {org}"
    ))
    .await;
    app.tamper(&format!("DELETE FROM users WHERE email = '{email}'"))
        .await;
}

/// Changes a role behind the server's back, as an owner would.
pub(crate) async fn give_role(app: &TestApp, person: &Person, role: &str) {
    let email = &person.email;
    let org = format!("id = (SELECT org_id FROM users WHERE email = '{email}')");
    app.tamper(&format!(
        "UPDATE users SET role = '{role}' WHERE email = '{email}'"
    ))
    .await;
    app.tamper(&format!(
        "UPDATE orgs SET authz_epoch = authz_epoch + 1 WHERE {org}"
    ))
    .await;
}
