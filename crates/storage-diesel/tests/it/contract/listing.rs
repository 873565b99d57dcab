//! Lists that show what the caller may see: vaults by the proof's reach, paths by grants.

use super::policies::{grant_of, new_policy};
use super::vaults::all;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::judge::{judged, standing};
use crate::world::{Tenant, World, commit, id, may, new_vault, new_version, now, put};
use oneclaw_domain::{
    AgentId, Binding, Effect, PageSize, PathPrefix, Principal, Priority, Role, Scopes, SecretId,
    SecretPath, VaultId, VaultName, VaultOwner,
};
use oneclaw_policy::{
    Access, AgentLimits, FindAgentKeysVault, Grants, ListSecrets, ListVaults, Standing,
};
use oneclaw_storage::{StorageError, Store};
use std::collections::BTreeSet;

on_both_stores! {
    vaults_list_by_what_was_made_and_granted
    agt_a_bound_agent_sees_only_its_vaults
    there_is_one_vault_of_agents_keys
    pol_paths_list_by_grants_in_full_pages
    pol_a_list_reads_only_where_grants_can_match
    pol_a_deny_hides_paths_from_lists
    agt_an_agents_scopes_cut_its_lists
}

fn as_member(who: Tenant, grants: Grants) -> Standing {
    standing(who.principal(), who.org, Some(Role::Member), grants)
}

fn as_agent(who: Tenant, agent: AgentId, bound: &[VaultId], grants: Grants) -> Standing {
    Standing {
        agent: Some(AgentLimits {
            binding: Binding::parse(bound.to_vec()).unwrap(),
            ..AgentLimits::default()
        }),
        ..standing(Principal::Agent(agent), who.org, None, grants)
    }
}

fn owner(who: Tenant, vault: VaultId) -> VaultOwner {
    VaultOwner {
        org: who.org,
        vault,
        created_by: who.principal(),
        is_system: false,
    }
}

/// Nine vaults of an owner, every third made by `maker`.
async fn nine_vaults(world: &World, who: Tenant, maker: Principal) -> Vec<VaultId> {
    let mut vaults = Vec::new();
    let mut tx = world.begin().await;
    for serial in 0..9 {
        let mut new = new_vault(who, VaultId::from_uuid(id()));
        new.vault.created_at = now().plus_seconds(serial / 2);
        if serial % 3 == 0 {
            new.vault.created_by = maker;
        }
        tx.vaults().insert(&may(who.scope()), &new).await.unwrap();
        vaults.push(new.vault.id);
    }
    commit(tx, who).await.unwrap();
    vaults
}

async fn vaults_list_by_what_was_made_and_granted(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let (other, foreign) = world.tenant_with_vault().await;
    let member = world.member(who, Role::Member).await;
    let vaults = nine_vaults(&world, who, member.principal()).await;
    let grant = |vault| grant_of(&new_policy(who, vault, member.principal(), "a/**"));
    let mut denied = grant(vaults[2]);
    denied.terms.effect = Effect::Deny;
    let mut expired = grant(vaults[4]);
    expired.terms.expires_at = Some(now());
    // A grant for a vault of another organization shows nothing of it.
    let granted = [
        grant(vaults[1]),
        grant(vaults[3]),
        grant(vaults[8]),
        grant(foreign),
        denied,
        expired,
    ];
    let list: Access<ListVaults> = judged(
        &as_member(member, Grants::new(granted, [])),
        who.scope(),
        None,
    );
    let mut reader = world.store.read().await.unwrap();
    let expected = [0, 1, 3, 6, 8].map(|serial: usize| vaults[serial]);
    assert_eq!(all(&mut *reader, &list).await, expected);
    let unreadable = Grants::new([grant(vaults[1])], [vaults[1]]);
    let list: Access<ListVaults> = judged(&as_member(member, unreadable), who.scope(), None);
    let made = [0, 3, 6].map(|serial: usize| vaults[serial]);
    assert_eq!(all(&mut *reader, &list).await, made);
    let abroad: Access<ListVaults> = judged(
        &as_member(other, Grants::new([grant(vaults[1])], [])),
        other.scope(),
        None,
    );
    assert_eq!(all(&mut *reader, &abroad).await, [foreign]);
}

async fn agt_a_bound_agent_sees_only_its_vaults(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let agent = AgentId::from_uuid(id());
    let vaults = nine_vaults(&world, who, Principal::Agent(agent)).await;
    let grant = |serial: usize| {
        let policy = new_policy(who, vaults[serial], Principal::Agent(agent), "**");
        grant_of(&policy)
    };
    let grants = || Grants::new([grant(1), grant(2)], []);
    let gone = VaultId::from_uuid(id());
    let mut reader = world.store.read().await.unwrap();
    for (bound, expected) in [
        (vec![], vec![0, 1, 2, 3, 6]),
        (vec![vaults[0], vaults[1], vaults[4]], vec![0, 1]),
        (vec![vaults[5]], vec![]),
        (vec![gone], vec![]),
    ] {
        let standing = as_agent(who, agent, &bound, grants());
        let list: Access<ListVaults> = judged(&standing, who.scope(), None);
        let expected: Vec<VaultId> = expected
            .iter()
            .map(|&serial: &usize| vaults[serial])
            .collect();
        assert_eq!(all(&mut *reader, &list).await, expected, "{bound:?}");
    }
}

