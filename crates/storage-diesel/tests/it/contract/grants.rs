//! What is known of somebody beside who they are: grants, agents' limits, rules about addresses.

use super::agents::{hash_of, new_agent, register};
use super::ip_rules::{add_rule, new_rule};
use super::policies::{grant_of, insert_policy, new_policy};
use super::sessions::log_in;
use super::standing::standing;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{
    Agent, AgentId, AgentKeyId, Binding, Environment, OrgId, Principal, Role, Scopes, TokenId,
    UserId,
};
use oneclaw_policy::{CreateIpRule, CreatePolicy, DeleteIpRule, DeletePolicy, RevokeAgentToken};
use oneclaw_storage::{
    AgentFacts, CredentialRef, LockMode, PrincipalFacts, StandingFacts, StorageError, Store,
};

on_both_stores! {
    grants_and_rules_come_with_the_standing
    pol_03_a_policy_that_cannot_be_read_is_told_and_fails_nothing
    an_agents_limits_come_with_its_standing
    nothing_is_known_of_strange_agents
    others_are_known_without_a_credential
    pol_a_standing_is_of_one_state
}

async fn of_person(world: &World, who: Tenant) -> StandingFacts {
    let session = log_in(world, who, some_hash(id().as_bytes())).await;
    let token = CredentialRef::Token {
        org: who.org,
        user: who.user,
        session: session.id,
        token: TokenId::from_uuid(id()),
    };
    standing(world, token).await.unwrap()
}

/// Some hash that no other refresh token has.
fn some_hash(id: &[u8; 16]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(id);
    hash
}

async fn grants_and_rules_come_with_the_standing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (other, foreign) = world.tenant_with_vault().await;
    let member = world.member(who, Role::Member).await;
    let own = [
        new_policy(who, vault, member.principal(), "a/**"),
        new_policy(who, vault, member.principal(), "b/*"),
    ];
    for policy in &own {
        insert_policy(&world, who, policy).await;
    }
    let theirs = new_policy(who, vault, who.principal(), "c");
    insert_policy(&world, who, &theirs).await;
    // A policy of another organization that names them is none of theirs.
    let abroad = new_policy(other, foreign, member.principal(), "**");
    insert_policy(&world, other, &abroad).await;
    let rule = new_rule(who);
    add_rule(&world, who, &rule).await;
    add_rule(&world, other, &new_rule(other)).await;
    let facts = of_person(&world, member).await;
    assert!(matches!(facts.who, PrincipalFacts::User(Role::Member)));
    let mut grants = facts.grants;
    grants.sort_by_key(|grant| grant.policy);
    let mut expected: Vec<_> = own.iter().map(grant_of).collect();
    expected.sort_by_key(|grant| grant.policy);
    assert_eq!(grants, expected);
    assert_eq!(facts.ip_rules, [rule]);
    assert!(facts.unreadable.is_empty());
}

async fn pol_03_a_policy_that_cannot_be_read_is_told_and_fails_nothing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let fine = world.vault(who).await;
    let good = new_policy(who, fine, who.principal(), "**");
    insert_policy(&world, who, &good).await;
    let mut tampered = vec![
        "effect = 'maybe'",
        "pattern = 'a//b'",
        "permissions = '[]'",
        "permissions = '[\"fly\"]'",
        "permissions = '{}'",
        "conditions = '{\"moon\": \"full\"}'",
        "conditions = '[]'",
        "attribute_conditions = '{\"principal_role\": \"king\"}'",
        "priority = -1",
    ];
    if kind == Kind::Sqlite {
        tampered.extend(["permissions = '[\"rea'", "conditions = '{'"]);
    }
    for change in tampered {
        let policy = new_policy(who, vault, who.principal(), "**");
        insert_policy(&world, who, &policy).await;
        let uuid = policy.id.uuid().simple();
        let own = match kind {
            Kind::Sqlite => format!("id = x'{uuid}'"),
            Kind::Postgres => format!("id = '{uuid}'"),
        };
        let tamper = format!("UPDATE policies SET {change} WHERE {own}");
        world.tamper(&tamper).await;
        let facts = of_person(&world, who).await;
        assert_eq!(facts.grants, [grant_of(&good)], "{change}");
        assert_eq!(facts.unreadable, [vault], "{change}");
        world
            .tamper(&format!("DELETE FROM policies WHERE {own}"))
            .await;
    }
}

