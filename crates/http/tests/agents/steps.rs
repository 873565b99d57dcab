//! Steps that the stories here share.

use oneclaw_testkit::{Answer, Instance, Person};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Shows a key at the agents' door.
pub(crate) async fn exchange(at: &Instance, api_key: &str) -> Answer {
    at.post("/v1/auth/agent-token", json!({ "api_key": api_key }))
        .await
}

/// Changes an agent.
pub(crate) async fn change(by: &Person, agent: &Person, changes: Value) -> Answer {
    by.patch(&about(agent), changes).await
}

/// Where an agent is.
pub(crate) fn about(agent: &Person) -> String {
    format!("/v1/agents/{}", agent.user_id)
}

/// The vault that keeps the private halves of identity keys.
pub(crate) async fn keys_vault(by: &Person) -> String {
    let listed = by.get("/v1/vaults").await.is(200);
    let vaults = listed.get("/vaults");
    let found = vaults.as_array().unwrap().iter();
    let mut named = found.filter(|vault| vault["name"] == "__agent-keys");
    let id = named.next().unwrap()["id"].as_str().unwrap().to_owned();
    assert!(named.next().is_none(), "there is one: {vaults}");
    id
}

/// Where the two private halves of an agent lie.
pub(crate) fn private_halves(agent: &Person) -> [String; 2] {
    ["ssh", "ecdh"].map(|kind| format!("agents/{}/{kind}/private_key", agent.user_id))
}

/// 2026-03-01T12:00:00Z, when every test begins, and so many seconds.
pub(crate) fn in_seconds(seconds: i64) -> String {
    format!(
        "2026-03-01T{:02}:{:02}:{:02}Z",
        12 + seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Bytes as a database shows them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