async fn there_is_one_vault_of_agents_keys(kind: Kind) {
    let world = World::on(kind).await;
    let (who, plain) = world.tenant_with_vault().await;
    let (other, foreign) = world.tenant_with_vault().await;
    let keys = VaultId::from_uuid(id());
    let system = |vault| {
        let mut new = new_vault(who, vault);
        new.vault.name = VaultName::agent_keys();
        new.vault.is_system = true;
        new
    };
    let org = |who: Tenant| may::<ListVaults>(who.scope()).in_org();
    let mut tx = world.begin().await;
    let vaults = tx.vaults();
    assert!(vaults.agent_keys(org(who)).await.unwrap().is_none());
    vaults
        .insert(&may(who.scope()), &system(keys))
        .await
        .unwrap();
    assert_eq!(vaults.agent_keys(org(who)).await.unwrap(), Some(keys));
    assert_eq!(vaults.agent_keys(org(other)).await.unwrap(), None);
    for (asked, exist) in [
        (vec![], true),
        (vec![plain], true),
        (vec![plain, keys], true),
        (vec![plain, foreign], false),
        (vec![VaultId::from_uuid(id())], false),
    ] {
        let all = vaults.all_exist(org(who), &asked).await.unwrap();
        assert_eq!(all, exist, "{asked:?}");
    }
    let locked = tx.orgs().lock_vault(who.org, keys).await.unwrap().unwrap();
    assert!(locked.is_system);
    commit(tx, who).await.unwrap();
    let mut tx = world.begin().await;
    let second = tx
        .vaults()
        .insert(&may(who.scope()), &system(VaultId::from_uuid(id())))
        .await;
    assert!(matches!(second, Err(StorageError::Conflict(_))));
    drop(tx);
    let mut reader = world.store.read().await.unwrap();
    let access = may::<FindAgentKeysVault>(who.scope());
    assert_eq!(
        reader.vaults().agent_keys(&access).await.unwrap(),
        Some(keys)
    );
    let known = reader.access().vault_owner(who.org, keys).await.unwrap();
    assert!(known.unwrap().1.unwrap().is_system);
    let seen = reader.vaults().find(who.org, keys).await.unwrap().unwrap();
    assert!(seen.vault.unwrap().is_system);
    let found = seen.row.unwrap().open(&may(who.in_vault(keys))).unwrap();
    assert!(found.is_system && found.name == VaultName::agent_keys());
    let list: Access<ListVaults> = judged(&as_member(who, Grants::default()), who.scope(), None);
    assert_eq!(all(&mut *reader, &list).await, [plain, keys]);
}

/// All pages of a list, and that each page but the last is full.
async fn paths(world: &World, list: &Access<ListSecrets>, prefix: &str, size: i64) -> Vec<String> {
    let prefix = PathPrefix::parse(prefix).unwrap();
    let size = PageSize::new(size).unwrap();
    let mut reader = world.store.read().await.unwrap();
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().map(|path| SecretPath::parse(path).unwrap());
        let page = reader
            .secrets()
            .list(list, &prefix, after.as_ref(), size)
            .await
            .unwrap();
        let shown = page.items.iter().map(|one| one.path.as_str().to_owned());
        found.extend(shown);
        if !page.more {
            return found;
        }
        assert_eq!(page.items.len(), size.get(), "a page that goes on is full");
    }
}

async fn insert_all(world: &World, who: Tenant, vault: VaultId, paths: &BTreeSet<String>) {
    let mut tx = world.begin().await;
    for path in paths {
        let access = may(who.at(vault, path));
        let secrets = tx.secrets();
        let taken = secrets.reserve(&access, SecretId::from_uuid(id()), now());
        let taken = taken.await.unwrap();
        let version = new_version(who, taken.secret, taken.number);
        secrets.insert_version(&access, &version).await.unwrap();
    }
    commit(tx, who).await.unwrap();
}

fn list_with(
    who: Tenant,
    vault: VaultId,
    member: Tenant,
    patterns: &[&str],
) -> Access<ListSecrets> {
    let grants = patterns
        .iter()
        .map(|pattern| grant_of(&new_policy(who, vault, member.principal(), pattern)));
    let standing = as_member(member, Grants::new(grants, []));
    judged(&standing, who.in_vault(vault), Some(&owner(who, vault)))
}

