//! AGT-09 and contract 13: identity keys, and the vault that keeps their private halves.

use super::steps::{about, change, hex, keys_vault, private_halves};
use oneclaw_testkit::{Person, TestApp, both_stores, ed25519_fits, p256_fits};
use serde_json::{Value, json};

fn bytes(base64: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(base64).unwrap()
}

/// The private halves are those of the public ones that the agent shows.
async fn fits(by: &Person, vault: &str, bot: &Person) {
    let agent = by.get(&about(bot)).await.is(200);
    let [ssh, ecdh] = private_halves(bot);
    let (ssh, ecdh) = (
        by.read(vault, &ssh).await.is(200),
        by.read(vault, &ecdh).await.is(200),
    );
    assert_eq!(
        (ssh.str("/type"), ecdh.str("/type")),
        ("ssh_key".to_owned(), "private_key".to_owned())
    );
    let seed = bytes(&ssh.str("/value"));
    assert!(ed25519_fits(&seed, &bytes(&agent.str("/ssh_public_key"))));
    let (scalar, point) = (
        bytes(&ecdh.str("/value")),
        bytes(&agent.str("/ecdh_public_key")),
    );
    assert_eq!((scalar.len(), point.len(), point[0]), (32, 65, 4));
    assert!(p256_fits(&scalar, &point));
}

