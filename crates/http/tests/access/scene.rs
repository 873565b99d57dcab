//! An owner with a vault, and a member of her organization without any grant.

use oneclaw_testkit::{Answer, Person, TestApp};
use serde_json::{Value, json};

/// What every test of this folder begins with.
pub(crate) struct Scene {
    /// The owner.
    pub(crate) ada: Person,
    /// A member.
    pub(crate) bob: Person,
    /// Her vault.
    pub(crate) vault: String,
}

impl Scene {
    pub(crate) async fn of(app: &TestApp) -> Self {
        let ada = app.owner().await;
        let vault = ada.vault("prod").await;
        let bob = ada.member("member").await;
        Self { ada, bob, vault }
    }

    /// The same with secrets at these paths.
    pub(crate) async fn with(app: &TestApp, paths: &[&str]) -> Self {
        let scene = Self::of(app).await;
        for path in paths {
            scene.ada.keep(&scene.vault, path, "swordfish").await;
        }
        scene
    }

    /// Where the vault's policies are.
    pub(crate) fn policies(&self) -> String {
        format!("/v1/vaults/{}/policies", self.vault)
    }

    /// Where one of them is.
    pub(crate) fn policy(&self, id: &str) -> String {
        format!("{}/{id}", self.policies())
    }

    /// The address of what is in the vault, such as `secrets/app/key`.
    pub(crate) fn at(&self, tail: &str) -> String {
        format!("/v1/vaults/{}/{tail}", self.vault)
    }

    /// A policy for Bob, which must be taken; gives its id.
    pub(crate) async fn for_bob(&self, more: Value) -> String {
        let made = self.ada.ask_policy(&self.vault, &self.bob, &more).await;
        made.is(201).str("/id")
    }

    /// Bob reads.
    pub(crate) async fn bob_reads(&self, path: &str) -> u16 {
        self.bob.read(&self.vault, path).await.status
    }

    /// The paths that somebody's list shows.
    pub(crate) async fn listed(&self, who: &Person, query: &str) -> Vec<String> {
        let list = who.get(&self.at(&format!("secrets{query}"))).await.is(200);
        column(&list, "/secrets", "path")
    }
}

/// One text of every row of a list.
pub(crate) fn column(list: &Answer, rows: &str, member: &str) -> Vec<String> {
    let rows = list.get(rows);
    let rows = rows.as_array().unwrap();
    rows.iter()
        .map(|row| row[member].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// What an answer says, but for the request's id.
pub(crate) fn said(answer: &Answer) -> String {
    let id = answer.header("x-request-id").unwrap_or_default();
    format!("{} {}", answer.status, answer.text().replace(id, "ID"))
}

/// What a policy for somebody says of whom it is for.
pub(crate) fn to(who: &Person) -> Value {
    json!({ "principal_type": who.principal_type(), "principal_id": who.user_id })
}

/// One object with the members of two.
pub(crate) fn merged(mut one: Value, two: Value) -> Value {
    if let (Some(one), Value::Object(two)) = (one.as_object_mut(), two) {
        one.extend(two);
    }
    one
}