fn as_agent(facts: StandingFacts) -> AgentFacts {
    match facts.who {
        PrincipalFacts::Agent(agent) => *agent,
        PrincipalFacts::User(role) => panic!("a person, {role:?}"),
    }
}

async fn an_agents_limits_come_with_its_standing(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let mut agent = Agent {
        is_active: false,
        intents_api_enabled: true,
        scopes: Scopes::parse(vec!["db/**".to_owned()]).unwrap(),
        binding: Binding::parse(vec![vault]).unwrap(),
        environment: Some(Environment::parse("prod").unwrap()),
        expires_at: Some(now().plus_seconds(9)),
        ..new_agent(who)
    };
    agent.key.expires_at = Some(now().plus_seconds(5));
    let given = serde_json::json!({"execution_require_tee": true});
    agent.extras.set(given.as_object().unwrap()).unwrap();
    register(&world, who, &agent).await;
    let policy = new_policy(who, vault, Principal::Agent(agent.id), "**");
    insert_policy(&world, who, &policy).await;
    let (revoked, live) = (TokenId::from_uuid(id()), TokenId::from_uuid(id()));
    let mut tx = world.begin().await;
    let access = may::<RevokeAgentToken>(who.agent(agent.id));
    let until = now().plus_seconds(60);
    tx.agents()
        .revoke_token(&access, revoked, until, now())
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    let token = |token| CredentialRef::AgentToken {
        org: who.org,
        agent: agent.id,
        key: agent.key.id,
        token,
    };
    let key = CredentialRef::AgentKey {
        org: who.org,
        agent: agent.id,
        hash: hash_of(&agent),
    };
    for (of, token_revoked) in [(token(revoked), true), (token(live), false), (key, false)] {
        let facts = standing(&world, of).await.unwrap();
        assert!(facts.session.is_none() && facts.key.is_none());
        assert_eq!(facts.grants, [grant_of(&policy)]);
        let known = as_agent(facts);
        assert_eq!(known.token_revoked, token_revoked, "{of:?}");
        assert!(!known.is_active && known.intents_only && known.requires_tee);
        assert_eq!(
            (known.key, known.key_hash, known.key_expires_at),
            (agent.key.id, hash_of(&agent), agent.key.expires_at)
        );
        assert_eq!(
            (known.expires_at, known.scopes),
            (agent.expires_at, agent.scopes.clone())
        );
        assert_eq!(
            (known.binding, known.environment),
            (agent.binding.clone(), agent.environment.clone())
        );
    }
}

async fn nothing_is_known_of_strange_agents(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let agent = new_agent(who);
    register(&world, who, &agent).await;
    let key = AgentKeyId::from_uuid(id());
    let (org, stranger) = (other.org, AgentId::from_uuid(id()));
    for (org, agent) in [(org, agent.id), (who.org, stranger)] {
        let token = TokenId::from_uuid(id());
        for of in [
            CredentialRef::AgentKey {
                org,
                agent,
                hash: [9; 32],
            },
            CredentialRef::AgentToken {
                org,
                agent,
                key,
                token,
            },
        ] {
            assert!(standing(&world, of).await.is_none(), "{of:?}");
        }
        let mut reader = world.store.read().await.unwrap();
        let owner = reader.access().agent_owner(org, agent).await.unwrap();
        assert!(owner.unwrap().1.is_none());
    }
    let mut reader = world.store.read().await.unwrap();
    let access = reader.access();
    let (epoch, owner) = access
        .agent_owner(who.org, agent.id)
        .await
        .unwrap()
        .unwrap();
    let owner = owner.unwrap();
    assert_eq!((epoch.0, owner.org, owner.agent), (0, who.org, agent.id));
    assert_eq!(owner.created_by, Some(who.user));
    let nowhere = access.agent_owner(OrgId::from_uuid(id()), agent.id).await;
    assert!(nowhere.unwrap().is_none());
}