#[both_stores]
async fn an_agent_has_two_key_pairs_from_birth(app: TestApp) {
    let ada = app.owner().await;
    let listed = ada.get("/v1/vaults").await.is(200);
    assert_eq!(
        listed.get("/vaults"),
        json!([]),
        "no vault before the first agent"
    );
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let other = ada.new_agent(json!({ "name": "other" })).await;
    let vault = keys_vault(&ada).await;
    let found = ada.get("/v1/org/agent-keys-vault").await.is(200);
    assert_eq!(found.str("/vault_id"), vault);
    let shown = ada.get(&format!("/v1/vaults/{vault}")).await.is(200);
    assert_eq!(shown.str("/created_by"), ada.user_id);
    for agent in [&bot, &other] {
        fits(&ada, &vault, agent).await;
    }
    let keys = |answer: Value| {
        (
            answer["ssh_public_key"].clone(),
            answer["ecdh_public_key"].clone(),
        )
    };
    let one = keys(ada.get(&about(&bot)).await.is(200).json());
    let two = keys(ada.get(&about(&other)).await.is(200).json());
    assert!(one.0 != two.0 && one.1 != two.1);
    let listed = ada
        .get(&format!("/v1/vaults/{vault}/secrets"))
        .await
        .is(200);
    assert_eq!(listed.get("/secrets").as_array().unwrap().len(), 4);
    ada.delete(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(409);
    ada.post("/v1/vaults", json!({ "name": "__agent-keys" }))
        .await
        .is_invalid("name");
}

#[both_stores]
async fn agt_09_private_halves_are_for_whom_they_were_granted(app: TestApp) {
    let ada = app.owner().await;
    let member = ada.member("member").await;
    let mut bots = Vec::new();
    for by in [&ada, &member] {
        bots.push(by.new_agent(json!({ "name": "bot" })).await);
    }
    let vault = keys_vault(&ada).await;
    let [bot, other] = [&bots[0], &bots[1]];
    for half in private_halves(bot) {
        // itself, another agent, a member, even one who made an agent
        for stranger in [bot, other, &member] {
            stranger.read(&vault, &half).await.is_problem(403);
        }
        ada.read(&vault, &half).await.is(200);
    }
    for half in private_halves(other) {
        member.read(&vault, &half).await.is_problem(403);
    }
    let own = format!("agents/{}/**", bot.user_id);
    ada.grant(&vault, bot, &own, &["read"]).await;
    for half in private_halves(bot) {
        bot.read(&vault, &half).await.is(200);
        other.read(&vault, &half).await.is_problem(403);
    }
    for half in private_halves(other) {
        bot.read(&vault, &half).await.is_problem(403);
    }
    change(&ada, bot, json!({ "intents_api_enabled": true }))
        .await
        .is(200);
    for half in private_halves(bot) {
        bot.read(&vault, &half).await.is_problem(403);
    }
}

#[both_stores]
async fn agt_09_who_made_the_vault_for_keys_does_not_manage_it(app: TestApp) {
    let ada = app.owner().await;
    let member = ada.member("member").await;
    let bot = member.new_agent(json!({ "name": "first" })).await;
    let vault = keys_vault(&ada).await;
    for half in private_halves(&bot) {
        member.read(&vault, &half).await.is_problem(403);
        ada.read(&vault, &half).await.is(200);
    }
    member
        .delete(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(403);
    ada.delete(&format!("/v1/vaults/{vault}"))
        .await
        .is_problem(409);
}

#[both_stores]
async fn agt_09_private_halves_go_with_the_agent(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let kept = ada.new_agent(json!({ "name": "kept" })).await;
    let vault = keys_vault(&ada).await;
    let own = format!("agents/{}/**", bot.user_id);
    ada.grant(&vault, &bot, &own, &["read"]).await;
    let policies = format!("/v1/vaults/{vault}/policies");
    let named = ada.get(&policies).await.is(200).get("/policies");
    assert_eq!(named.as_array().unwrap().len(), 1);
    ada.delete(&about(&bot)).await.is(204);
    for half in private_halves(&bot) {
        ada.read(&vault, &half).await.is_problem(410);
        let version = format!("/v1/vaults/{vault}/secret-version/{half}/1");
        ada.get(&version).await.is_problem(410);
    }
    assert_eq!(ada.get(&policies).await.is(200).get("/policies"), json!([]));
    fits(&ada, &vault, &kept).await;
}

#[both_stores]
async fn rotated_identity_keys_are_new_and_the_old_ones_disabled(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let vault = keys_vault(&ada).await;
    let rotate = format!("{}/rotate-identity-keys", about(&bot));
    let mut before = ada.get(&about(&bot)).await.is(200).json();
    for round in 2..4 {
        let after = ada.post_empty(&rotate).await.is(200).json();
        assert_eq!(app.last_event().await, "agent.rotate_identity_keys ok");
        for member in ["ssh_public_key", "ecdh_public_key"] {
            assert_ne!(after[member], before[member]);
        }
        fits(&ada, &vault, &bot).await;
        for half in private_halves(&bot) {
            for old in 1..round {
                let version = format!("/v1/vaults/{vault}/secret-version/{half}/{old}");
                ada.get(&version).await.is_problem(410);
            }
        }
        before = after;
    }
    // what somebody wrote or deleted there does not matter
    let [ssh, ecdh] = private_halves(&bot);
    ada.keep(&vault, &ssh, "somebody's own value").await;
    ada.delete(&format!("/v1/vaults/{vault}/secrets/{ecdh}"))
        .await
        .is(204);
    ada.post_empty(&rotate).await.is(200);
    fits(&ada, &vault, &bot).await;
    for old in 1..5 {
        let version = format!("/v1/vaults/{vault}/secret-version/{ssh}/{old}");
        ada.get(&version).await.is_problem(410);
    }
    bot.get("/v1/agents/me").await.is(200);
    bot.post_empty(&rotate).await.is_problem(403);
}

#[both_stores]
async fn cry_02_private_halves_lie_sealed(app: TestApp) {
    let ada = app.owner().await;
    let bot = ada.new_agent(json!({ "name": "bot" })).await;
    let vault = keys_vault(&ada).await;
    let column = match app.kind() {
        oneclaw_testkit::StoreKind::Sqlite => "SELECT hex(envelope) AS text FROM secret_versions",
        oneclaw_testkit::StoreKind::Postgres => {
            "SELECT encode(envelope, 'hex') AS text FROM secret_versions"
        }
    };
    let rows = app.rows(column).await;
    assert_eq!(rows.len(), 2);
    for half in private_halves(&bot) {
        let value = ada.read(&vault, &half).await.is(200).str("/value");
        for plain in [hex(value.as_bytes()), hex(&bytes(&value))] {
            assert!(rows.iter().all(|row| !row.to_lowercase().contains(&plain)));
        }
    }
}
