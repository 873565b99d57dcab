//! Chains: one place for each event, behind the one before it.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::keeper::{TestKeeper, hash_of, mac_of};
use crate::world::{
    Tenant, World, commit, event, id, keep_chains, may, now, put, read_in, sign_up,
};
use oneclaw_domain::{
    AuditEvent, Chain, ChainHead, ChainedEvent, EventRecord, OrgId, PageSize, UserId, VersionId,
};
use oneclaw_policy::{AuditLog, Installation, ManageKeys, VerifyAudit};
use oneclaw_storage::{Chains, JournalEntry, Store, StoredChainKey, WrappedKey};
use oneclaw_storage_diesel::DieselStore;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

on_both_stores! {
    aud_04_64_writers_on_four_stores_make_one_chain
    aud_03_what_is_hashed_is_what_is_read_back
    events_of_before_get_their_places
    a_unit_without_a_commit_takes_no_place
    one_of_many_first_keys_is_kept
    aud_04_who_slept_reads_the_keys_before_an_end_is_taken_for_forged
}

async fn aud_04_who_slept_reads_the_keys_before_an_end_is_taken_for_forged(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let keeper = Arc::new(TestKeeper::default());
    let store = world.another_with(Arc::clone(&keeper)).await;
    keeper.is_strange.store(true, Ordering::SeqCst);
    commit(store.begin().await.unwrap(), who).await.unwrap();
    assert!(!keeper.is_strange.load(Ordering::SeqCst));
    keeper.is_strange.store(true, Ordering::SeqCst);
    let entries = [entry(event(Some(who.org)))];
    store.append(&entries).await.unwrap();
    assert!(!keeper.is_strange.load(Ordering::SeqCst));
    verified(&world, Chain::Org(who.org)).await;
}

