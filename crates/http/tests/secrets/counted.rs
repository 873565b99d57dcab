//! `max_access_count`: the read after the last one never succeeds, and only values that left count.

use crate::place::{Place, statuses};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Instance, Person, TestApp, both_stores};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

async fn counted(who: &Person, path: &str, most: i64) -> Place {
    let at = Place::new(&who.vault("prod").await, path);
    let more = json!({ "max_access_count": most });
    at.put(who, "a value for few", more).await.is(201);
    at
}

/// How many values were given out, by the journal.
async fn values_recorded(app: &TestApp) -> usize {
    let events = app.audit().await;
    let given = |event: &&serde_json::Value| {
        event["action"] == "secret.read"
            && event["outcome"] == "ok"
            && event["details"]["not_modified"].is_null()
    };
    events.iter().filter(given).count()
}

#[both_stores]
async fn cnt_01_parallel_readers_get_exactly_as_many_values_as_there_are(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let mut recorded = 0;
    for most in [1_u16, 10] {
        let at = counted(&ada, "few", i64::from(most)).await;
        let readers = (0..64).map(|n| {
            let who = if n % 2 == 0 { &ada } else { &other };
            let target = if n % 3 == 0 {
                at.version(1)
            } else {
                at.secret()
            };
            async move { who.get(&target).await }
        });
        let answers = join_all(readers).await;
        let given = usize::from(most);
        let mut expected = vec![200; given];
        expected.extend(vec![410; 64 - given]);
        assert_eq!(statuses(&answers), expected);
        for answer in answers.iter().filter(|answer| answer.status == 410) {
            assert!(!answer.text().contains("a value for few"));
        }
        recorded += given;
        assert_eq!(values_recorded(&app).await, recorded);
        assert_eq!(at.count(&ada, 1).await, i64::from(most));
        let events = app.events().await;
        let refused = events.iter().filter(|e| *e == "secret.read denied used_up");
        assert_eq!(refused.count() + recorded, if most == 1 { 64 } else { 128 });
    }
}

#[both_stores]
async fn every_value_that_leaves_counts_and_nothing_else_does(app: TestApp) {
    let ada = app.owner().await;
    let at = counted(&ada, "a", 3).await;
    let counts = [
        (at.list(), 0),
        (at.versions(), 0),
        (at.secret(), 1),
        (at.version(1), 2),
        (at.list(), 2),
    ];
    for (target, count) in counts {
        ada.get(&target).await.is(200);
        assert_eq!(at.count(&ada, 1).await, count, "{target}");
    }
    // a new version starts at nothing, and the old one goes on by itself
    at.put(&ada, "next", json!({ "max_access_count": 1 }))
        .await
        .is(201);
    assert_eq!(ada.get(&at.secret()).await.is(200).get("/access_count"), 1);
    ada.get(&at.secret()).await.is_problem(410);
    assert_eq!(
        ada.get(&at.version(1)).await.is(200).get("/access_count"),
        3
    );
    ada.get(&at.version(1)).await.is_problem(410);
}

#[both_stores]
async fn cnt_02_readers_who_are_refused_count_nothing(app: TestApp) {
    let ada = app.owner().await;
    let eve = app.owner().await;
    let at = counted(&ada, "a", 1).await;
    let (writer, _) = ada
        .api_key(json!({ "name": "w", "scopes": ["secrets:write"] }))
        .await;
    let refused: [(Answer, u16); 7] = [
        (app.get(&at.secret()).await, 401),
        (ada.with("no.such.token").get(&at.secret()).await, 401),
        (ada.with(&writer).get(&at.secret()).await, 403),
        (eve.get(&at.secret()).await, 404),
        (ada.get(&at.version(2)).await, 404),
        (ada.request("HEAD", &at.secret()).send().await, 405),
        (
            ada.request("GET", &at.secret())
                .header("range", "bytes=0-3")
                .send()
                .await,
            416,
        ),
    ];
    for (answer, status) in refused {
        let answer = answer.is(status);
        assert!(!answer.text().contains("a value for few"));
        assert_eq!(at.count(&ada, 1).await, 0, "{}", answer.asked);
    }
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "a value for few");
}

#[both_stores]
async fn cnt_02_without_a_journal_no_value_leaves_and_none_is_counted(app: TestApp) {
    let ada = app.owner().await;
    let at = counted(&ada, "a", 1).await;
    app.tamper("ALTER TABLE audit_events RENAME TO audit_events_away")
        .await;
    for target in [at.secret(), at.version(1)] {
        let answer = ada.get(&target).await.is_problem(503);
        assert!(!answer.text().contains("a value for few"));
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    let put = at.put(&ada, "unrecorded", json!({})).await;
    assert!(put.status >= 500, "{}", put.status);
    app.tamper("ALTER TABLE audit_events_away RENAME TO audit_events")
        .await;
    assert_eq!(at.count(&ada, 1).await, 0);
    assert_eq!(app.count("secret_versions").await, 1);
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "a value for few");
    ada.get(&at.secret()).await.is_problem(410);
}

/// Sends a request for a value and goes away without waiting for the answer.
async fn hang_up(instance: &Instance, who: &Person, target: &str) {
    let mut stream = TcpStream::connect(instance.address()).await.unwrap();
    let request = format!(
        "GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        who.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
}

#[both_stores]
async fn cnt_03_readers_who_hang_up_never_make_one_value_more(app: TestApp) {
    let ada = app.owner().await;
    let at = counted(&ada, "a", 20).await;
    let instance: &Instance = &app;
    let target = at.secret();
    join_all((0..12).map(|_| hang_up(instance, &ada, &target))).await;
    let mut values = 0;
    while ada.get(&target).await.status == 200 {
        values += 1;
        assert!(values <= 20, "more values than there are");
    }
    assert!(values >= 8, "a lost answer costs one at most: {values}");
    assert_eq!(at.count(&ada, 1).await, 20);
    assert_eq!(values_recorded(&app).await, 20);
}

#[both_stores]
async fn sec_07_asking_without_taking_gives_no_value_and_counts_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = counted(&ada, "a", 1).await;
    for target in [at.secret(), at.version(1)] {
        for (method, header, status) in [
            ("HEAD", ("accept", "*/*"), 405),
            ("OPTIONS", ("accept", "*/*"), 405),
            ("GET", ("range", "bytes=0-"), 416),
            ("GET", ("range", "items=0"), 416),
        ] {
            let request = ada.request(method, &target).header(header.0, header.1);
            let answer = request.send().await.is(status);
            assert!(!answer.text().contains("a value for few"));
            if method == "HEAD" {
                assert!(answer.body.is_empty());
            }
        }
    }
    let request = ada
        .request("GET", &at.secret())
        .header("if-none-match", "*");
    assert!(request.send().await.is(304).body.is_empty());
    assert_eq!(at.count(&ada, 1).await, 0);
    assert_eq!(values_recorded(&app).await, 0);
    ada.get(&at.secret()).await.is(200);
}
