//! The table of rights in the documentation, held against the rules in the code.

use std::{fmt::Write, fs, path::Path};

use oneclaw_policy::{ACTIONS, Rights};

const DOCUMENT: &str = "docs/access.md";
const START: &str = "<!-- rights:start -->\n";
const END: &str = "<!-- rights:end -->";

/// Rewrites the table instead of comparing it.
const BLESS: &str = "ONECLAW_BLESS";

/// A row per action, in the order of the code; actions of one name and one rule are one row.
fn table() -> String {
    let mut text =
        String::from("| action | owner | admin | member | agent | |\n|---|---|---|---|---|---|\n");
    for (number, (name, rule)) in ACTIONS.iter().enumerate() {
        if ACTIONS[..number].contains(&(*name, *rule)) {
            continue;
        }
        let Rights {
            owner,
            admin,
            member,
            agent,
            note,
        } = rule.who();
        writeln!(
            text,
            "| `{name}` | {owner} | {admin} | {member} | {agent} | {note} |"
        )
        .unwrap();
    }
    text
}

#[test]
fn the_rights_in_the_document_are_those_of_the_code() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(DOCUMENT);
    let document = fs::read_to_string(&path).unwrap();
    let (before, rest) = document
        .split_once(START)
        .expect("the document has a line <!-- rights:start -->");
    let (written, after) = rest
        .split_once(END)
        .expect("the document has a line <!-- rights:end -->");
    let table = table();
    #[expect(
        clippy::disallowed_methods,
        reason = "how one asks a test to rewrite what it compares with"
    )]
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, format!("{before}{START}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(
        written, table,
        "the rights in {DOCUMENT} are out of date; rewrite them with \
         `{BLESS}=1 cargo test -p oneclaw-testkit --test it the_rights` and read the difference"
    );
}
