//! A vault with more paths than a page has rows, whole and in parts.

use crate::scene::members;
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// More than the largest page, so that the complete list takes two reads of the store.
const PATHS: usize = 1_300;
/// Writers at once.
const WRITERS: usize = 8;

/// Different paths over all that a path may hold, in no order.
fn paths() -> Vec<String> {
    const SEGMENTS: [&str; 20] = [
        "a", "A", "aa", "aA", "a-", "a_", "a.", "a0", "z", "Z", "0", "9", "-", "_", "...", ".a",
        "-a", "_a", "a.b", "a-b",
    ];
    let mut all = BTreeSet::new();
    for (n, first) in SEGMENTS.iter().enumerate() {
        all.insert((*first).to_owned());
        for second in SEGMENTS {
            all.insert(format!("{first}/{second}"));
            for third in SEGMENTS.iter().skip(n % 6).step_by(6) {
                all.insert(format!("{first}/{second}/{third}"));
            }
        }
    }
    let all: Vec<_> = all.into_iter().collect();
    assert!(all.len() > PATHS, "only {}", all.len());
    // 7 has no factor in common with the number of paths, or it would not visit them all
    let scattered: BTreeSet<_> = (0..all.len()).map(|n| n * 7 % all.len()).collect();
    assert_eq!(scattered.len(), all.len());
    (0..PATHS).map(|n| all[n * 7 % all.len()].clone()).collect()
}

fn write_all(ada: &Person, vault: &str, paths: &[String]) -> JoinSet<()> {
    let mut writers = JoinSet::new();
    let chunk = paths.len().div_ceil(WRITERS);
    for paths in paths.chunks(chunk) {
        let (ada, vault, paths) = (ada.clone(), vault.to_owned(), paths.to_vec());
        writers.spawn(async move {
            for path in paths {
                ada.keep(&vault, &path, "x").await;
            }
        });
    }
    writers
}

async fn list(ada: &Person, vault: &str, query: &str) -> Vec<String> {
    let answer = ada
        .get(&format!("/v1/vaults/{vault}/secrets?{query}"))
        .await
        .is(200);
    members(&answer, "secrets", "path")
}

async fn by_pages(ada: &Person, vault: &str, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    for _ in 0..1_000 {
        let page = ada
            .get(&format!("/v1/vaults/{vault}/secrets?{query}{cursor}"))
            .await
            .is(200);
        all.extend(members(&page, "secrets", "path"));
        match page.get("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
    panic!("the list does not end");
}

#[both_stores]
async fn path_04_many_paths_whole_by_prefix_and_by_page(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("many").await;
    let scattered = paths();
    write_all(&ada, &vault, &scattered).join_all().await;
    let mut sorted = scattered;
    sorted.sort(); // of bytes: that is how Rust orders texts

    assert_eq!(list(&ada, &vault, "").await, sorted);
    for limit in [1_000, 999, 100, 37] {
        assert_eq!(
            by_pages(&ada, &vault, &format!("limit={limit}")).await,
            sorted,
            "by {limit}"
        );
    }
    for (n, prefix) in prefixes(&sorted).into_iter().enumerate() {
        let expected: Vec<_> = sorted
            .iter()
            .filter(|path| path.starts_with(&prefix))
            .collect();
        assert!(
            list(&ada, &vault, &format!("prefix={prefix}"))
                .await
                .iter()
                .eq(expected.iter().copied()),
            "{prefix}"
        );
        if n % 5 > 0 {
            continue; // pages of every fifth, to stay within seconds
        }
        let pages = by_pages(&ada, &vault, &format!("prefix={prefix}&limit=50")).await;
        assert!(pages.iter().eq(expected), "{prefix} by pages");
    }
}

/// Every prefix of up to two bytes, and every prefix of some paths.
fn prefixes(paths: &[String]) -> BTreeSet<String> {
    let short = paths
        .iter()
        .map(|path| path[..path.len().min(2)].to_owned());
    let long = paths
        .iter()
        .step_by(150)
        .flat_map(|path| (1..=path.len()).map(|end| path[..end].to_owned()));
    short.chain(long).collect()
}

#[both_stores]
async fn path_04_pages_while_others_write(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("busy").await;
    let settled: Vec<_> = (0..120).map(|n| format!("k/{n:03}")).collect();
    write_all(&ada, &vault, &settled).join_all().await;

    // before, between and behind what is there; and new versions of what is there
    let new = (0..120).map(|n| format!("k/{n:03}-new"));
    let before = (0..60).map(|n| format!("a/{n:03}"));
    let behind = (0..60).map(|n| format!("z/{n:03}"));
    let again = settled.iter().step_by(2).cloned();
    let others: Vec<_> = new.chain(before).chain(behind).chain(again).collect();
    let mut writers = write_all(&ada, &vault, &others);
    let mut rounds = 0;
    while rounds < 3 || (!writers.is_empty() && rounds < 20) {
        let pages = by_pages(&ada, &vault, "limit=19").await;
        assert!(pages.is_sorted(), "not in order, or twice");
        let distinct: BTreeSet<_> = pages.iter().collect();
        assert_eq!(distinct.len(), pages.len(), "twice");
        let there: Vec<_> = pages.iter().filter(|path| settled.contains(path)).collect();
        assert!(there.into_iter().eq(&settled), "a gap");
        rounds += 1;
        while let Some(done) = writers.try_join_next() {
            done.unwrap();
        }
    }
    writers.join_all().await;
    assert_eq!(app.count("secrets").await, 360);
    let versions = ada
        .get(&format!("/v1/vaults/{vault}/secret-versions/k/000"))
        .await
        .is(200);
    assert_eq!(versions.get("/versions/0/version"), json!(2));
}
