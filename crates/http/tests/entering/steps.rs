//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person, TestApp};
use serde_json::{Value, json};

pub(crate) const DAY: i64 = 86_400;
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A device that asked to be logged in.
pub(crate) struct Device {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
}

/// A device asks.
pub(crate) async fn device(at: &Instance, body: Value) -> Device {
    let answer = at.post("/v1/auth/device/code", body).await.is(200);
    Device {
        device_code: answer.str("/device_code"),
        user_code: answer.str("/user_code"),
    }
}

/// A device asks how that went.
pub(crate) async fn poll(at: &Instance, device: &Device) -> Answer {
    let body = json!({ "device_code": device.device_code, "grant_type": GRANT_TYPE });
    at.post("/v1/auth/device/token", body).await
}

/// The same, where there is no token: the word.
pub(crate) async fn word(at: &Instance, device: &Device) -> String {
    let answer = poll(at, device).await.is(200);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    answer.str("/error")
}

/// Somebody decides, or looks: `approve`, `deny`, `lookup`.
pub(crate) async fn decide(who: &Person, what: &str, code: &str) -> Answer {
    let target = format!("/v1/auth/device/{what}");
    who.post(&target, json!({ "user_code": code })).await
}

/// A device that somebody let in, with its token.
pub(crate) async fn let_in(who: &Person) -> Person {
    let device = device(&who.instance, json!({})).await;
    decide(who, "approve", &device.user_code).await.is(200);
    let answer = poll(&who.instance, &device).await.is(200);
    who.with(&answer.str("/access_token"))
}

/// A code that nobody was given, or only by a chance of one in 25 billion.
pub(crate) fn other_code(number: usize) -> String {
    let letters = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |place: u32| char::from(letters[number / 20_usize.pow(place) % 20]);
    format!("BBBB-{}{}{}{}", letter(3), letter(2), letter(1), letter(0))
}

/// Says that somebody proved their address.
pub(crate) async fn prove(app: &TestApp, email: &str) {
    let sql = format!("UPDATE users SET email_verified = (1 = 1) WHERE email = '{email}'");
    app.tamper(&sql).await;
}

/// Logs in by the word of the issuer.
pub(crate) async fn by_token(at: &Instance, token: &str) -> Answer {
    at.post("/v1/auth/google", json!({ "id_token": token }))
        .await
}

/// The profile of whoever an answer logged in.
pub(crate) async fn me(at: &Instance, answer: &Answer) -> Value {
    let token = answer.str("/access_token");
    let request = at.request("GET", "/v1/auth/me").bearer(&token);
    request.send().await.is(200).json()
}

/// A body without what differs by request.
pub(crate) fn plain(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

/// Rows of what a login adds to.
pub(crate) async fn rows(app: &TestApp) -> Vec<i64> {
    let mut counted = Vec::new();
    for table in ["orgs", "users", "sessions", "identities", "invites"] {
        counted.push(app.count(table).await);
    }
    counted
}
