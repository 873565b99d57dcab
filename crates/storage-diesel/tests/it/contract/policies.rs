//! Policies, and what they come to in what is known of somebody.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::judge::{judged, standing};
use crate::world::{Tenant, World, commit, id, may, now};
use oneclaw_domain::{
    AgentId, AttributeConditions, Conditions, Effect, Grant, GrantTerms, Metadata, PageSize,
    PathPattern, Permission, Permissions, Policy, PolicyId, Principal, Priority, Role, UserId,
    VaultId, VaultOwner,
};
use oneclaw_policy::{
    Access, CreatePolicy, CreateVault, DeletePolicy, DryRunPolicy, Grants, ListPolicies,
    UpdatePolicy,
};
use oneclaw_storage::{DeletedPolicy, PolicyCursor, Reader, StandingFacts, StorageError, Store};
use serde_json::json;

on_both_stores! {
    a_policy_comes_back_as_it_was
    what_a_policy_says_changes_and_its_place_stays
    policies_list_oldest_first_and_only_own_ones_to_others
    a_policy_is_deleted_once_and_by_its_vault_alone
    who_is_known_is_of_the_organization
    policies_go_with_their_vault
}

/// A policy that allows reading, without conditions or end.
pub(super) fn new_policy(
    who: Tenant,
    vault: VaultId,
    principal: Principal,
    pattern: &str,
) -> Policy {
    Policy {
        id: PolicyId::from_uuid(id()),
        org: who.org,
        vault,
        principal,
        terms: GrantTerms {
            pattern: PathPattern::parse(pattern).unwrap(),
            permissions: Permissions::of(&[Permission::Read]).unwrap(),
            effect: Effect::Allow,
            priority: Priority::default(),
            conditions: Conditions::default(),
            attributes: AttributeConditions::default(),
            expires_at: None,
        },
        tx_conditions: None,
        schema_version: 1,
        created_by: who.principal(),
        created_at: now(),
    }
}

/// The policy as the judge needs it.
pub(super) fn grant_of(policy: &Policy) -> Grant {
    Grant {
        policy: policy.id,
        vault: policy.vault,
        terms: policy.terms.clone(),
    }
}

pub(super) async fn insert_policy(world: &World, who: Tenant, policy: &Policy) {
    insert(world, who, std::slice::from_ref(policy)).await;
}

fn nobody() -> Principal {
    Principal::Agent(AgentId::from_uuid(id()))
}

/// A policy with all that one can have.
fn rich(who: Tenant, vault: VaultId) -> Policy {
    let mut rich = new_policy(who, vault, nobody(), "app/**");
    rich.terms.effect = Effect::Deny;
    let conditions = json!({"time_window": {"start_hour": 9}, "ip_allowlist": ["10.0.0.0/8"]});
    rich.terms.permissions = Permissions::ALL;
    rich.terms.priority = Priority::parse(7).unwrap();
    rich.terms.conditions = Conditions::parse(conditions.as_object().unwrap()).unwrap();
    rich.terms.attributes =
        AttributeConditions::parse(json!({"principal_role": ["admin"]}).as_object().unwrap())
            .unwrap();
    rich.terms.expires_at = Some(now().plus_seconds(60));
    rich.tx_conditions = Some(Metadata::parse(r#"{"max": 1}"#).unwrap());
    rich.schema_version = 2;
    rich
}

async fn insert(world: &World, who: Tenant, policies: &[Policy]) {
    let mut tx = world.begin().await;
    for policy in policies {
        tx.policies()
            .insert(&may::<CreatePolicy>(who.in_vault(policy.vault)), policy)
            .await
            .unwrap();
    }
    commit(tx, who).await.unwrap();
}

async fn found(world: &World, who: Tenant, vault: VaultId, policy: PolicyId) -> Option<Policy> {
    let mut reader = world.store.read().await.unwrap();
    let access = may::<DryRunPolicy>(who.in_vault(vault));
    reader
        .policies()
        .find(access.in_vault(), policy)
        .await
        .unwrap()
}

fn assert_same(found: &Policy, expected: &Policy) {
    assert_eq!((found.id, found.org), (expected.id, expected.org));
    assert_eq!(
        (found.vault, found.principal),
        (expected.vault, expected.principal)
    );
    assert_eq!(found.terms, expected.terms);
    assert_eq!(found.tx_conditions, expected.tx_conditions);
    assert_eq!(found.schema_version, expected.schema_version);
    assert_eq!(
        (found.created_by, found.created_at),
        (expected.created_by, expected.created_at)
    );
}

async fn a_policy_comes_back_as_it_was(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let plain = new_policy(who, vault, nobody(), "**");
    let rich = rich(who, vault);
    insert(&world, who, &[plain.clone(), rich.clone()]).await;
    for stored in [plain, rich] {
        assert_same(
            &found(&world, who, vault, stored.id).await.unwrap(),
            &stored,
        );
        let mut tx = world.begin().await;
        let access = may::<UpdatePolicy>(who.in_vault(vault));
        let locked = tx.policies().lock(&access, stored.id).await.unwrap();
        assert_same(&locked.unwrap(), &stored);
    }
    let mut tx = world.begin().await;
    let agents = new_policy(who, vault, nobody(), "**");
    tx.policies()
        .insert_with_vault(&may::<CreateVault>(who.scope()), &agents)
        .await
        .unwrap();
    commit(tx, who).await.unwrap();
    assert!(found(&world, who, vault, agents.id).await.is_some());
}

async fn what_a_policy_says_changes_and_its_place_stays(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (before, kept) = (rich(who, vault), rich(who, vault));
    insert(&world, who, &[before.clone(), kept.clone()]).await;
    let mut after = new_policy(who, vault, nobody(), "other/*");
    after.id = before.id;
    let mut tx = world.begin().await;
    tx.policies()
        .update(&may::<UpdatePolicy>(who.in_vault(vault)), &after)
        .await
        .unwrap();
    // by the proof of another vault nothing changes
    let elsewhere = may::<UpdatePolicy>(who.in_vault(VaultId::from_uuid(id())));
    let mut stray = after.clone();
    stray.id = kept.id;
    tx.policies().update(&elsewhere, &stray).await.unwrap();
    commit(tx, who).await.unwrap();
    after.principal = before.principal;
    after.terms.pattern = before.terms.pattern;
    assert_same(&found(&world, who, vault, after.id).await.unwrap(), &after);
    assert_same(&found(&world, who, vault, kept.id).await.unwrap(), &kept);
}

async fn all(reader: &mut dyn Reader, access: &Access<ListPolicies>) -> Vec<PolicyId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let size = PageSize::new(2).unwrap();
        let page = reader.policies().list(access, after, size).await.unwrap();
        found.extend(page.items.iter().map(|policy| policy.id));
        after = page.items.last().map(|policy| PolicyCursor {
            created_at: policy.created_at,
            id: policy.id,
        });
        if !page.more {
            return found;
        }
        assert_eq!(page.items.len(), size.get());
    }
}

