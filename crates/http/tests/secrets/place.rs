//! Where a secret is reached.

use oneclaw_testkit::{Answer, Person};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One path of one vault, and the addresses of all that can be done there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) vault: String,
    pub(crate) path: String,
}

impl Place {
    pub(crate) fn new(vault: &str, path: &str) -> Self {
        Self {
            vault: vault.to_owned(),
            path: path.to_owned(),
        }
    }

    fn at(&self, what: &str) -> String {
        format!("/v1/vaults/{}/{what}/{}", self.vault, self.path)
    }

    pub(crate) fn secret(&self) -> String {
        self.at("secrets")
    }

    pub(crate) fn versions(&self) -> String {
        self.at("secret-versions")
    }

    pub(crate) fn version(&self, number: i64) -> String {
        format!("{}/{number}", self.at("secret-version"))
    }

    pub(crate) fn disable(&self, number: i64) -> String {
        format!("{}/{number}", self.at("secret-version-disable"))
    }

    pub(crate) fn rotate(&self) -> String {
        self.at("secret-rotate")
    }

    pub(crate) fn rotate_alias(&self) -> String {
        format!("{}/rotate", self.secret())
    }

    pub(crate) fn list(&self) -> String {
        format!("/v1/vaults/{}/secrets", self.vault)
    }

    /// Writes a value and whatever else is given.
    pub(crate) async fn put(&self, who: &Person, value: &str, more: Value) -> Answer {
        let mut body = json!({ "value": value });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        who.put(&self.secret(), body).await
    }

    /// How often a version's value was given out, by the versions list, which counts nothing.
    pub(crate) async fn count(&self, who: &Person, number: i64) -> i64 {
        let listed = who.get(&self.versions()).await.is(200);
        let versions = listed.get("/versions");
        let rows = versions.as_array().unwrap();
        let row = rows.iter().find(|row| row["version"] == number).unwrap();
        row["access_count"].as_i64().unwrap()
    }
}

/// The names of an object's members.
pub(crate) fn members(of: &Value) -> BTreeSet<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The answers' statuses, sorted.
pub(crate) fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}
