//! What the floods run against.

use oneclaw_services::{AttemptLimit, Settings};
use oneclaw_testkit::{Answer, Instance, Person, Request, TestApp};
use serde_json::{Value, json};

/// The window of every limit here, in seconds.
pub(crate) const WINDOW: i64 = 60;
/// What a limit lets through here.
pub(crate) const THREE: AttemptLimit = AttemptLimit {
    tries: 3,
    seconds: WINDOW,
};
/// Nobody's password.
pub(crate) const WRONG: &str = "Wrong-Horse-0-Battery";

/// People and things that limits are about.
pub(crate) struct Ground {
    pub(crate) ada: Person,
    /// A member with a second factor.
    pub(crate) guarded: Person,
    pub(crate) secret_id: String,
    /// A share of it by link, with a passphrase.
    pub(crate) locked_id: String,
}

impl Ground {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let vault = ada.vault("prod").await;
        let kept = ada.keep(&vault, "db/password", "kept in a flood").await;
        let secret_id = kept.str("/id");
        let link = json!({
            "recipient_type": "anyone_with_link", "passphrase": "the right passphrase",
        });
        let locked = ada.share(&secret_id, link).await.is(201);
        let guarded = ada.member("member").await;
        guarded.turn_mfa_on().await;
        Self {
            ada,
            guarded,
            secret_id,
            locked_id: locked.str("/id"),
        }
    }

    /// A read of the share with a passphrase.
    pub(crate) fn unlock(&self, at: &Instance, passphrase: &str) -> Request {
        at.request("GET", &format!("/v1/share/{}", self.locked_id))
            .header("x-share-passphrase", passphrase)
    }
}

/// Two instances on the store that believe what their peer says of the client's address.
pub(crate) async fn two(app: &TestApp, change: impl Fn(&mut Settings)) -> [Instance; 2] {
    let mut instances = Vec::new();
    for _ in 0..2 {
        let one = app
            .instance_with(|services, http| {
                http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
                change(services);
            })
            .await;
        instances.push(one);
    }
    instances.try_into().unwrap()
}

/// A POST without a credential.
pub(crate) fn post(at: &Instance, target: &str, body: &Value) -> Request {
    at.request("POST", target).json(body)
}

/// The same from an address.
pub(crate) fn from(request: Request, address: &str) -> Request {
    request.header("x-forwarded-for", address)
}

/// One address of many.
pub(crate) fn address(number: usize) -> String {
    format!("198.51.100.{}", number + 1)
}

/// A refusal for having come too often: gives the seconds that it says to wait.
#[track_caller]
pub(crate) fn wait_of(answer: Answer) -> i64 {
    let answer = answer.is_problem(429);
    let wait = answer.header("retry-after").unwrap();
    assert!(wait.bytes().all(|b| b.is_ascii_digit()), "{wait}");
    let wait = wait.parse().unwrap();
    assert!((1..=WINDOW).contains(&wait), "{}: {wait}", answer.asked);
    wait
}

/// How many refusals by a limit left an event.
pub(crate) async fn limited(app: &TestApp) -> usize {
    let events = app.events().await;
    let refused = events
        .iter()
        .filter(|event| event.ends_with("rate_limited"));
    refused.count()
}