async fn policies_list_oldest_first_and_only_own_ones_to_others(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let other = world.vault(who).await;
    let guest = Tenant {
        user: UserId::from_uuid(id()),
        ..who
    };
    let named = Principal::User(guest.user);
    let mut stored = Vec::new();
    for serial in 0..9 {
        let principal = if serial % 3 == 0 { named } else { nobody() };
        let mut new = new_policy(who, vault, principal, "a/*");
        new.created_at = now().plus_seconds(serial / 2);
        stored.push(new);
    }
    insert(&world, who, &stored).await;
    insert(&world, who, &[new_policy(who, other, named, "**")]).await;
    let owner = VaultOwner {
        org: who.org,
        vault,
        created_by: Principal::User(who.user),
        is_system: false,
    };
    let grants: Vec<_> = stored.iter().filter(|p| p.principal == named).collect();
    let own: Vec<PolicyId> = grants.iter().map(|policy| policy.id).collect();
    let every: Vec<PolicyId> = stored.iter().map(|policy| policy.id).collect();
    let mut reader = world.store.read().await.unwrap();
    let maker = standing(
        who.principal(),
        who.org,
        Some(Role::Member),
        Grants::default(),
    );
    let access = judged(&maker, who.in_vault(vault), Some(&owner));
    assert_eq!(all(&mut *reader, &access).await, every);
    let grants = Grants::new(grants.into_iter().map(grant_of), []);
    let guest = standing(named, who.org, Some(Role::Member), grants);
    let access = judged(&guest, who.in_vault(vault), Some(&owner));
    assert_eq!(all(&mut *reader, &access).await, own);
}

async fn a_policy_is_deleted_once_and_by_its_vault_alone(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (other, foreign) = world.tenant_with_vault().await;
    let sibling = world.vault(who).await;
    let stored = rich(who, vault);
    insert_policy(&world, who, &stored).await;
    let mut tx = world.begin().await;
    for (tenant, vault) in [(who, sibling), (other, foreign), (other, vault)] {
        let on = tenant.in_vault(vault);
        let access = may::<DeletePolicy>(on.clone());
        let deleted = tx.policies().delete(&access, stored.id).await.unwrap();
        assert!(deleted.is_none());
        let access = may::<UpdatePolicy>(on);
        let locked = tx.policies().lock(&access, stored.id).await.unwrap();
        assert!(locked.is_none());
    }
    let access = may::<DeletePolicy>(who.in_vault(vault));
    let deleted = tx.policies().delete(&access, stored.id).await.unwrap();
    let Some(DeletedPolicy::Readable(deleted)) = deleted else {
        panic!("{deleted:?}");
    };
    assert_same(&deleted, &stored);
    let again = tx.policies().delete(&access, stored.id).await.unwrap();
    assert!(again.is_none());
    commit(tx, who).await.unwrap();
    assert!(found(&world, who, vault, stored.id).await.is_none());
}

async fn who_is_known_is_of_the_organization(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let mut tx = world.begin().await;
    let org = || may::<CreateVault>(who.scope()).in_org();
    for (principal, known) in [
        (Principal::User(who.user), true),
        (Principal::User(other.user), false),
        (Principal::Agent(AgentId::from_uuid(who.user.uuid())), false),
        (nobody(), false),
    ] {
        assert_eq!(tx.policies().knows(org(), principal).await.unwrap(), known);
    }
    let vault = VaultId::from_uuid(id());
    let refused = tx
        .policies()
        .insert(
            &may::<CreatePolicy>(who.in_vault(vault)),
            &new_policy(who, vault, nobody(), "**"),
        )
        .await;
    assert!(matches!(refused, Err(StorageError::Conflict(_))));
}

async fn facts_of(world: &World, who: Tenant, of: Principal) -> StandingFacts {
    let mut reader = world.store.read().await.unwrap();
    let found = reader.access().standing_of(who.org, of).await.unwrap();
    found.unwrap()
}

async fn policies_go_with_their_vault(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let kept = world.vault(who).await;
    let me = Principal::User(who.user);
    let stored = [vault, kept].map(|vault| new_policy(who, vault, me, "**"));
    insert(&world, who, &stored).await;
    let mut tx = world.begin().await;
    tx.vaults()
        .delete(&may(who.in_vault(vault)))
        .await
        .unwrap()
        .unwrap();
    commit(tx, who).await.unwrap();
    let facts = facts_of(&world, who, me).await;
    assert_eq!(facts.grants, [grant_of(&stored[1])]);
}
