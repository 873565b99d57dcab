//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Authenticator, Instance, Person, Request, TestApp};
use serde_json::{Value, json};

/// Answers a login's question.
pub(crate) fn verify(at: &Instance, mfa_token: &str, code: &str) -> Request {
    at.request("POST", "/v1/auth/mfa/verify")
        .json(&json!({ "mfa_token": mfa_token, "code": code }))
}

/// Logs in with the password and a code, at the instance that the person talks to.
pub(crate) async fn enter(person: &Person, code: &str) -> Answer {
    let token = person.challenge().await;
    verify(&person.instance, &token, code).send().await
}

/// The same person after a login with a code: a session of its own.
pub(crate) async fn entered(person: &Person, code: &str) -> Person {
    let answer = enter(person, code).await.is(200);
    Person {
        refresh_token: answer.str("/refresh_token"),
        ..person.with(&answer.str("/access_token"))
    }
}

/// Turns the second factor off, as clients send it.
pub(crate) async fn turn_off(person: &Person, body: &Value) -> Answer {
    person
        .request("DELETE", "/v1/auth/mfa")
        .json(body)
        .send()
        .await
}

/// A code that is wrong for now, whichever step is taken.
pub(crate) fn wrong_code(app: &Authenticator, at: &Instance) -> String {
    let near: Vec<_> = (-2..=2).map(|steps| app.code(at, steps)).collect();
    (0..6)
        .map(|digit| format!("{digit}00000"))
        .find(|code| !near.contains(code))
        .unwrap()
}

/// Proves once more who somebody is, and gives the token.
pub(crate) async fn proved_again(person: &Person, proof: Value) -> String {
    let answer = person.post("/v1/auth/reauth", proof).await.is(200);
    assert_eq!(answer.get("/expires_in"), 300);
    assert_eq!(answer.get("/token"), answer.get("/reauth_token"));
    answer.str("/reauth_token")
}

/// A request with a fresh proof of who it is.
pub(crate) fn confirmed(request: Request, proof: &str) -> Request {
    request.header("x-auth-confirm", proof)
}

/// Deletes the account, with or without a proof.
pub(crate) fn leave(person: &Person) -> Request {
    person
        .request("DELETE", "/v1/auth/me")
        .json(&json!({ "confirm": "DELETE MY ACCOUNT" }))
}

/// Takes the account's data along.
pub(crate) fn export(person: &Person) -> Request {
    person.request("POST", "/v1/auth/export-data")
}

/// An instance that believes what its peer says of the client's address.
pub(crate) async fn behind_a_proxy(app: &TestApp) -> Instance {
    app.instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// The answer without what differs with every request.
pub(crate) fn told(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}
