//! Agents.

use super::policies::{insert_policy, new_policy};
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{
    Agent, AgentExtras, AgentId, AgentKey, AgentKeyId, AgentName, Binding, Description,
    Environment, IdentityKeys, KeyPrefix, PageSize, Principal, Scopes, TokenId, TokenTtl, VaultId,
};
use oneclaw_policy::{
    AgentLogIn, DeleteAgent, ListAgents, ReadAgent, RegisterAgent, RevokeAgentToken,
    RotateAgentKey, RotateIdentityKeys, UpdateAgent,
};
use oneclaw_storage::{AgentCursor, StorageError, Store};
use serde_json::json;

on_both_stores! {
    an_agent_comes_back_as_it_was_stored
    agents_list_oldest_first_by_pages
    each_write_changes_its_own_part
    deleting_an_agent_takes_what_names_it
    another_tenants_proof_changes_no_agent
    a_keys_hash_is_taken_once
    agt_05_what_limits_an_agent_is_never_read_as_no_limit
}

/// An agent with as little as can be.
pub(super) fn new_agent(who: Tenant) -> Agent {
    Agent {
        id: AgentId::from_uuid(id()),
        org: who.org,
        name: AgentName::parse("deployer").unwrap(),
        description: Description::parse("").unwrap(),
        scopes: Scopes::default(),
        is_active: true,
        intents_api_enabled: false,
        shroud_enabled: false,
        token_ttl: None,
        binding: Binding::default(),
        key: AgentKey {
            id: AgentKeyId::from_uuid(id()),
            prefix: KeyPrefix::of("ocv_abcdefgh_rest"),
            expires_at: None,
        },
        identity: IdentityKeys {
            ssh: [1; 32],
            ecdh: [4; 65],
        },
        environment: None,
        environment_locked: false,
        env_auto_resolve: None,
        extras: AgentExtras::default(),
        created_by: Some(who.user),
        created_at: now(),
        expires_at: None,
        last_active_at: None,
    }
}

fn full_agent(who: Tenant) -> Agent {
    let mut extras = AgentExtras::default();
    let given =
        json!({"execution_require_tee": true, "tx_max_value_eth": "1.5", "signing_chains": ["a"]});
    extras.set(given.as_object().unwrap()).unwrap();
    // both stores give documents back in the order of their keys
    let mut sorted = extras.as_map().clone();
    sorted.sort_keys();
    let extras = AgentExtras::stored(sorted);
    let vaults = vec![VaultId::from_uuid(id()), VaultId::from_uuid(id())];
    Agent {
        description: Description::parse("ships it").unwrap(),
        scopes: Scopes::parse(vec!["secret:read".to_owned(), "db/**".to_owned()]).unwrap(),
        is_active: false,
        intents_api_enabled: true,
        shroud_enabled: true,
        token_ttl: Some(TokenTtl::parse(900).unwrap()),
        binding: Binding::parse(vaults).unwrap(),
        environment: Some(Environment::parse("prod").unwrap()),
        environment_locked: true,
        env_auto_resolve: Some(false),
        extras,
        expires_at: Some(now().plus_seconds(90)),
        ..new_agent(who)
    }
}

pub(super) fn hash_of(agent: &Agent) -> [u8; 32] {
    let mut hash = [9; 32];
    hash[..16].copy_from_slice(agent.key.id.uuid().as_bytes());
    hash
}

pub(super) async fn register(world: &World, who: Tenant, agent: &Agent) {
    let mut tx = world.begin().await;
    tx.agents()
        .insert(&may::<RegisterAgent>(who.scope()), agent, &hash_of(agent))
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
}

async fn find(world: &World, who: Tenant, agent: AgentId) -> Option<Agent> {
    let mut reader = world.store.read().await.unwrap();
    let access = may::<ReadAgent>(who.agent(agent));
    reader.agents().find(&access).await.unwrap()
}

/// Everything of an agent, to compare by: there is no equality of agents.
fn all_of(agent: &Agent) -> String {
    format!("{agent:?}")
}

