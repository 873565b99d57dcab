//! Ends of chains: who tampers with one does not get it signed, and who prunes keeps it whole.

use crate::contract::both_stores::on_both_stores;
use crate::contract::chains::verified;
use crate::home::Kind;
use crate::world::{Tenant, World, event, may, now};
use oneclaw_domain::{Chain, ChainHead};
use oneclaw_policy::{AuditLog, PruneAudit, VerifyAudit};
use oneclaw_storage::{Chains, JournalEntry, Store};

on_both_stores! {
    aud_02_a_head_that_was_changed_is_never_signed_again
    aud_02_a_chain_that_is_gone_is_not_begun_anew
    aud_02_an_older_head_that_comes_back_does_not_hold
    aud_13_pruning_takes_the_oldest_and_the_chain_holds
    aud_13_pruning_takes_nothing_from_what_was_changed_on
}

async fn append(world: &World, who: Tenant, seconds: i64) {
    let mut event = event(Some(who.org));
    event.created_at = now().plus_seconds(seconds);
    let entry = JournalEntry { event, read: None };
    world.store.append(&[entry]).await.unwrap();
}

async fn head_of(world: &World, who: Tenant) -> ChainHead {
    let chain = Chain::Org(who.org);
    let access = may::<VerifyAudit>(AuditLog { chain });
    let mut reader = world.store.read().await.unwrap();
    reader.audit().chain_head(&access).await.unwrap().unwrap()
}

fn of(kind: Kind, who: Tenant) -> String {
    match kind {
        Kind::Sqlite => format!("chain = x'{}'", who.org.uuid().simple()),
        Kind::Postgres => format!("chain = '{}'", who.org),
    }
}

async fn aud_02_a_head_that_was_changed_is_never_signed_again(kind: Kind) {
    let world = World::on(kind).await;
    let other = world.tenant().await;
    let changes = [
        "length = length - 1",
        "length = length + 1",
        "last_event_id = NULL",
        "pruned = 1",
        "key_id = 'other'",
        "last_hash = pruned_hash",
    ];
    for change in changes {
        let who = world.tenant().await;
        append(&world, who, 0).await;
        let tampered = format!("UPDATE audit_chains SET {change} WHERE {}", of(kind, who));
        world.tamper(&tampered).await;
        for _ in 0..2 {
            append(&world, who, 1).await;
            let head = head_of(&world, who).await;
            assert!(head.mac.is_empty(), "{change}: it was signed again");
        }
    }
    append(&world, other, 0).await;
    verified(&world, Chain::Org(other.org)).await;
}

async fn aud_02_a_chain_that_is_gone_is_not_begun_anew(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    append(&world, who, 0).await;
    let gone = format!("DELETE FROM audit_chains WHERE {}", of(kind, who));
    world.tamper(&gone).await;
    append(&world, who, 1).await;
    append(&world, who, 2).await;
    let head = head_of(&world, who).await;
    assert_eq!((head.length, head.mac.is_empty()), (2, true));
}

async fn aud_02_an_older_head_that_comes_back_does_not_hold(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    append(&world, who, 0).await;
    let own = of(kind, who);
    let keep = format!("CREATE TABLE kept AS SELECT * FROM audit_chains WHERE {own}");
    world.tamper(&keep).await;
    append(&world, who, 1).await;
    let back = format!(
        "DELETE FROM audit_chains WHERE {own}; INSERT INTO audit_chains SELECT * FROM kept; \
         DELETE FROM audit_events WHERE chain_position = 3"
    );
    world.tamper(&back).await;
    append(&world, who, 2).await;
    assert!(head_of(&world, who).await.mac.is_empty());
}

async fn aud_13_pruning_takes_the_oldest_and_the_chain_holds(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let chain = Chain::Org(who.org);
    let access = may::<PruneAudit>(AuditLog { chain });
    for second in 1..=9 {
        append(&world, who, second).await;
    }
    let until = |second| now().plus_seconds(second);
    let prune = |second, many| world.store.prune_events(&access, until(second), many);
    let prunable = |second| world.store.chains_to_prune(until(second), 10);
    assert_eq!(prunable(0).await.unwrap(), []);
    assert_eq!(prunable(1).await.unwrap(), [chain]);
    assert_eq!(prune(0, 10).await.unwrap(), 0);
    assert_eq!(prune(5, 3).await.unwrap(), 3);
    assert_eq!(prune(5, 3).await.unwrap(), 2);
    assert_eq!(prune(5, 3).await.unwrap(), 0);
    assert_eq!(prunable(5).await.unwrap(), []);
    let (head, events) = verified(&world, chain).await;
    assert_eq!((head.length, head.pruned, events.len()), (10, 5, 5));
    assert_eq!(prune(100, 100).await.unwrap(), 5);
    let (head, events) = verified(&world, chain).await;
    assert_eq!((head.length, head.pruned, events.len()), (10, 10, 0));
    append(&world, who, 11).await;
    assert_eq!(verified(&world, chain).await.0.length, 11);
    // what was broken before is neither pruned nor healed
    let broken = format!(
        "UPDATE audit_chains SET length = 12 WHERE {}",
        of(kind, who)
    );
    world.tamper(&broken).await;
    let before = head_of(&world, who).await;
    assert_eq!(prune(100, 100).await.unwrap(), 0);
    assert_eq!(head_of(&world, who).await, before);
}

async fn aud_13_pruning_takes_nothing_from_what_was_changed_on(kind: Kind) {
    let world = World::on(kind).await;
    let changes = [
        "created_at = (SELECT min(created_at) FROM audit_events)",
        "action = 'another'",
        "integrity_hash = (SELECT integrity_hash FROM audit_events WHERE chain_position = 2 LIMIT 1)",
        "prev_event_id = NULL",
        "chain_position = 40",
    ];
    for change in changes {
        let who = world.tenant().await;
        for second in 1..=5 {
            append(&world, who, second).await;
        }
        let events = of(kind, who).replace("chain", "org_id");
        let changed =
            format!("UPDATE audit_events SET {change} WHERE {events} AND chain_position = 4");
        world.tamper(&changed).await;
        let chain = Chain::Org(who.org);
        let access = may::<PruneAudit>(AuditLog { chain });
        let until = now().plus_seconds(100);
        let prune = || world.store.prune_events(&access, until, 100);
        assert_eq!(prune().await.unwrap(), 3, "{change}");
        assert_eq!(prune().await.unwrap(), 0, "{change}");
        assert_eq!(head_of(&world, who).await.pruned, 3, "{change}");
    }
}
