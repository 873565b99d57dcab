//! Steps that several stories share.

use oneclaw_services::{FileFlaw, FileVerdict, LogFile, NoIssuers, NoPayments, Seams, SystemIds};
use oneclaw_testkit::{Answer, Person, StoreKind, TestApp};
use std::sync::Arc;

pub(crate) const EVENTS: &str = "/v1/audit/events";
pub(crate) const VERIFY: &str = "/v1/audit/verify";
pub(crate) const EXPORT: &str = "/v1/audit/export";

/// An id as the database's language writes it.
pub(crate) fn literal(app: &TestApp, id: &str) -> String {
    match app.kind() {
        StoreKind::Sqlite => format!("X'{}'", id.replace('-', "")),
        StoreKind::Postgres => format!("'{id}'"),
    }
}

/// The whole chain of somebody's organization, verified.
pub(crate) async fn verified(who: &Person) -> Answer {
    who.get(&format!("{VERIFY}?limit=10000")).await.is(200)
}

#[track_caller]
pub(crate) fn holds(answer: &Answer) {
    assert_eq!(answer.get("/chain_valid"), true, "{}", answer.text());
    assert_eq!(
        answer.get("/events_verified"),
        answer.get("/events_checked")
    );
}

#[track_caller]
pub(crate) fn broken(answer: &Answer, because: &str) {
    assert_eq!(answer.get("/chain_valid"), false, "{}", answer.text());
    assert_eq!(answer.get("/broken_because"), because, "{}", answer.text());
}

/// An export, checked as the command line does: the line that is wrong first, or what it comes to.
pub(crate) async fn offline(app: &TestApp, file: &[u8]) -> Result<FileVerdict, (usize, FileFlaw)> {
    let provider = app.key_provider();
    let mut lines = file.split_inclusive(|byte| *byte == b'\n');
    let bare = |line: &[u8]| line.strip_suffix(b"\n").unwrap_or(line).to_vec();
    let first = bare(lines.next().unwrap_or_default());
    let log = LogFile::open(&provider, &first).await.unwrap();
    let mut log = log.map_err(|flaw| (1, flaw))?;
    let mut number = 1;
    for line in lines {
        number += 1;
        log.line(&bare(line)).map_err(|flaw| (number, flaw))?;
    }
    log.finish().map_err(|flaw| (number, flaw))
}

/// Some things that are done, so that there is something to look at.
pub(crate) async fn some_deeds(who: &Person) -> String {
    let vault = who.vault("prod").await;
    for path in ["a", "b/c", "d"] {
        who.keep(&vault, path, "kept").await.is(201);
        who.read(&vault, path).await.is(200);
    }
    vault
}

/// What an operator's command has: a handle of its own, beside the running servers.
pub(crate) async fn seams(app: &TestApp) -> Seams {
    Seams {
        store: Arc::new(app.test_store().open().await),
        key_provider: Arc::new(app.key_provider()),
        clock: Arc::new(app.clock().clone()),
        ids: Arc::new(SystemIds),
        mailer: app.mailer(),
        identities: Arc::new(NoIssuers),
        payments: Arc::new(NoPayments),
    }
}
