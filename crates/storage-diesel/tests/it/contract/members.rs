//! Members of an organization.

use super::agents::{new_agent, register};
use super::invites::{invite, new_invite};
use super::ip_rules::{add_rule, new_rule};
use super::policies::{insert_policy, new_policy};
use super::sessions::log_in;
use super::standing::new_key;
use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, event, id, may, now, put, read_in};
use oneclaw_domain::{PageSize, Role, Scopes, UserId};
use oneclaw_policy::{ChangeMemberRole, ListMembers, MemberRole, RemoveMember};
use oneclaw_storage::{JournalEntry, LockMode, MemberCursor, StorageError, Store};

on_both_stores! {
    members_list_oldest_first_by_pages
    org_roles_change_and_owners_are_counted
    org_removing_takes_what_is_theirs_and_leaves_what_they_made
    nobody_changes_members_of_another
    removals_logins_and_the_journal_never_deadlock
}

async fn members_list_oldest_first_by_pages(kind: Kind) {
    let world = World::on(kind).await;
    let (who, _other) = (world.tenant().await, world.tenant().await);
    let mut expected = vec![who.user];
    for _ in 0..4 {
        expected.push(world.member(who, Role::Member).await.user);
    }
    let mut reader = world.store.read().await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = reader
            .members()
            .list(&may(who.scope()), after, PageSize::new(2).unwrap())
            .await
            .unwrap();
        found.extend(page.items.iter().map(|member| member.id));
        after = page.items.last().map(|member| MemberCursor {
            created_at: member.created_at,
            id: member.id,
        });
        if !page.more {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn set_role(world: &World, of: Tenant, role: Role) {
    let on = MemberRole {
        org: of.org,
        user: of.user,
        role,
    };
    let mut tx = world.begin().await;
    let access = may::<ChangeMemberRole>(on);
    tx.members().set_role(&access).await.unwrap();
    commit(tx, of).await.unwrap();
}

async fn owners(world: &World, of: Tenant) -> i64 {
    let org = may::<ListMembers>(of.scope()).in_org();
    world.begin().await.members().owners(org).await.unwrap()
}

async fn role_of(world: &World, of: Tenant) -> Option<Role> {
    let org = may::<ListMembers>(of.scope()).in_org();
    let mut tx = world.begin().await;
    let member = tx.members().lock(org, of.user).await.unwrap();
    drop(tx);
    let role = member.map(|member| member.role);
    let mut reader = world.store.read().await.unwrap();
    let known = reader.access().member_role(of.org, of.user).await.unwrap();
    assert_eq!(known, role);
    role
}

async fn org_roles_change_and_owners_are_counted(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let member = world.member(who, Role::Member).await;
    assert_eq!(owners(&world, who).await, 1);
    let org = may::<ListMembers>(who.scope()).in_org();
    assert_eq!(world.begin().await.members().count(org).await.unwrap(), 2);
    set_role(&world, member, Role::Owner).await;
    assert_eq!(role_of(&world, member).await, Some(Role::Owner));
    assert_eq!(owners(&world, who).await, 2);
    set_role(&world, who, Role::Admin).await;
    assert_eq!(role_of(&world, who).await, Some(Role::Admin));
    assert_eq!(role_of(&world, member).await, Some(Role::Owner));
    assert_eq!(owners(&world, who).await, 1);
    assert_eq!(owners(&world, other).await, 1);
}

async fn remove(store: &dyn Store, who: Tenant) -> Result<(), StorageError> {
    let mut tx = store.begin().await?;
    tx.orgs().lock(who.org, LockMode::Exclusive).await?;
    let access = may::<RemoveMember>(who.member());
    tx.members().lock(access.in_org(), who.user).await?;
    tx.members().remove(access.in_member_account()).await?;
    tx.orgs().raise_epoch(access.in_org()).await?;
    commit(tx, who).await
}

async fn org_removing_takes_what_is_theirs_and_leaves_what_they_made(kind: Kind) {
    let world = World::on(kind).await;
    let owner = world.tenant().await;
    let gone = world.member(owner, Role::Admin).await;
    for (who, serial) in [(owner, 1), (gone, 2)] {
        let vault = world.vault(who).await;
        put(&world.store, who, &who.at(vault, "k"), |_| {})
            .await
            .unwrap();
        let policy = new_policy(who, vault, who.principal(), "**");
        insert_policy(&world, who, &policy).await;
        register(&world, who, &new_agent(who)).await;
        add_rule(&world, who, &new_rule(who)).await;
        invite(&world, who, &new_invite(who), [serial; 32]).await;
        log_in(&world, who, [serial; 32]).await;
        let mut key = new_key(who);
        key.scopes = Scopes::default();
        let mut tx = world.begin().await;
        tx.api_keys()
            .insert(&may(who.account()), &key, &[serial; 32])
            .await
            .unwrap();
        commit(tx, who).await.unwrap();
    }
    remove(&world.store, gone).await.unwrap();
    remove(&world.store, gone).await.unwrap();
    assert_eq!(role_of(&world, gone).await, None);
    assert_eq!(role_of(&world, owner).await, Some(Role::Owner));
    for (of, left) in [
        ("users", 1),
        ("sessions", 1),
        ("refresh_tokens", 1),
        ("api_keys", 1),
        ("invites", 1),
        ("policies", 1),
        ("vaults", 2),
        ("secret_versions", 2),
        ("agents", 2),
        ("ip_rules", 2),
        ("agents WHERE created_by IS NULL", 1),
        ("ip_rules WHERE created_by IS NULL", 1),
    ] {
        let query = format!("SELECT count(*) AS n FROM {of}");
        assert_eq!(world.number(&query).await, left, "{of}");
    }
}

async fn nobody_changes_members_of_another(kind: Kind) {
    let world = World::on(kind).await;
    let (who, other) = (world.tenant().await, world.tenant().await);
    let mixed = Tenant {
        org: other.org,
        user: who.user,
    };
    set_role(&world, mixed, Role::Member).await;
    remove(&world.store, mixed).await.unwrap();
    assert_eq!(role_of(&world, mixed).await, None);
    assert_eq!(role_of(&world, who).await, Some(Role::Owner));
    let unknown = Tenant {
        user: UserId::from_uuid(id()),
        ..who
    };
    assert_eq!(role_of(&world, unknown).await, None);
}

/// Logs in as the product does; whoever was removed before is not there.
async fn log_in_again(store: &dyn Store, who: Tenant) -> Result<(), StorageError> {
    let mut tx = store.begin().await?;
    tx.orgs().lock(who.org, LockMode::Shared).await?;
    let access = || may(who.account());
    if !tx.users().has_password(&access(), "$argon2id$x").await? {
        return Ok(());
    }
    let session = super::sessions::session_of(who);
    tx.sessions().insert(&access(), &session).await?;
    let users = tx.users();
    users.remember_address(&access(), &[1; 32], now()).await?;
    users
        .rehash_password(&access(), "$argon2id$x", "$argon2id$x")
        .await?;
    commit(tx, who).await
}

async fn removals_logins_and_the_journal_never_deadlock(kind: Kind) {
    let world = World::on(kind).await;
    let (owner, vault) = world.tenant_with_vault().await;
    let version = put(&world.store, owner, &owner.at(vault, "k"), |_| {})
        .await
        .unwrap()
        .id;
    let handles = [world.store.clone(), world.another().await];
    let mut members = Vec::new();
    for _ in 0..6 {
        members.push(world.member(owner, Role::Member).await);
    }
    let mut tasks = Vec::new();
    for (serial, member) in members.iter().copied().enumerate() {
        for round in 0..4 {
            let store = handles[(serial + round) % 2].clone();
            tasks.push(tokio::spawn(async move {
                log_in_again(&store, member).await.unwrap();
                if round == 1 {
                    remove(&store, member).await.unwrap();
                }
                let entry = JournalEntry {
                    event: event(Some(owner.org)),
                    read: Some(read_in(owner.org, version)),
                };
                store.append(&[entry]).await.unwrap();
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM users").await, 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions").await, 0);
}
