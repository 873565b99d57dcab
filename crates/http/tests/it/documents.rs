//! The OpenAPI document and the page to browse it with.

use crate::server::Server;
use crate::small_table;
use oneclaw_http::{BodyKind, Endpoint, HttpApp, HttpSettings, Metrics, Place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

struct NoIds;

impl oneclaw_domain::Ids for NoIds {
    fn next(&self) -> uuid::Uuid {
        uuid::Uuid::from_u128(1)
    }
}

/// The product's table and the small one, each with our own pages, and the document of each.
fn tables() -> [(Vec<&'static Endpoint>, Value); 2] {
    let small: &[&[Endpoint]] = &[small_table::ROUTES];
    [oneclaw_http::TABLE, small].map(|table| {
        let settings = HttpSettings::default();
        let app = HttpApp::new(settings, Arc::new(NoIds), Arc::new(Metrics::new()), table);
        let rows: Vec<_> = app.endpoints().collect();
        let document = oneclaw_http::document(&app.tables(), "http://x.test");
        (rows, serde_json::to_value(document).unwrap())
    })
}

fn full_path(endpoint: &Endpoint) -> String {
    let prefix = if endpoint.place == Place::Api {
        "/v1"
    } else {
        ""
    };
    format!("{prefix}{}", endpoint.path)
}

#[test]
fn the_document_names_exactly_the_table() {
    for (rows, document) in tables() {
        compare(&rows, &document);
    }
}

fn compare(rows: &[&Endpoint], document: &Value) {
    assert_eq!(document["openapi"], "3.1.0");
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            documented.insert((method.to_uppercase(), path.clone(), id.to_owned()));
        }
    }
    let table: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.method.to_string(), full_path(row), row.id.to_owned()))
        .collect();
    assert_eq!(documented, table);
    let ids: BTreeSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len(), "an operation id twice");
}

#[test]
fn the_document_is_served_at_both_addresses() {
    let server = Server::start();
    let document = server.get("/v1/openapi.json").json();
    assert_eq!(document["info"]["title"], "oneclaw");
    assert_eq!(document, server.get("/openapi.json").json());
    assert_eq!(document, server.get("/api/v1/openapi.json").json());
}

#[test]
fn every_handler_claims_the_row_that_it_stands_in() {
    for row in tables().into_iter().flat_map(|(rows, _)| rows) {
        let docs = (row.docs)();
        assert_eq!(docs.path, full_path(row), "{}", row.id);
        let methods = serde_json::to_value(&docs.methods).unwrap();
        assert_eq!(
            methods,
            serde_json::json!([row.method.as_str().to_lowercase()]),
            "{}",
            row.id
        );
    }
}

#[test]
fn a_body_is_documented_where_one_is_read() {
    let [(rows, _), _] = tables();
    for row in rows {
        let documented = (row.docs)().operation.request_body;
        assert_eq!(
            documented.is_some(),
            row.body != BodyKind::None,
            "{}",
            row.id
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    for (_, document) in tables() {
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(!references.is_empty());
        for reference in references {
            let target = document.pointer(reference.trim_start_matches('#'));
            assert!(target.is_some(), "{reference}");
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if name == "$ref" => references.push(text.to_owned()),
                    _ => collect(member, references),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let server = Server::start();
    let page = server.get("/v1/docs/");
    assert_eq!(
        page.header("content-type").map(|t| &t[..9]),
        Some("text/html")
    );
    for attribute in page
        .text()
        .split(['"', '\''])
        .filter(|text| matches!(text.rsplit_once('.'), Some((_, "js" | "css"))))
    {
        assert!(!attribute.contains("//"), "{attribute}");
        let file = server.get(&format!("/v1/docs/{}", attribute.trim_start_matches("./")));
        assert_eq!(file.status, 200, "{attribute}");
        assert!(!file.body.is_empty());
    }
    assert!(
        !page.text().contains("<script>"),
        "inline scripts are against the policy"
    );
    let initializer = server.get("/v1/docs/swagger-initializer.js");
    assert!(
        initializer.text().contains("../openapi.json"),
        "{}",
        initializer.text()
    );
    server.get("/v1/docs/nothing.js").problem(404);
    server.get("/v1/docs/..%2f..%2fCargo.toml").problem(404);
    server.get("/v1/docs").problem(404);
}