/// The end of a chain and all its events, after asking whether they fit together.
pub(super) async fn verified(world: &World, chain: Chain) -> (ChainHead, Vec<ChainedEvent>) {
    let access = may::<VerifyAudit>(AuditLog { chain });
    let mut reader = world.store.read().await.unwrap();
    let head = reader.audit().chain_head(&access).await.unwrap().unwrap();
    let mut events: Vec<ChainedEvent> = Vec::new();
    loop {
        let from = head.pruned + 1 + i64::try_from(events.len()).unwrap();
        let page = reader.audit().chain_events(&access, from, PageSize::MAX);
        let page = page.await.unwrap();
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let (mut hash, mut previous, mut seq) = (head.pruned_hash, head.pruned_last, 0);
    for (at, chained) in events.iter().enumerate() {
        let link = chained.link.as_ref().unwrap();
        assert_eq!(link.position, head.pruned + 1 + i64::try_from(at).unwrap());
        assert_eq!(link.previous, previous, "forked at {}", link.position);
        assert_eq!(link.hash, hash_of(link, &hash, &chained.event));
        assert!(link.seq > seq, "numbers do not rise along the chain");
        (hash, previous, seq) = (link.hash, Some(chained.event.id), link.seq);
    }
    assert_eq!((head.hash, head.last), (hash, previous));
    assert_eq!(
        head.length,
        head.pruned + i64::try_from(events.len()).unwrap()
    );
    assert_eq!(head.mac, mac_of(&head));
    (head, events)
}

fn entry(event: AuditEvent) -> JournalEntry {
    JournalEntry { event, read: None }
}

async fn write_some(store: DieselStore, orgs: [Tenant; 2], version: VersionId, writer: usize) {
    for round in 0..3 {
        let mine = orgs[(writer + round) % 2];
        let other = orgs[(writer + round + 1) % 2];
        if writer.is_multiple_of(4) {
            let tx = store.begin().await.unwrap();
            commit(tx, mine).await.unwrap();
            continue;
        }
        let read = JournalEntry {
            event: event(Some(orgs[0].org)),
            read: Some(read_in(orgs[0].org, version)),
        };
        let batch = [
            entry(event(Some(mine.org))),
            entry(event(None)),
            read,
            entry(event(Some(other.org)).denied("no_grant")),
        ];
        store.append(&batch).await.unwrap();
    }
}

async fn aud_04_64_writers_on_four_stores_make_one_chain(kind: Kind) {
    let world = World::on(kind).await;
    let (one, vault) = world.tenant_with_vault().await;
    let two = world.tenant().await;
    let version = put(&world.store, one, &one.at(vault, "k"), |_| {}).await;
    let version = version.unwrap().id;
    let stores = [
        world.store.clone(),
        world.another().await,
        world.another().await,
        world.another().await,
    ];
    let before = world.number("SELECT count(*) AS n FROM audit_events").await;
    let writers: Vec<_> = (0..64)
        .map(|writer| {
            let store = stores[writer % 4].clone();
            tokio::spawn(write_some(store, [one, two], version, writer))
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let chains = [Some(one.org), Some(two.org), None];
    let mut placed = 0;
    for chain in chains.map(Chain::of) {
        placed += verified(&world, chain).await.1.len();
    }
    let written = world.number("SELECT count(*) AS n FROM audit_events").await;
    assert_eq!(written, before + 16 * 3 + 48 * 3 * 4);
    assert_eq!(
        i64::try_from(placed).unwrap(),
        written,
        "an event has no place"
    );
}

async fn aud_03_what_is_hashed_is_what_is_read_back(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    let details = [
        json!({ "z": 1, "a": 1.0, "exp": 1e16, "tiny": 5e-324, "huge": 1.797_693_134_862_315_7e308 }),
        json!({ "seventeen": 0.123_456_789_012_345_67, "third": 1.0 / 3.0, "zero": -0.0 }),
        json!({ "most": u64::MAX, "least": i64::MIN, "whole": 9_007_199_254_740_993_i64 }),
        json!({ "text": "é e\u{301} \u{1F511} \u{2028} \"\\/\u{8}\n", "empty": "", "none": null }),
        json!({ "deep": [{ "b": [1, [2.50, { "c": {} }]], "a": [] }, "x"] }),
        json!({ "é": 1, "e": 2, "\u{1F511}": 3, "\u{FF5E}": 4, "": 5 }),
    ];
    let mut wanted = Vec::new();
    for (serial, details) in details.into_iter().enumerate() {
        let mut one = event(Some(who.org));
        one.details = details.as_object().unwrap().clone();
        if serial % 2 == 0 {
            one.request.ip = None;
            one.request.request_id = String::new();
        }
        wanted.push(EventRecord::from(&one));
        world.store.append(&[entry(one)]).await.unwrap();
    }
    let (_, events) = verified(&world, Chain::Org(who.org)).await;
    let read = events.into_iter().skip(1).map(|chained| chained.event);
    for (read, mut wanted) in read.zip(wanted) {
        // decimals know no negative zero, and nothing else is forgotten
        if let Some(zero) = wanted.details.get_mut("zero") {
            *zero = json!(0.0);
        }
        assert_eq!(read, wanted);
    }
}

async fn events_of_before_get_their_places(kind: Kind) {
    let world = World::on(kind).await;
    let one = world.tenant().await;
    // as an older version does: it knows no chains, and neither makes them
    let older = world.home.open().await;
    let two = Tenant {
        org: OrgId::from_uuid(id()),
        user: UserId::from_uuid(id()),
    };
    sign_up(&older, two).await.unwrap();
    for _ in 0..25 {
        let batch = [Some(one.org), Some(two.org), None].map(|org| entry(event(org)));
        older.append(&batch).await.unwrap();
    }
    let unplaced = "SELECT count(*) AS n FROM audit_events WHERE chain_position IS NULL";
    assert_eq!(world.number(unplaced).await, 76);
    let newer = [world.store.clone(), world.home.open().await];
    let adopting: Vec<_> = newer
        .into_iter()
        .map(|store| {
            tokio::spawn(async move {
                keep_chains(&store).await;
                store.append(&[entry(event(Some(one.org)))]).await.unwrap();
            })
        })
        .collect();
    for one in adopting {
        one.await.unwrap();
    }
    assert_eq!(world.number(unplaced).await, 0);
    for org in [Some(one.org), Some(two.org), None] {
        let access = may::<VerifyAudit>(AuditLog {
            chain: Chain::of(org),
        });
        let mut reader = world.store.read().await.unwrap();
        assert_eq!(reader.audit().unchained(&access).await.unwrap(), 0);
    }
    verified(&world, Chain::Org(two.org)).await;
    let (_, own) = verified(&world, Chain::Installation).await;
    assert_eq!(own.len(), 25);
    let many = "SELECT count(DISTINCT chain_position) AS n FROM audit_events WHERE org_id = ";
    let one_org = match kind {
        Kind::Sqlite => format!("{many}x'{}'", one.org.uuid().simple()),
        Kind::Postgres => format!("{many}'{}'", one.org),
    };
    assert_eq!(world.number(&one_org).await, 1 + 25 + 2);
}

async fn a_unit_without_a_commit_takes_no_place(kind: Kind) {
    let world = World::on(kind).await;
    let who = world.tenant().await;
    for round in 0..5 {
        let tx = world.begin().await;
        let twice = event(Some(who.org));
        if round % 2 == 0 {
            drop(tx);
        } else {
            tx.commit(twice.clone())
                .await
                .unwrap()
                .yields(())
                .into_inner();
            let again = world.begin().await.commit(twice).await;
            assert!(again.is_err(), "one event was stored twice");
        }
    }
    let (head, _) = verified(&world, Chain::Org(who.org)).await;
    assert_eq!(head.length, 3);
}

async fn one_of_many_first_keys_is_kept(kind: Kind) {
    let world = World::on(kind).await;
    let adding: Vec<_> = (0..8)
        .map(|serial| {
            let store = world.store.clone();
            tokio::spawn(async move {
                let key = StoredChainKey {
                    id: format!("key-{serial}"),
                    wrapped: WrappedKey {
                        master_key: [7; 16],
                        bytes: vec![serial],
                    },
                    starts_at: now(),
                    adopts_until: now().plus_seconds(86_400),
                };
                let access = may::<ManageKeys>(Installation);
                let added = store.add_chain_key(&access, &key, true).await.unwrap();
                (added, key)
            })
        })
        .collect();
    let mut added = Vec::new();
    for one in adding {
        let (is_added, key) = one.await.unwrap();
        if is_added {
            added.push(key);
        }
    }
    assert_eq!(world.store.chain_keys().await.unwrap(), added);
    assert_eq!(added.len(), 1);
    let second = StoredChainKey {
        id: "second".to_owned(),
        starts_at: now().plus_seconds(-5),
        ..added[0].clone()
    };
    let access = may::<ManageKeys>(Installation);
    let add = |is_first| world.store.add_chain_key(&access, &second, is_first);
    assert!(!add(true).await.unwrap());
    assert!(add(false).await.unwrap());
    assert!(!add(false).await.unwrap(), "the key is there already");
    let keys = world.store.chain_keys().await.unwrap();
    assert_eq!(keys, [second.clone(), added[0].clone()]);
}
