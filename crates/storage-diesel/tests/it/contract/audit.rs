//! What was done.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, event, id, may, now};
use oneclaw_domain::{Actor, AgentId, AuditEvent, Principal, VaultId};
use oneclaw_policy::DryRunPolicy;
use oneclaw_storage::{JournalEntry, RecordedAccess, Store};

on_both_stores! {
    accesses_are_those_of_one_principal_to_one_vault
    accesses_come_by_parts_newest_first
    what_is_no_access_counts_all_the_same_and_older_events_are_not_walked
}

fn access_to(who: Tenant, by: Principal, vault: VaultId, path: &str) -> AuditEvent {
    let mut event = event(Some(who.org))
        .with("vault_id", vault.to_string())
        .with("path", path);
    event.actor = Actor::Principal(by);
    event
}

async fn append(world: &World, event: AuditEvent) {
    let entry = JournalEntry { event, read: None };
    world.store.append(&[entry]).await.unwrap();
}

async fn accesses(
    world: &World,
    (who, vault): (Tenant, VaultId),
    by: Principal,
    before: Option<i64>,
    examine: i64,
) -> (Vec<RecordedAccess>, Option<i64>) {
    let mut reader = world.store.read().await.unwrap();
    let access = may::<DryRunPolicy>(who.in_vault(vault));
    reader
        .audit()
        .accesses(&access, by, now(), before, examine)
        .await
        .unwrap()
}

async fn accesses_are_those_of_one_principal_to_one_vault(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let (other, _) = world.tenant_with_vault().await;
    let by = Principal::Agent(AgentId::from_uuid(id()));
    let at = |path: &str| access_to(who, by, vault, path);
    append(&world, at("a")).await;
    append(&world, at("b").denied("missing_grant")).await;
    let mut written = at("c");
    written.action = "secret.write";
    written.request.ip = None;
    append(&world, written).await;
    // None of these counts: of others, elsewhere, on no path, too old, not an access.
    append(&world, access_to(who, who.principal(), vault, "d")).await;
    append(&world, access_to(other, by, vault, "d")).await;
    append(&world, access_to(who, by, VaultId::from_uuid(id()), "d")).await;
    append(&world, at("../d")).await;
    let mut old = at("d");
    old.created_at = now().plus_seconds(-1);
    append(&world, old).await;
    for action in ["secret.list", "vault.read", "policy.create"] {
        let mut listed = at("d");
        listed.action = action;
        append(&world, listed).await;
    }
    // The same UUID as a person's is somebody else's.
    let twin = Principal::User(oneclaw_domain::UserId::from_uuid(by.uuid()));
    append(&world, access_to(who, twin, vault, "d")).await;
    let (found, end) = accesses(&world, (who, vault), by, None, 100).await;
    assert_eq!(end, None);
    let ip = "192.0.2.7".parse().ok();
    let shown: Vec<_> = found
        .iter()
        .map(|one| (one.path.as_str(), one.action.as_str(), one.allowed, one.ip))
        .collect();
    assert_eq!(
        shown,
        [
            ("c", "secret.write", true, None),
            ("b", "secret.read", false, ip),
            ("a", "secret.read", true, ip),
        ]
    );
    assert!(found.iter().all(|one| one.at == now()));
    assert!(found.is_sorted_by(|newer, older| newer.seq > older.seq));
    let (foreign, _) = accesses(&world, (other, vault), by, None, 100).await;
    assert_eq!(foreign.len(), 1, "their own event alone");
}

async fn accesses_come_by_parts_newest_first(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let elsewhere = VaultId::from_uuid(id());
    let by = who.principal();
    for serial in 0..10 {
        let vault = if serial % 5 == 0 { elsewhere } else { vault };
        append(&world, access_to(who, by, vault, &format!("p{serial}"))).await;
    }
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let (part, end) = accesses(&world, (who, vault), by, before, 3).await;
        found.extend(part.iter().map(|one| one.path.as_str().to_owned()));
        before = end;
        if end.is_none() {
            break;
        }
    }
    assert_eq!(found, ["p9", "p8", "p7", "p6", "p4", "p3", "p2", "p1"]);
}

async fn what_is_no_access_counts_all_the_same_and_older_events_are_not_walked(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let by = who.principal();
    for _ in 0..4 {
        let mut old = access_to(who, by, vault, "old");
        old.created_at = now().plus_seconds(-1);
        append(&world, old).await;
    }
    append(&world, access_to(who, by, vault, "path")).await;
    for _ in 0..5 {
        let mut other = access_to(who, by, vault, "path");
        other.action = "vault.list";
        append(&world, other).await;
    }
    let (mut parts, mut before) = (Vec::new(), None);
    loop {
        let (part, end) = accesses(&world, (who, vault), by, before, 3).await;
        parts.push(part.len());
        before = end;
        if end.is_none() {
            break;
        }
    }
    // three others; two and the access; three of the four that are too old, and no more
    assert_eq!(parts, [0, 1, 0]);
}
