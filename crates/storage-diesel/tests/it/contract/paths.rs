//! Prefixes, pages and the order of paths.

use crate::contract::both_stores::on_both_stores;
use crate::home::Kind;
use crate::world::{Tenant, World, commit, id, may, new_version, now, put};
use oneclaw_domain::{PageSize, PathPrefix, SecretId, SecretPath, VaultId};
use oneclaw_storage::{Reader, Store};
use std::collections::BTreeSet;

on_both_stores! {
    path_03_case_never_crosses_over
    path_04_lists_are_the_set_in_byte_order
    path_04_lists_hold_still_while_others_write
    a_prefix_is_text_and_never_a_pattern
}

async fn all(
    reader: &mut dyn Reader,
    who: Tenant,
    vault: VaultId,
    prefix: &str,
    size: i64,
) -> Vec<String> {
    let prefix = PathPrefix::parse(prefix).unwrap();
    let size = PageSize::new(size).unwrap();
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().map(|path| SecretPath::parse(path).unwrap());
        let access = may(who.in_vault(vault));
        let page = reader
            .secrets()
            .list(&access, &prefix, after.as_ref(), size)
            .await
            .unwrap();
        found.extend(
            page.items
                .iter()
                .map(|version| version.path.as_str().to_owned()),
        );
        if !page.more {
            return found;
        }
        assert_eq!(page.items.len(), size.get());
    }
}

async fn path_03_case_never_crosses_over(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    put(&world.store, who, &who.at(vault, "app/x"), |_| {})
        .await
        .unwrap();
    put(&world.store, who, &who.at(vault, "APP/x"), |_| {})
        .await
        .unwrap();
    let mut reader = world.store.read().await.unwrap();
    for (prefix, expected) in [
        ("app/", vec!["app/x"]),
        ("APP/", vec!["APP/x"]),
        ("App/", vec![]),
        ("a", vec!["app/x"]),
        ("", vec!["APP/x", "app/x"]),
    ] {
        assert_eq!(
            all(&mut *reader, who, vault, prefix, 10).await,
            expected,
            "{prefix}"
        );
    }
    let lower = reader
        .secrets()
        .find_head(&who.at(vault, "app/x"))
        .await
        .unwrap()
        .unwrap();
    let upper = reader
        .secrets()
        .find_head(&who.at(vault, "APP/x"))
        .await
        .unwrap()
        .unwrap();
    let id_of = |seen: oneclaw_storage::Sighting<oneclaw_storage::Guarded<_, _>>, path| {
        let head: oneclaw_domain::SecretHead =
            seen.row.unwrap().open(&may(who.at(vault, path))).unwrap();
        head.id
    };
    assert_ne!(id_of(lower, "app/x"), id_of(upper, "APP/x"));
    assert!(
        reader
            .secrets()
            .find_head(&who.at(vault, "App/x"))
            .await
            .unwrap()
            .unwrap()
            .row
            .is_none()
    );
}

/// Paths of few different bytes, so that prefixes and neighbours abound. A linear congruential
/// generator: the same paths on every run.
fn many_paths(count: usize) -> BTreeSet<String> {
    let mut state: u64 = 0x2545_F491_4F6C_DD1D;
    let mut next = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let bytes: Vec<char> = "aAbBzZ09-_./".chars().collect();
    let mut paths = BTreeSet::new();
    while paths.len() < count {
        let text: String = (0..=next(10)).map(|_| bytes[next(bytes.len())]).collect();
        if SecretPath::parse(&text).is_ok() {
            paths.insert(text);
        }
    }
    paths
}

async fn insert_all(world: &World, who: Tenant, vault: VaultId, paths: &BTreeSet<String>) {
    let mut tx = world.begin().await;
    for path in paths {
        let access = may(who.at(vault, path));
        let taken = tx
            .secrets()
            .reserve(&access, SecretId::from_uuid(id()), now())
            .await
            .unwrap();
        let version = new_version(who, taken.secret, taken.number);
        tx.secrets()
            .insert_version(&access, &version)
            .await
            .unwrap();
    }
    commit(tx, who).await.unwrap();
}

async fn path_04_lists_are_the_set_in_byte_order(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let paths = many_paths(2000);
    insert_all(&world, who, vault, &paths).await;
    let sorted: Vec<String> = paths.iter().cloned().collect();
    let mut reader = world.store.read().await.unwrap();
    for size in [1000, 97] {
        assert_eq!(all(&mut *reader, who, vault, "", size).await, sorted);
    }
    let prefixes: BTreeSet<&str> = paths
        .iter()
        .flat_map(|path| (1..=path.len().min(3)).map(move |to| &path[..to]))
        .collect();
    assert!(prefixes.len() > 300);
    for prefix in prefixes {
        let expected: Vec<&String> = sorted
            .iter()
            .filter(|path| path.starts_with(prefix))
            .collect();
        let found = all(&mut *reader, who, vault, prefix, 50).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{prefix}");
    }
}

async fn path_04_lists_hold_still_while_others_write(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    let paths = many_paths(300);
    insert_all(&world, who, vault, &paths).await;
    let store = world.store.clone();
    let writer = tokio::spawn(async move {
        for round in 0..60 {
            put(
                &store,
                who,
                &who.at(vault, &format!("a/new-{round}")),
                |_| {},
            )
            .await
            .unwrap();
        }
    });
    let mut reader = world.store.read().await.unwrap();
    while !writer.is_finished() {
        let found = all(&mut *reader, who, vault, "", 7).await;
        assert!(
            found.is_sorted_by(|a, b| a < b),
            "a path came twice or out of order"
        );
        let kept = found.iter().filter(|path| paths.contains(*path)).count();
        assert_eq!(kept, paths.len());
    }
    writer.await.unwrap();
}

async fn a_prefix_is_text_and_never_a_pattern(kind: Kind) {
    let world = World::on(kind).await;
    let (who, vault) = world.tenant_with_vault().await;
    for path in ["a_b", "aXb", "a.b", "a-b", "a/b", "z", "zz"] {
        put(&world.store, who, &who.at(vault, path), |_| {})
            .await
            .unwrap();
    }
    let mut reader = world.store.read().await.unwrap();
    for (prefix, expected) in [
        ("a_", vec!["a_b"]),
        ("a.", vec!["a.b"]),
        ("a/b", vec!["a/b"]),
        ("z", vec!["z", "zz"]),
        ("zzz", vec![]),
    ] {
        assert_eq!(
            all(&mut *reader, who, vault, prefix, 2).await,
            expected,
            "{prefix}"
        );
    }
}
