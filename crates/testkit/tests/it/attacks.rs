//! What the server is attacked with, in docs/security.md: each row with the tests that carry its id.

use crate::found_tests::{hold, list, tests};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The ids that a test's name begins with: `shr_07_org_03_...` has two.
fn ids(name: &str) -> Vec<String> {
    let words: Vec<_> = name.split('_').collect();
    let ids = words.chunks(2).map_while(|pair| match pair {
        [area, number] if is_area(area) && is_number(number) => {
            Some(format!("{}-{number}", area.to_uppercase()))
        }
        _ => None,
    });
    ids.collect()
}

fn is_area(word: &str) -> bool {
    (2..=4).contains(&word.len()) && word.bytes().all(|letter| letter.is_ascii_lowercase())
}

fn is_number(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|digit| digit.is_ascii_digit())
}

/// The files with tests of each id.
fn by_id() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, files) in tests() {
        for id in ids(&name) {
            found.entry(id).or_default().extend(files.iter().cloned());
        }
    }
    found
}

/// The table, and which rows are open.
fn table() -> (String, Vec<String>) {
    let (found, mut text, mut open) = (by_id(), String::new(), Vec::new());
    for line in list("attacks.txt") {
        if let Some(area) = line.strip_prefix("## ") {
            let (_, title) = area.split_once(' ').unwrap();
            writeln!(
                text,
                "\n**{title}**\n\n| row | what is tried | tests |\n|---|---|---|"
            )
            .unwrap();
            continue;
        }
        let (id, words) = line.split_once(' ').unwrap();
        let tests = found.get(id).map(|files| {
            let files: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            files.join(", ")
        });
        if tests.is_none() {
            open.push(id.to_owned());
        }
        let tests = tests.unwrap_or_else(|| "open".to_owned());
        writeln!(text, "| {id} | {words} | {tests} |").unwrap();
    }
    text.push('\n');
    (text, open)
}

#[test]
fn every_attack_has_its_tests_or_is_open() {
    let (table, open) = table();
    println!("open: {}", open.join(" "));
    hold("docs/security.md", "attacks", &table, "every_attack");
}

#[test]
fn ids_stand_at_the_beginning_of_a_name() {
    assert_eq!(ids("shr_07_org_03_what_was_shared"), ["SHR-07", "ORG-03"]);
    assert_eq!(ids("sec_06_100_000_characters"), ["SEC-06"]);
    assert!(ids("ends_in_10_minutes").is_empty() && ids("contract_18_rules").is_empty());
    let listed = list("attacks.txt");
    let rows = listed.iter().filter(|line| !line.starts_with("## "));
    let known: BTreeSet<_> = rows
        .clone()
        .filter_map(|line| line.split_once(' '))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(known.len(), rows.count(), "an id is there twice");
    // each id in a name is one of the list, whatever else tests are called: areas of their own have other words
    let areas: BTreeSet<_> = known.iter().filter_map(|id| id.split('-').next()).collect();
    let unknown: Vec<_> = by_id()
        .into_keys()
        .filter(|id| areas.contains(id.split('-').next().unwrap()) && !known.contains(id.as_str()))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
