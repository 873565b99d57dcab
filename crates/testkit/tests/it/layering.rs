//! The arrows of the house, held against what Cargo would build.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// What each crate may depend on: what stands above it in this list, never below.
/// `testkit` is for development, so it may see everything and nothing that ships may see it.
const ARROWS: &[(&str, &[&str])] = &[
    ("oneclaw-domain", &[]),
    ("oneclaw-policy", &["oneclaw-domain"]),
    ("oneclaw-crypto", &[]),
    ("oneclaw-storage", &["oneclaw-domain", "oneclaw-policy"]),
    (
        "oneclaw-storage-diesel",
        &["oneclaw-domain", "oneclaw-policy", "oneclaw-storage"],
    ),
    (
        "oneclaw-services",
        &[
            "oneclaw-domain",
            "oneclaw-policy",
            "oneclaw-crypto",
            "oneclaw-storage",
        ],
    ),
    ("oneclaw-adapters", &["oneclaw-domain", "oneclaw-services"]),
    // Another program that embeds the product: what it may use is what stays free of the web framework.
    (
        "oneclaw-embedding-example",
        &[
            "oneclaw-domain",
            "oneclaw-policy",
            "oneclaw-crypto",
            "oneclaw-storage",
            "oneclaw-storage-diesel",
            "oneclaw-services",
            "oneclaw-adapters",
        ],
    ),
    ("oneclaw-http", &["oneclaw-domain", "oneclaw-services"]),
    (
        "oneclaw-server",
        &[
            "oneclaw-domain",
            "oneclaw-policy",
            "oneclaw-crypto",
            "oneclaw-storage",
            "oneclaw-storage-diesel",
            "oneclaw-services",
            "oneclaw-adapters",
            "oneclaw-http",
        ],
    ),
    ("oneclaw-testkit-macros", &[]),
    (
        "oneclaw-testkit",
        &[
            "oneclaw-domain",
            "oneclaw-policy",
            "oneclaw-crypto",
            "oneclaw-storage",
            "oneclaw-storage-diesel",
            "oneclaw-services",
            "oneclaw-adapters",
            "oneclaw-http",
            "oneclaw-server",
            "oneclaw-testkit-macros",
        ],
    ),
];

/// Third parties that have one home: a dependency whose name starts so belongs to these crates alone.
const HOMES: &[(&str, &[&str])] = &[
    ("diesel", &["oneclaw-storage-diesel"]),
    ("libsqlite3", &["oneclaw-storage-diesel"]),
    ("actix", &["oneclaw-http", "oneclaw-server"]),
    ("utoipa", &["oneclaw-http", "oneclaw-server"]),
    ("josekit", &["oneclaw-crypto"]),
    // testkit forges tokens, and checks ours with another implementation than the one that made them
    ("ring", &["oneclaw-crypto", "oneclaw-testkit"]),
    ("argon2", &["oneclaw-crypto"]),
    // whoever could call another server; the testkit is what is called, and calls us
    ("hyper", &["oneclaw-adapters", "oneclaw-testkit"]),
    ("tokio-rustls", &["oneclaw-adapters", "oneclaw-testkit"]),
    ("reqwest", &[]),
    ("ureq", &[]),
    ("lettre", &["oneclaw-adapters"]),
    ("askama", &["oneclaw-services"]),
];

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const START: &str = "<!-- map:start -->\n";
const END: &str = "<!-- map:end -->";

/// Rewrites the map instead of comparing it.
const BLESS: &str = "ONECLAW_BLESS";

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap()
}

/// Our crates that a package's builds contain, its tests aside.
fn depends_on(package: &Package) -> BTreeSet<&str> {
    let ships = |kind| matches!(kind, DependencyKind::Normal | DependencyKind::Build);
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.path.is_some() && ships(dependency.kind))
        .map(|dependency| dependency.name.as_str())
        .collect()
}

#[test]
fn arrows_point_one_way() {
    let metadata = metadata();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(allowed) = arrows.get(package.name.as_str()) else {
            wrong.push(format!("{} has no row in ARROWS", package.name));
            continue;
        };
        let forbidden = depends_on(package)
            .into_iter()
            .filter(|name| !allowed.contains(name));
        wrong.extend(forbidden.map(|name| format!("{} must not depend on {name}", package.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_itself_has_no_way_back() {
    for (row, (name, allowed)) in ARROWS.iter().enumerate() {
        let above: Vec<&str> = ARROWS[..row].iter().map(|(name, _)| *name).collect();
        for target in *allowed {
            assert!(
                above.contains(target),
                "{name} -> {target} points down the table"
            );
        }
    }
}

#[test]
fn ops_08_third_parties_stay_at_home() {
    let metadata = metadata();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_none())
        {
            let home = HOMES
                .iter()
                .find(|(name, _)| dependency.name == *name || is_family(&dependency.name, name));
            if let Some((_, homes)) = home
                && !homes.contains(&package.name.as_str())
            {
                wrong.push(format!(
                    "{} must not use {}, only {homes:?}",
                    package.name, dependency.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `diesel-async` and `diesel_migrations` are of the family `diesel`; `ringbuf` is not of `ring`.
fn is_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family)
        .is_some_and(|rest| rest.starts_with(['-', '_']))
}

/// A row per crate, in the order of [`ARROWS`]: where it is, what it holds, what it sees.
fn map(metadata: &Metadata) -> String {
    let mut text = String::from("| crate | what it holds | depends on |\n|---|---|---|\n");
    for (name, _) in ARROWS {
        let packages = metadata.workspace_packages();
        let Some(package) = packages
            .iter()
            .find(|package| package.name.as_str() == *name)
        else {
            continue;
        };
        let folder = package.manifest_path.parent().unwrap();
        let folder = folder.strip_prefix(&metadata.workspace_root).unwrap();
        let sees: Vec<&str> = depends_on(package)
            .into_iter()
            .map(|name| name.trim_start_matches("oneclaw-"))
            .collect();
        let what = package.description.as_deref().unwrap_or_default();
        writeln!(text, "| `{folder}` | {what} | {} |", sees.join(", ")).unwrap();
    }
    text
}

#[test]
fn the_map_in_the_architecture_document_is_true() {
    let metadata = metadata();
    let path = Path::new(metadata.workspace_root.as_str()).join(DOCUMENT);
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document
        .split_once(START)
        .expect("the document has a line <!-- map:start -->");
    let (written, after) = rest
        .split_once(END)
        .expect("the document has a line <!-- map:end -->");
    let map = map(&metadata);
    #[expect(
        clippy::disallowed_methods,
        reason = "how one asks a test to rewrite what it compares with"
    )]
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, format!("{before}{START}{map}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        written, map,
        "the map in {DOCUMENT} is out of date; rewrite it with \
         `{BLESS}=1 cargo test -p oneclaw-testkit --test it the_map` and read the difference"
    );
}
