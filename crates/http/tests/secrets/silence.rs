//! SEC-05: nothing but the answer that was asked for a value tells anything about it.

use crate::place::Place;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

/// What differs from answer to answer, whatever the value is: ids, times of day, how many requests
/// there were this month.
const OF_EACH: [&str; 3] = ["x-request-id", "date", "x-ratelimit-requests-used"];

/// An answer without what must differ.
fn comparable(answer: &Answer, at: &Place, id: &str) -> (usize, Vec<String>) {
    let request = answer.header("x-request-id").unwrap();
    let body = answer
        .text()
        .replace(request, "REQUEST")
        .replace(id, "SECRET")
        .replace(&at.path, "PATH")
        .replace(&at.vault, "VAULT");
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name != "content-length" && !OF_EACH.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    headers.push(body);
    (answer.body.len(), headers)
}

/// Everything that is answered about a secret without its value.
async fn told(who: &Person, vault: &str, path: &str, value: &str) -> Vec<(usize, Vec<String>)> {
    let at = Place::new(vault, path);
    let put = at.put(who, value, json!({})).await.is(201);
    let id = put.str("/id");
    let with_header = |name, text| who.request("GET", &at.secret()).header(name, text).send();
    let answers = [
        put,
        who.get(&format!("{}?prefix={path}", at.list()))
            .await
            .is(200),
        who.get(&at.versions()).await.is(200),
        with_header("if-none-match", "\"1\"").await.is(304),
        with_header("range", "bytes=0-1").await.is(416),
        who.get(&at.version(2)).await.is(404),
        who.request("HEAD", &at.secret()).send().await.is(405),
        who.post_empty(&at.rotate()).await.is(201),
        who.post_empty(&at.disable(1)).await.is(204),
        who.get(&at.version(1)).await.is(410),
        who.delete(&at.secret()).await.is(204),
        who.get(&at.secret()).await.is(410),
    ];
    let said = |answer: &Answer| {
        assert!(!answer.text().contains(value), "{}", answer.asked);
        comparable(answer, &at, &id)
    };
    answers.iter().map(said).collect()
}

#[both_stores]
async fn sec_05_answers_without_the_value_are_the_same_whatever_it_is(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let long = "a much longer value, of another length ".repeat(99);
    let first = told(&ada, &vault, "a/1", "correct horse").await;
    for (path, value) in [("a/2", "battery stapl"), ("a/3", "s3"), ("a/4", &long)] {
        assert_eq!(told(&ada, &vault, path, value).await, first, "{path}");
    }
}

/// The tag of a version is its number: no hash of the value, and the same for any.
#[both_stores]
async fn sec_05_answers_with_the_value_are_not_compressed_and_carry_no_hash(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let mut headers = Vec::new();
    for (path, value) in [("a", "a".repeat(5000)), ("b", "b".repeat(5000))] {
        let at = Place::new(&vault, path);
        at.put(&ada, &value, json!({})).await.is(201);
        for target in [at.secret(), at.version(1)] {
            let request = ada.request("GET", &target);
            let read = request
                .header("accept-encoding", "gzip, br, zstd, deflate")
                .send()
                .await
                .is(200);
            assert_eq!(read.header("content-encoding"), None);
            assert_eq!(read.header("transfer-encoding"), None);
            assert_eq!(read.header("last-modified"), None);
            assert_eq!(read.header("cache-control"), Some("no-store"));
            assert_eq!(read.header("etag"), Some("\"1\""));
            assert_eq!(read.str("/value"), value);
            let mut seen: Vec<_> = read
                .headers
                .into_iter()
                .filter(|(name, _)| !OF_EACH.contains(&name.as_str()))
                .collect();
            seen.sort();
            headers.push(seen);
        }
    }
    assert!(
        headers.iter().all(|seen| *seen == headers[0]),
        "{headers:?}"
    );
}

/// Neither the journal nor an error names what was sent.
#[both_stores]
async fn sec_05_neither_events_nor_errors_hold_what_was_sent(app: TestApp) {
    const SENT: &str = "S3CRET-that-was-sent";
    let ada = app.owner().await;
    let at = Place::new(&ada.vault("prod").await, "a");
    at.put(&ada, SENT, json!({})).await.is(201);
    ada.get(&at.secret()).await.is(200);
    let refused = [
        at.put(&ada, SENT, json!({ "max_access_count": 0 }))
            .await
            .is(400),
        ada.put(&at.secret(), json!({ "value": { "x": SENT } }))
            .await
            .is(400),
        ada.put(&at.secret(), json!({ "valu": SENT })).await.is(400),
        at.put(&ada.with("a.b.c"), SENT, json!({})).await.is(401),
        Place::new(&ada.user_id, "a")
            .put(&ada, SENT, json!({}))
            .await
            .is(404),
        ada.post(&at.rotate(), json!({ "new_value": SENT, "length": 1 }))
            .await
            .is(400),
    ];
    for answer in refused {
        assert!(!answer.text().contains(SENT), "{}", answer.text());
    }
    for event in app.audit().await {
        assert!(!event.to_string().contains(SENT), "{event}");
    }
    assert!(!app.logged().contains(SENT));
}
