//! Ada, her vault, and one secret in it.

use crate::contents::contents;
use oneclaw_testkit::{Answer, Person, TestApp};

/// What every test of this folder begins with.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    /// An owner, without the limits of a plan.
    pub(crate) ada: Person,
    /// Her vault.
    pub(crate) vault: String,
    /// Her API key, and its id.
    pub(crate) api_key: (String, String),
    /// Another member of the organization.
    pub(crate) member_id: String,
    /// The secret's id.
    pub(crate) secret_id: String,
    /// A policy of theirs on the vault.
    pub(crate) policy_id: String,
}

/// The one secret's value.
pub(crate) const VALUE: &str = "what-the-scene-keeps";

impl Scene {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let vault = ada.vault("production").await;
        let secret_id = ada.keep(&vault, "app/key", VALUE).await.str("/id");
        let api_key = ada.api_key(serde_json::json!({ "name": "laptop" })).await;
        let member = ada.member("member").await;
        let policy_id = ada.grant(&vault, &member, "app/*", &["read"]).await;
        let member_id = member.user_id;
        Self {
            app: app.clone(),
            ada,
            member_id,
            secret_id,
            policy_id,
            vault,
            api_key,
        }
    }

    /// The address of what is in the vault, such as `secrets/app/key`.
    pub(crate) fn in_vault(&self, tail: &str) -> String {
        format!("/v1/vaults/{}/{tail}", self.vault)
    }

    /// PUT of a body as it is written.
    pub(crate) async fn put_raw(&self, path: &str, body: &str) -> Answer {
        let target = self.in_vault(&format!("secrets/{path}"));
        self.ada.request("PUT", &target).body(body).send().await
    }

    /// The paths of the vault's list.
    pub(crate) async fn paths(&self) -> Vec<String> {
        let list = self.ada.get(&self.in_vault("secrets")).await.is(200);
        members(&list, "secrets", "path")
    }

    /// Fails unless the store holds what it held, no text of `secrets` was repeated, and the server
    /// still serves.
    pub(crate) async fn is_untouched(&self, before: &[String], secrets: &[&str]) {
        assert_eq!(contents(&self.app).await, before, "something was kept");
        let events = self
            .app
            .rows("SELECT CAST(details AS TEXT) AS text FROM audit_events")
            .await;
        let (events, logged) = (events.join("\n"), self.app.logged());
        for secret in secrets {
            assert!(!events.contains(secret), "{secret} is in the journal");
            assert!(!logged.contains(secret), "{secret} is in the log");
        }
        let read = self.ada.read(&self.vault, "app/key").await.is(200);
        assert_eq!(read.str("/value"), VALUE);
    }
}

/// One member of every row of a list.
pub(crate) fn members(list: &Answer, rows: &str, member: &str) -> Vec<String> {
    let rows = list.get(&format!("/{rows}"));
    let rows = rows
        .as_array()
        .unwrap_or_else(|| panic!("{}: no {rows}", list.asked));
    let text = |row: &serde_json::Value| match row.get(member) {
        Some(serde_json::Value::String(text)) => text.clone(),
        other => other.map(ToString::to_string).unwrap_or_default(),
    };
    rows.iter().map(text).collect()
}