async fn pol_paths_list_by_grants_in_full_pages(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let member = world.member(who, Role::Member).await;
    let mut every = BTreeSet::new();
    for app in ["api", "app", "apple", "web"] {
        for serial in 0..60 {
            every.insert(format!("{app}/s{serial:02}/key"));
            every.insert(format!("{app}/s{serial:02}/user"));
        }
    }
    every.extend(["api".to_owned(), "zz".to_owned()]);
    insert_all(&world, who, vault, &every).await;
    for patterns in [
        &["**"][..],
        &["app/**"],
        &["api/**"],
        &["*/s07/key"],
        &["app/*/key"],
        &["app/*/key", "web/s01/*", "zz"],
        &["app/**", "app/*/key"],
        &["api/s59/user", "zz"],
        &["nothing/**"],
    ] {
        let list = list_with(who, vault, member, patterns);
        for prefix in ["", "app", "app/", "app/s0", "w", "zzz"] {
            let expected: Vec<&String> = every
                .iter()
                .filter(|path| path.starts_with(prefix))
                .filter(|path| list.sees(&SecretPath::parse(path).unwrap()))
                .collect();
            for size in [1, 7, 1000] {
                if size == 1 && expected.len() > 70 {
                    continue;
                }
                let found = paths(&world, &list, prefix, size).await;
                let found: Vec<&String> = found.iter().collect();
                assert_eq!(found, expected, "{patterns:?} {prefix:?} {size}");
            }
        }
    }
}

async fn pol_a_list_reads_only_where_grants_can_match(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let member = world.member(who, Role::Member).await;
    let mut every: BTreeSet<String> = (0..2500).map(|n| format!("a/{n:04}")).collect();
    every.insert("z/mine".to_owned());
    insert_all(&world, who, vault, &every).await;
    let statements = async |list: &Access<ListSecrets>| {
        let before = world.store.statistics().read_round_trips;
        let mut reader = world.store.read().await.unwrap();
        let prefix = PathPrefix::parse("").unwrap();
        let size = PageSize::new(10).unwrap();
        let page = reader.secrets().list(list, &prefix, None, size).await;
        let shown = page.unwrap().items.len();
        (shown, world.store.statistics().read_round_trips - before)
    };
    let standing = as_member(who, Grants::default());
    let maker = judged(&standing, who.in_vault(vault), Some(&owner(who, vault)));
    assert_eq!(statements(&maker).await, (10, 1));
    let narrow = list_with(who, vault, member, &["z/**"]);
    let (shown, many) = statements(&narrow).await;
    assert_eq!(shown, 1);
    assert!(many <= 2, "{many} statements to find one path");
    let none = list_with(who, vault, member, &["y/**"]);
    let (shown, many) = statements(&none).await;
    assert_eq!(shown, 0);
    assert!(many <= 2, "{many} statements to find nothing");
    let first = list_with(who, vault, member, &["a/**"]);
    let (shown, many) = statements(&first).await;
    assert_eq!(shown, 10);
    assert!(many <= 2, "{many} statements for the first page");
}

async fn pol_a_deny_hides_paths_from_lists(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let member = world.member(who, Role::Member).await;
    for path in ["a/1", "a/2", "a/secret/1", "a/secret/2", "b"] {
        put(&world.store, who, &who.at(vault, path), |_| {})
            .await
            .unwrap();
    }
    let allow = grant_of(&new_policy(who, vault, member.principal(), "a/**"));
    let mut deny = grant_of(&new_policy(who, vault, member.principal(), "a/secret/*"));
    deny.terms.effect = Effect::Deny;
    deny.terms.priority = Priority::parse(5).unwrap();
    let standing = as_member(member, Grants::new([allow, deny], []));
    let on = owner(who, vault);
    let list = judged(&standing, who.in_vault(vault), Some(&on));
    assert_eq!(paths(&world, &list, "", 1).await, ["a/1", "a/2"]);
    assert!(paths(&world, &list, "a/secret/", 1).await.is_empty());
}

async fn agt_an_agents_scopes_cut_its_lists(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let agent = AgentId::from_uuid(id());
    for path in ["a/1", "a/2", "b/1", "c/1"] {
        put(&world.store, who, &who.at(vault, path), |_| {})
            .await
            .unwrap();
    }
    let policy = new_policy(who, vault, Principal::Agent(agent), "*/1");
    let grants = Grants::new([grant_of(&policy)], []);
    let standing = Standing {
        scopes: Scopes::parse(vec!["a/**".to_owned(), "b/*".to_owned()]).unwrap(),
        ..as_agent(who, agent, &[vault], grants)
    };
    let on = owner(who, vault);
    let list = judged(&standing, who.in_vault(vault), Some(&on));
    assert_eq!(paths(&world, &list, "", 10).await, ["a/1", "b/1"]);
    // Even of a vault that it made.
    let made = VaultOwner {
        created_by: Principal::Agent(agent),
        ..owner(who, vault)
    };
    let list = judged(&standing, who.in_vault(vault), Some(&made));
    assert_eq!(paths(&world, &list, "", 2).await, ["a/1", "a/2", "b/1"]);
}
