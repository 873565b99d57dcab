//! The endpoints of the contract and ours, in docs/compatibility.md: each with its state and a test that exercises it.

use crate::found_tests::{hold, list, tests};
use oneclaw_http::{Place, TABLE};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What every server of a table serves beside it: what documents the table.
const OWN: [&str; 4] = [
    "GET /openapi.json",
    "GET /v1/openapi.json",
    "GET /v1/docs/",
    "GET /v1/docs/{file}",
];

/// A line of the list.
struct Row {
    endpoint: String,
    test: String,
    note: String,
}

impl Row {
    fn parse(line: &str) -> Self {
        let mut parts = line.split(" | ").map(ToOwned::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self {
            endpoint: next(),
            test: next(),
            note: next(),
        }
    }

    fn state(&self, served: &BTreeSet<String>) -> &'static str {
        match (served.contains(&self.endpoint), self.note.as_str()) {
            (false, _) => "not served: 404",
            (true, "") => "served",
            (true, note) if note.starts_with("ours") => "served, ours",
            (true, _) => "served, differs or more",
        }
    }
}

/// What is mounted, as `METHOD PATH`.
fn served() -> BTreeSet<String> {
    let rows = TABLE.iter().flat_map(|rows| rows.iter());
    rows.map(|row| {
        let prefix = match row.place {
            Place::Api => "/v1",
            Place::Root => "",
        };
        format!("{} {prefix}{}", row.method, row.path)
    })
    .chain(OWN.map(ToOwned::to_owned))
    .collect()
}

fn table(served: &BTreeSet<String>) -> String {
    let mut text = String::new();
    for line in list("endpoints.txt") {
        if let Some(title) = line.strip_prefix("## ") {
            write!(
                text,
                "\n**{title}**\n\n| endpoint | state | how it differs, or why not | test |\n|---|---|---|---|\n"
            )
            .unwrap();
            continue;
        }
        let row = Row::parse(&line);
        let test = match row.test.as_str() {
            "-" => String::new(),
            test => format!("`{test}`"),
        };
        let (endpoint, state, note) = (&row.endpoint, row.state(served), &row.note);
        writeln!(text, "| `{endpoint}` | {state} | {note} | {test} |").unwrap();
    }
    text.push('\n');
    text
}

fn rows() -> Vec<Row> {
    let lines = list("endpoints.txt").into_iter();
    lines
        .filter(|line| !line.starts_with("## "))
        .map(|line| Row::parse(&line))
        .collect()
}

#[test]
fn every_endpoint_has_its_row() {
    let (rows, served, tests) = (rows(), served(), tests());
    let listed: BTreeSet<_> = rows.iter().map(|row| row.endpoint.clone()).collect();
    let mut wrong: Vec<_> = served
        .difference(&listed)
        .map(|endpoint| format!("{endpoint} is served and not in the list"))
        .collect();
    if listed.len() != rows.len() {
        wrong.push("an endpoint is listed twice".to_owned());
    }
    for row in &rows {
        let Row {
            endpoint,
            test,
            note,
        } = row;
        if served.contains(endpoint) && !tests.contains_key(test) {
            wrong.push(format!("{endpoint} names the test {test}, which is none"));
        }
        if !served.contains(endpoint) && (test != "-" || note.is_empty()) {
            wrong.push(format!("{endpoint} is not served, and nothing says why"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_endpoints_in_the_document_are_those_of_the_table() {
    let table = table(&served());
    hold(
        "docs/compatibility.md",
        "endpoints",
        &table,
        "the_endpoints_in_the_document",
    );
}
