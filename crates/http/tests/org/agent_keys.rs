//! Which vault keeps the agents' identity keys.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn contract_15_the_agent_keys_vault_is_found_once_there_is_an_agent(app: TestApp) {
    const TARGET: &str = "/v1/org/agent-keys-vault";
    let ada = app.owner().await;
    let bob = ada.member("member").await;
    ada.get(TARGET).await.is_problem(404);
    assert_eq!(
        app.last_event().await,
        "org.agent_keys_vault denied not_found"
    );
    ada.agent(json!({ "name": "robot" })).await;
    let found = ada.get(TARGET).await.is(200).str("/vault_id");
    assert_eq!(bob.get(TARGET).await.is(200).str("/vault_id"), found);
    let vaults = ada.get("/v1/vaults").await.is(200);
    assert_eq!(vaults.str("/vaults/0/id"), found);
    assert_eq!(vaults.str("/vaults/0/name"), "__agent-keys");
    // of another organization nothing is known
    let eve = app.owner().await;
    eve.get(TARGET).await.is_problem(404);
}