async fn an_agent_comes_back_as_it_was_stored(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    for agent in [new_agent(who), full_agent(who)] {
        register(&world, who, &agent).await;
        let found = find(&world, who, agent.id).await.unwrap();
        assert_eq!(all_of(&found), all_of(&agent));
        let mut reader = world.store.read().await.unwrap();
        let own = reader.agents().find_own(&may(who.agent(agent.id))).await;
        assert_eq!(all_of(&own.unwrap().unwrap()), all_of(&agent));
        let by_key = reader.agents().find_by_key_hash(&hash_of(&agent)).await;
        assert_eq!(all_of(&by_key.unwrap().unwrap()), all_of(&agent));
        let unknown = reader.agents().find_by_key_hash(&[0; 32]).await;
        assert!(unknown.unwrap().is_none());
        let mut tx = world.begin().await;
        let org = may::<ListAgents>(who.scope()).in_org();
        let locked = tx.agents().lock(org, agent.id).await.unwrap().unwrap();
        assert_eq!(all_of(&locked), all_of(&agent));
        let foreign = may::<ListAgents>(other.scope()).in_org();
        assert!(tx.agents().lock(foreign, agent.id).await.unwrap().is_none());
        assert!(find(&world, other, agent.id).await.is_none());
    }
}

async fn agents_list_oldest_first_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    register(&world, other, &new_agent(other)).await;
    let mut expected = Vec::new();
    for serial in 0..7 {
        let mut agent = new_agent(who);
        // Two of a moment, so that the id decides.
        agent.created_at = now().plus_seconds(serial / 2);
        register(&world, who, &agent).await;
        expected.push(agent.id);
    }
    let mut reader = world.store.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .agents()
            .list(&may(who.scope()), after, PageSize::new(3).unwrap())
            .await
            .unwrap();
        found.extend(page.items.iter().map(|agent| agent.id));
        after = page.items.last().map(|agent| AgentCursor {
            created_at: agent.created_at,
            id: agent.id,
        });
        if !page.more {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn each_write_changes_its_own_part(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let (mut expected, bystander) = (full_agent(who), new_agent(who));
    for agent in [&expected, &bystander] {
        register(&world, who, agent).await;
    }
    let at = || who.agent(expected.id);
    let mut changed = Agent {
        id: expected.id,
        ..new_agent(who)
    };
    changed.key.expires_at = Some(now().plus_seconds(3));
    let key = AgentKey {
        expires_at: Some(now().plus_seconds(7)),
        ..new_agent(who).key
    };
    let identity = IdentityKeys {
        ssh: [5; 32],
        ecdh: [6; 65],
    };
    let mut tx = world.begin().await;
    let agents = tx.agents();
    agents
        .update(&may::<UpdateAgent>(at()), &changed)
        .await
        .unwrap();
    agents
        .touch(&may::<AgentLogIn>(at()), now().plus_seconds(5))
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let found = find(&world, who, expected.id).await.unwrap();
    let first_hash = hash_of(&expected);
    expected = Agent {
        key: AgentKey {
            prefix: expected.key.prefix,
            ..changed.key
        },
        identity: expected.identity,
        last_active_at: Some(now().plus_seconds(5)),
        ..changed
    };
    assert_eq!(all_of(&found), all_of(&expected));

    let mut tx = world.begin().await;
    let access = may::<RotateAgentKey>(who.agent(expected.id));
    let set = tx.agents().set_key(&access, &key, &[77; 32]);
    set.await.unwrap();
    let access = may::<RotateIdentityKeys>(who.agent(expected.id));
    tx.agents().set_identity(&access, &identity).await.unwrap();
    commit(tx, who).await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let old = reader.agents().find_by_key_hash(&first_hash).await;
    assert!(old.unwrap().is_none());
    (expected.key, expected.identity) = (key, identity);
    let found = reader.agents().find_by_key_hash(&[77; 32]).await.unwrap();
    assert_eq!(all_of(&found.unwrap()), all_of(&expected));
    let untouched = find(&world, who, bystander.id).await.unwrap();
    assert_eq!(all_of(&untouched), all_of(&bystander));
}

async fn deleting_an_agent_takes_what_names_it(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (gone, kept) = (new_agent(who), new_agent(who));
    for agent in [&gone, &kept] {
        register(&world, who, agent).await;
        let policy = new_policy(who, vault, Principal::Agent(agent.id), "**");
        insert_policy(&world, who, &policy).await;
        let access = may::<RevokeAgentToken>(who.agent(agent.id));
        let mut tx = world.begin().await;
        for _ in 0..2 {
            let token = TokenId::from_uuid(agent.id.uuid());
            let until = now().plus_seconds(60);
            tx.agents()
                .revoke_token(&access, token, until, now())
                .await
                .unwrap();
        }
        commit(tx, who).await.unwrap();
    }
    // The same UUID as a person's is somebody else's.
    let person = Principal::User(oneclaw_domain::UserId::from_uuid(gone.id.uuid()));
    insert_policy(&world, who, &new_policy(who, vault, person, "**")).await;
    let mut tx = world.begin().await;
    let access = may::<DeleteAgent>(who.agent(gone.id));
    tx.agents().delete(&access).await.unwrap();
    commit(tx, who).await.unwrap();
    assert!(find(&world, who, gone.id).await.is_none());
    assert!(find(&world, who, kept.id).await.is_some());
    let count = async |query| world.number(query).await;
    assert_eq!(count("SELECT count(*) AS n FROM policies").await, 2);
    let revoked = "SELECT count(*) AS n FROM revoked_agent_tokens";
    assert_eq!(count(revoked).await, 1);
}

async fn another_tenants_proof_changes_no_agent(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let other = world.tenant().await;
    let agent = new_agent(who);
    register(&world, who, &agent).await;
    let policy = new_policy(who, vault, Principal::Agent(agent.id), "**");
    insert_policy(&world, who, &policy).await;
    let at = || other.agent(agent.id);
    let mut tx = world.begin().await;
    let agents = tx.agents();
    agents.update(&may(at()), &full_agent(who)).await.unwrap();
    let other_key = new_agent(who).key;
    agents
        .set_key(&may(at()), &other_key, &[8; 32])
        .await
        .unwrap();
    let identity = IdentityKeys {
        ssh: [5; 32],
        ecdh: [6; 65],
    };
    agents.set_identity(&may(at()), &identity).await.unwrap();
    agents.touch(&may(at()), now()).await.unwrap();
    agents.delete(&may(at())).await.unwrap();
    commit(tx, other).await.unwrap();
    let found = find(&world, who, agent.id).await.unwrap();
    assert_eq!(all_of(&found), all_of(&agent));
    let policies = world.number("SELECT count(*) AS n FROM policies").await;
    assert_eq!(policies, 1);
    let mut tx = world.begin().await;
    let token = TokenId::from_uuid(id());
    let until = now().plus_seconds(9);
    let revoked = tx
        .agents()
        .revoke_token(&may(at()), token, until, now())
        .await;
    assert!(matches!(revoked, Err(StorageError::Conflict(_))));
}

async fn a_keys_hash_is_taken_once(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let agent = new_agent(who);
    register(&world, who, &agent).await;
    let mut tx = world.begin().await;
    let second = tx
        .agents()
        .insert(&may(other.scope()), &new_agent(other), &hash_of(&agent))
        .await;
    assert!(matches!(second, Err(StorageError::Conflict(name)) if name == "agents_key_hash_key"));
}

async fn agt_05_what_limits_an_agent_is_never_read_as_no_limit(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let agent = full_agent(who);
    register(&world, who, &agent).await;
    for (column, broken) in [
        ("vault_ids", r#"["x"]"#),
        ("vault_ids", r#"{"a":1}"#),
        ("vault_ids", "null"),
        ("scopes", "[1]"),
        ("scopes", "null"),
        ("extras", "[]"),
    ] {
        let mut reader = world.store.read().await.unwrap();
        let good = format!("SELECT count(*) AS n FROM agents WHERE {column} IS NOT NULL");
        assert_eq!(world.number(&good).await, 1);
        let keep = format!("CREATE TABLE kept AS SELECT {column} AS was FROM agents");
        world.tamper(&keep).await;
        let tamper = format!("UPDATE agents SET {column} = '{broken}'");
        world.tamper(&tamper).await;
        let found = reader.agents().find(&may(who.agent(agent.id))).await;
        assert!(
            matches!(&found, Err(StorageError::Corrupt(place)) if place == &format!("agents.{column}")),
            "{column} {broken}: {found:?}"
        );
        let restore =
            format!("UPDATE agents SET {column} = (SELECT was FROM kept); DROP TABLE kept");
        world.tamper(&restore).await;
    }
    assert!(find(&world, who, agent.id).await.is_some());
}
