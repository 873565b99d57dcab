//! The example runs on both stores, and carries no web server.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use oneclaw_testkit::postgres;
use std::collections::BTreeSet;
use std::process::Command;

fn run(folder: &std::path::Path, database: Option<&str>) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_oneclaw-embedding-example"))
        .arg(folder)
        .args(database)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn it_keeps_a_secret_and_reads_it_back_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(folder.path(), None);
    assert_eq!(first, "db/password is correct horse battery staple\n");
    let second = run(folder.path(), None);
    assert_eq!(
        second, first,
        "the second start finds what the first one kept"
    );
}

#[test]
fn it_keeps_a_secret_and_reads_it_back_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::shared().create_database(None).unwrap();
    let first = run(folder.path(), Some(database.url()));
    assert_eq!(first, "db/password is correct horse battery staple\n");
    assert_eq!(run(folder.path(), Some(database.url())), first);
}

/// Everything that the package is built with, names only.
fn tree(metadata: &Metadata, root: &PackageId) -> BTreeSet<String> {
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let (mut waiting, mut seen) = (vec![root.clone()], BTreeSet::new());
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = nodes.iter().find(|node| node.id == id).unwrap();
        let normal = node.deps.iter().filter(|dependency| {
            dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
        });
        waiting.extend(normal.map(|dependency| dependency.pkg.clone()));
    }
    metadata
        .packages
        .iter()
        .filter(|p| seen.contains(&p.id))
        .map(|p| p.name.to_string())
        .collect()
}

#[test]
fn actix_is_not_in_its_dependency_tree() {
    let metadata = MetadataCommand::new().exec().unwrap();
    let id = |name: &str| {
        metadata
            .packages
            .iter()
            .find(|p| p.name.as_str() == name)
            .unwrap()
            .id
            .clone()
    };
    let example = tree(&metadata, &id("oneclaw-embedding-example"));
    assert!(example.contains("oneclaw-services") && example.contains("diesel"));
    let web: Vec<_> = example
        .iter()
        .filter(|name| name.starts_with("actix"))
        .collect();
    assert!(web.is_empty(), "{web:?}");
    // the question is asked rightly: the server's tree does have it
    assert!(tree(&metadata, &id("oneclaw-server")).contains("actix-web"));
}
