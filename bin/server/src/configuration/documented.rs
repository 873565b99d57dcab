//! Holds the table in docs/operations.md to the settings there are.

use std::fmt::Write;

use super::setting::Places;
use super::settings::ALL;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
const START: &str = "<!-- settings:start -->\n";
const END: &str = "<!-- settings:end -->";

/// Rewrites the table instead of comparing it.
const BLESS: &str = "ONECLAW_BLESS";

fn table() -> String {
    let mut text = String::new();
    let mut group = "";
    for setting in ALL {
        if group != setting.group {
            group = setting.group;
            let head =
                "| in the file | flag | variable | default | what it is |\n|---|---|---|---|---|";
            writeln!(text, "\n**{group}**\n\n{head}").unwrap();
        }
        let key = match setting.places {
            Places::Anywhere | Places::NoFlag => format!("`{}`", setting.name),
            Places::OutsideFile | Places::Environment => "\u{2013}".to_owned(),
        };
        let flag = if setting.has_flag() {
            format!("`--{}`", setting.flag())
        } else {
            "\u{2013}".to_owned()
        };
        let value = setting.value.replace('|', "\\|");
        let (variable, default, help) = (setting.variable(), setting.default, setting.help);
        writeln!(
            text,
            "| {key} | {flag} | `{variable}` | {default} | {value}: {help} |"
        )
        .unwrap();
    }
    text.push('\n');
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to rewrite the table")]
fn the_operations_page_lists_every_setting() {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document
        .split_once(START)
        .expect("docs/operations.md has no settings:start");
    let (is, after) = rest
        .split_once(END)
        .expect("docs/operations.md has no settings:end");
    let should = table();
    if is == should {
        return;
    }
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(DOCUMENT, format!("{before}{START}{should}{END}{after}")).unwrap();
        return;
    }
    panic!(
        "docs/operations.md is behind; run {BLESS}=1 cargo test -p oneclaw-server the_operations_page"
    );
}
