//! Holds the table in docs/operations.md to the settings there are.

use std::fmt::Write;

use super::setting::Places;
use super::settings::ALL;
use oneclaw_services::Stale;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");

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

/// What is kept how long, from where it is decided.
fn kept() -> String {
    let mut text = "\n| what | how long |\n|---|---|\n".to_owned();
    for stale in Stale::ALL {
        let days = stale.kept_seconds() / 86_400;
        let long = match (stale, days) {
            (Stale::UsageEvents, days) => format!("`usage.retention_days`, {days} by default"),
            (Stale::SpentVersions, _) => "\u{2013}".to_owned(),
            (_, 0) => "not at all".to_owned(),
            (_, 1) => "a day".to_owned(),
            (_, days) => format!("{days} days"),
        };
        writeln!(text, "| {} | {long} |", stale.described()).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn the_operations_page_lists_every_setting() {
    hold("settings", &table());
}

#[test]
fn the_operations_page_says_what_is_kept_how_long() {
    hold("kept", &kept());
}

/// The part of the page between two marks is this.
#[expect(clippy::disallowed_methods, reason = "whether to rewrite the table")]
fn hold(part: &str, should: &str) {
    let (start, end) = (
        format!("<!-- {part}:start -->\n"),
        format!("<!-- {part}:end -->"),
    );
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document
        .split_once(&start)
        .unwrap_or_else(|| panic!("docs/operations.md has no {part}:start"));
    let (is, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("docs/operations.md has no {part}:end"));
    if is == should {
        return;
    }
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(DOCUMENT, format!("{before}{start}{should}{end}{after}")).unwrap();
        return;
    }
    panic!(
        "docs/operations.md is behind; run {BLESS}=1 cargo test -p oneclaw-server the_operations_page"
    );
}
