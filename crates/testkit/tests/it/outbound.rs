//! OPS-08, OPS-09: who may reach out of the process, and which versions of others' code are known bad.

use crate::found_tests::root;
use cargo_metadata::{DependencyKind, MetadataCommand};
use std::fs;
use std::path::PathBuf;

/// Crates that speak HTTP to others.
const CLIENTS: [&str; 9] = [
    "awc",
    "curl",
    "hyper",
    "hyper-util",
    "isahc",
    "reqwest",
    "surf",
    "ureq",
    "attohttpc",
];

/// Words of code that opens a connection, runs a program or touches a file.
const REACHING: [&str; 9] = [
    "TcpStream",
    "UdpSocket",
    "UnixStream",
    "lookup_host",
    "ToSocketAddrs",
    "process::Command",
    "std::fs",
    "tokio::fs",
    "File::",
];

/// Crates that see what callers send.
const INNER: [&str; 5] = ["domain", "http", "policy", "services", "storage"];

#[test]
fn ops_08_http_clients_belong_to_the_adapters() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut having = Vec::new();
    for package in metadata.workspace_packages() {
        let mut dependencies = package.dependencies.iter();
        if package.name != "oneclaw-testkit"
            && dependencies.any(|dependency| {
                dependency.kind != DependencyKind::Development
                    && CLIENTS.contains(&dependency.name.as_str())
            })
        {
            having.push(package.name.as_str());
        }
    }
    assert_eq!(having, ["oneclaw-adapters"]);
}

#[test]
fn ops_08_what_callers_reach_opens_no_connection_runs_nothing_and_writes_no_file() {
    let mut looked_at = 0;
    let mut wrong = Vec::new();
    for source in sources(INNER.map(|name| root().join("crates").join(name).join("src"))) {
        looked_at += 1;
        let text = fs::read_to_string(&source).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in REACHING.iter().filter(|word| code.contains(*word)) {
            wrong.push(format!("{}: {word}", source.display()));
        }
    }
    assert!(looked_at > 200, "this looks in the wrong place");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources(folders: impl IntoIterator<Item = PathBuf>) -> Vec<PathBuf> {
    let mut folders: Vec<_> = folders.into_iter().collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The version in Cargo.lock, of each crate of this name.
fn locked(name: &str) -> Vec<Vec<u64>> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let head = format!("name = \"{name}\"\nversion = \"");
    lock.split(&head)
        .skip(1)
        .map(|rest| {
            let version = rest.split('"').next().unwrap();
            let numbers = version.split(['-', '+']).next().unwrap();
            numbers.split('.').map(|n| n.parse().unwrap()).collect()
        })
        .collect()
}

#[test]
fn ops_09_known_bad_versions_are_not_in_the_lock_file() {
    for (name, least) in [
        ("actix-http", [3, 12, 1]),
        ("tokio-postgres", [0, 7, 18]),
        ("diesel", [2, 2, 3]),
    ] {
        let versions = locked(name);
        assert!(!versions.is_empty(), "{name} is not there");
        for version in versions {
            assert!(version[..] >= least[..], "{name} {version:?}");
        }
    }
    // mended in a version that could not be had: the exception must name why it cannot reach us,
    // and goes when that is there
    let rules = rules();
    let is_excused = rules.contains("RUSTSEC-2026-0561") && rules.contains("reason = \"MAIL-01");
    for version in locked("lettre") {
        assert_eq!(
            version[..] < [0, 11, 24][..],
            is_excused,
            "lettre {version:?}"
        );
    }
}

fn rules() -> String {
    fs::read_to_string(root().join("deny.toml")).unwrap()
}

#[test]
fn ops_09_foreign_sources_yanked_crates_unsafe_code_and_unlocked_builds_fail() {
    let rules = rules();
    for rule in [
        "yanked = \"deny\"",
        "unknown-registry = \"deny\"",
        "unknown-git = \"deny\"",
        "allow-registry = [\"https://github.com/rust-lang/crates.io-index\"]",
        "wildcards = \"deny\"",
    ] {
        assert!(rules.contains(rule), "{rule}");
    }
    let ignored = rules.matches("{ id = \"RUSTSEC-").count();
    assert_eq!(rules.matches("{ id = \"").count(), ignored);
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    for package in metadata.workspace_packages() {
        let manifest = fs::read_to_string(&package.manifest_path).unwrap();
        let rules = "[lints]\nworkspace = true";
        assert!(manifest.contains(rules), "{}", package.name);
    }
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        let from = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(line, from);
    }
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for line in ci.lines().filter(|line| line.contains("cargo ")) {
        let builds = [
            "cargo test",
            "cargo clippy --workspace",
            "cargo build",
            "cargo install",
        ];
        let builds = builds.iter().any(|build| line.contains(build));
        assert!(!builds || line.contains("--locked"), "{line}");
    }
    assert!(ci.contains("scripts/deny"));
}