async fn others_are_known_without_a_credential(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let other = world.tenant().await;
    let agent = new_agent(who);
    register(&world, who, &agent).await;
    let mut reader = world.store.read().await.unwrap();
    for (principal, is_person) in [(who.principal(), true), (Principal::Agent(agent.id), false)] {
        let policy = new_policy(who, vault, principal, "**");
        insert_policy(&world, who, &policy).await;
        let found = reader.access().standing_of(who.org, principal).await;
        let facts = found.unwrap().unwrap();
        assert!(facts.session.is_none() && facts.key.is_none());
        assert_eq!(facts.grants, [grant_of(&policy)]);
        match &facts.who {
            PrincipalFacts::User(role) => assert!(is_person && *role == Role::Owner),
            PrincipalFacts::Agent(agent) => assert!(!is_person && !agent.token_revoked),
        }
        let foreign = reader.access().standing_of(other.org, principal).await;
        assert!(foreign.unwrap().is_none());
    }
    let nobody = Principal::User(UserId::from_uuid(id()));
    let unknown = reader.access().standing_of(who.org, nobody).await;
    assert!(unknown.unwrap().is_none());
}

/// One change of access: a policy and a rule come together, and go together.
async fn change(store: &dyn Store, who: Tenant, vault: oneclaw_domain::VaultId) {
    let (policy, rule) = (new_policy(who, vault, who.principal(), "**"), new_rule(who));
    for add in [true, false] {
        let mut tx = store.begin().await.unwrap();
        tx.orgs().lock(who.org, LockMode::Exclusive).await.unwrap();
        let at = || who.in_vault(vault);
        if add {
            let access = may::<CreatePolicy>(at());
            tx.policies().insert(&access, &policy).await.unwrap();
            let access = may::<CreateIpRule>(who.scope());
            tx.ip_rules().insert(&access, &rule).await.unwrap();
        } else {
            let access = may::<DeletePolicy>(at());
            let deleted = tx.policies().delete(&access, policy.id).await.unwrap();
            assert!(deleted.is_some());
            let access = may::<DeleteIpRule>(who.scope());
            assert!(tx.ip_rules().delete(&access, rule.id).await.unwrap());
        }
        let access = may::<CreatePolicy>(at());
        tx.orgs().raise_epoch(access.in_org()).await.unwrap();
        commit(tx, who).await.unwrap();
    }
}

async fn pol_a_standing_is_of_one_state(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let store = world.another().await;
    let writer = tokio::spawn(async move {
        for _ in 0..60 {
            change(&store, who, vault).await;
        }
    });
    let mut seen = [0; 2];
    while !writer.is_finished() {
        let mut reader = world.store.read().await.unwrap();
        match reader.access().standing_of(who.org, who.principal()).await {
            Ok(facts) => {
                let facts = facts.unwrap();
                assert_eq!(facts.grants.len(), facts.ip_rules.len());
                let odd = usize::try_from(facts.epoch.0 % 2).unwrap();
                assert_eq!(facts.grants.len(), odd, "each odd epoch has one");
                seen[odd] += 1;
            }
            // Who changes access without a pause is waited for by nobody.
            Err(error) => assert!(matches!(error, StorageError::Unavailable(_)), "{error}"),
        }
    }
    writer.await.unwrap();
    assert!(seen.iter().sum::<i32>() > 0);
}
