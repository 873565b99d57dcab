//! The example runs on both stores, and carries no web server.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use oneclaw_testkit::postgres;
use std::collections::BTreeSet;
use std::process::Command;

/// What it prints, at every start.
const TOLD: &str = "\
db/password is correct horse battery staple
without a grant, an agent was refused: not allowed
with one, it read 28 characters
without it again, it was refused: not allowed
the first reader of the link was given it
the second came too late
the log: secret.read by agent: denied
the log: secret.read by agent: ok
the log: secret.read by agent: denied
the log's chain is whole
";

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
fn it_keeps_grants_reads_shares_and_audits_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), None), TOLD);
    // the second start finds what the first one kept
    assert_eq!(run(folder.path(), None), TOLD);
}

#[test]
fn it_keeps_grants_reads_shares_and_audits_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let database = postgres::shared().create_database(None).unwrap();
    assert_eq!(run(folder.path(), Some(database.url())), TOLD);
    assert_eq!(run(folder.path(), Some(database.url())), TOLD);
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
