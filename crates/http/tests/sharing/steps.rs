//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person, Request, TestApp};
use serde_json::{Value, json};

/// What is shared in most of the stories.
pub(crate) const VALUE: &str = "the value that is shared";
pub(crate) const DAY: i64 = 86_400;

/// An owner with a secret at `db/password`.
pub(crate) struct Scene {
    pub(crate) ada: Person,
    pub(crate) vault: String,
    pub(crate) secret: String,
}

impl Scene {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let vault = ada.vault("prod").await;
        let kept = ada.keep(&vault, "db/password", VALUE).await;
        Self {
            secret: kept.str("/id"),
            ada,
            vault,
        }
    }

    /// Shares the secret; gives the share's id.
    pub(crate) async fn share(&self, body: Value) -> String {
        self.shared_by(&self.ada, body).await
    }

    pub(crate) async fn shared_by(&self, who: &Person, body: Value) -> String {
        who.share(&self.secret, body).await.is(201).str("/id")
    }

    /// With whoever has the link.
    pub(crate) async fn link(&self, more: Value) -> String {
        self.share(with("anyone_with_link", more)).await
    }

    /// A member who can only write, one who can read, and so on.
    pub(crate) async fn member_with(&self, permissions: &[&str]) -> Person {
        let member = self.ada.member("member").await;
        self.ada
            .grant(&self.vault, &member, "db/*", permissions)
            .await;
        member
    }

    /// The item of a share in its maker's list.
    pub(crate) async fn item(&self, share: &str) -> Value {
        item(&self.ada, "outbound", share).await.unwrap()
    }

    /// How often a share was read.
    pub(crate) async fn count(&self, share: &str) -> i64 {
        self.item(share).await["access_count"].as_i64().unwrap()
    }

    pub(crate) fn at(&self) -> String {
        format!("/v1/vaults/{}/secrets/db/password", self.vault)
    }
}

/// Deletes somebody's account.
pub(crate) fn leave(person: &Person) -> Request {
    let confirm = json!({ "confirm": "DELETE MY ACCOUNT" });
    person.request("DELETE", "/v1/auth/me").json(&confirm)
}

/// A share in one of somebody's lists.
pub(crate) async fn item(who: &Person, direction: &str, share: &str) -> Option<Value> {
    let list = who.get(&format!("/v1/shares/{direction}")).await.is(200);
    let shares = list.get("/shares").as_array().unwrap().clone();
    shares.into_iter().find(|item| item["id"] == share)
}

/// A body for one kind of recipient, and what else there is to say.
pub(crate) fn with(recipient_type: &str, more: Value) -> Value {
    let mut body = more;
    body["recipient_type"] = json!(recipient_type);
    body
}

/// For a person.
pub(crate) fn to_user(who: &Person) -> Value {
    json!({ "recipient_type": "user", "recipient_id": who.user_id })
}

/// For an agent.
pub(crate) fn to_agent(who: &Person) -> Value {
    json!({ "recipient_type": "agent", "recipient_id": who.user_id })
}

/// For an address.
pub(crate) fn to_email(email: &str) -> Value {
    json!({ "recipient_type": "external_email", "email": email })
}

pub(crate) fn at(share: &str) -> String {
    format!("/v1/share/{share}")
}

/// Reads a share without a credential.
pub(crate) async fn open(at_instance: &Instance, share: &str) -> Answer {
    at_instance.get(&at(share)).await
}

/// Reads a share without a credential, with a passphrase in the body as the Python client does.
pub(crate) async fn open_with(at_instance: &Instance, share: &str, passphrase: &str) -> Answer {
    let body = json!({ "passphrase": passphrase });
    let request = at_instance.request("GET", &at(share)).json(&body);
    request.send().await
}

/// Whether somebody's address counts as proved, behind the server's back.
pub(crate) async fn prove(app: &TestApp, who: &Person, proved: bool) {
    let proved = match (app.kind(), proved) {
        (oneclaw_testkit::StoreKind::Sqlite, true) => "1",
        (oneclaw_testkit::StoreKind::Sqlite, false) => "0",
        (oneclaw_testkit::StoreKind::Postgres, true) => "true",
        (oneclaw_testkit::StoreKind::Postgres, false) => "false",
    };
    app.tamper(&format!(
        "UPDATE users SET email_verified = {proved} WHERE email = '{}'",
        who.email
    ))
    .await;
}

/// An instance that believes what its peer says of the client's address.
pub(crate) async fn behind_a_proxy(app: &TestApp) -> Instance {
    app.instance_with(|_, http| http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// Reads a share from an address.
pub(crate) async fn open_from(at_instance: &Instance, share: &str, from: &str) -> Answer {
    let request = at_instance.request("GET", &at(share));
    request.header("x-forwarded-for", from).send().await
}

/// A body without what differs by request.
pub(crate) fn plain(answer: &Answer) -> Value {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("request_id");
    body
}

/// The statuses of many answers, sorted.
pub(crate) fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

/// The audit event that an answer's request left.
pub(crate) async fn event_of(app: &TestApp, answer: &Answer) -> Value {
    let mut events = app.audit_of(answer.header("x-request-id").unwrap()).await;
    events.retain(|event| event["action"] != "share.notify");
    assert_eq!(events.len(), 1, "{}: {events:#?}", answer.asked);
    events.remove(0)
}

/// An id as the events' `org_id` has it.
pub(crate) fn bare(id: &str) -> String {
    id.replace('-', "")
}
