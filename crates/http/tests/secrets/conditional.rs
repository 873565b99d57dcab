//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110 13.1): nobody's write is lost.

use crate::place::{Place, statuses};
use futures_util::future::join_all;
use oneclaw_testkit::{Answer, Person, TestApp, both_stores};
use serde_json::json;

async fn place(who: &Person) -> Place {
    Place::new(&who.vault("prod").await, "db/password")
}

async fn put_if(who: &Person, at: &Place, header: (&str, &str), value: &str) -> Answer {
    let body = json!({ "value": value });
    let request = who.request("PUT", &at.secret()).header(header.0, header.1);
    request.json(&body).send().await
}

async fn delete_if(who: &Person, at: &Place, header: (&str, &str)) -> Answer {
    let request = who.request("DELETE", &at.secret());
    request.header(header.0, header.1).send().await
}

#[both_stores]
async fn reads_and_writes_name_their_version_in_an_etag(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    let put = at.put(&ada, "one", json!({})).await.is(201);
    assert_eq!(put.header("etag"), Some("\"1\""));
    let rotated = ada.post_empty(&at.rotate()).await.is(201);
    assert_eq!(rotated.header("etag"), Some("\"2\""));
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.header("etag"), Some("\"2\""));
    let older = ada.get(&at.version(1)).await.is(200);
    assert_eq!(older.header("etag"), Some("\"1\""));
}

#[both_stores]
async fn a_put_whose_precondition_does_not_hold_writes_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    for header in [("if-match", "\"1\""), ("if-match", "*")] {
        put_if(&ada, &at, header, "too early").await.is_problem(412);
    }
    assert_eq!(app.count("secrets").await, 0);
    put_if(&ada, &at, ("if-none-match", "*"), "one")
        .await
        .is(201);
    put_if(&ada, &at, ("if-match", "\"1\""), "two")
        .await
        .is(201);
    put_if(&ada, &at, ("if-match", "\"7\", \"2\""), "three")
        .await
        .is(201);
    put_if(&ada, &at, ("if-match", "*"), "four").await.is(201);

    let refused = [
        ("if-none-match", "*"),
        ("if-match", "\"3\""),
        ("if-match", "\"5\""),
        ("if-match", "W/\"4\""),
        ("if-match", "\"04\""),
        ("if-match", "\"x\""),
    ];
    for header in refused {
        put_if(&ada, &at, header, "lost").await.is_problem(412);
        assert_eq!(
            app.last_event().await,
            "secret.write denied precondition_failed"
        );
    }
    for header in [
        ("if-match", "4"),
        ("if-match", ""),
        ("if-none-match", "\"4\""),
    ] {
        put_if(&ada, &at, header, "lost").await.is_problem(400);
    }
    let both = ada
        .request("PUT", &at.secret())
        .header("if-match", "\"4\"")
        .header("if-none-match", "*")
        .json(&json!({ "value": "lost" }));
    both.send().await.is_problem(400);
    assert_eq!(app.count("secret_versions").await, 4);
    let read = ada.get(&at.secret()).await.is(200);
    assert_eq!(read.str("/value"), "four");
    assert_eq!(at.put(&ada, "five", json!({})).await.get("/version"), 5);
}

#[both_stores]
async fn a_delete_whose_precondition_does_not_hold_deletes_nothing(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    let any = ("if-match", "*");
    delete_if(&ada, &at, any).await.is_problem(404);
    at.put(&ada, "one", json!({})).await.is(201);
    at.put(&ada, "two", json!({})).await.is(201);
    for header in [("if-match", "\"1\""), ("if-none-match", "*")] {
        delete_if(&ada, &at, header).await.is_problem(412);
        assert_eq!(
            app.last_event().await,
            "secret.delete denied precondition_failed"
        );
        assert_eq!(ada.get(&at.secret()).await.is(200).str("/value"), "two");
    }
    delete_if(&ada, &at, ("if-match", "\"2\"")).await.is(204);
    ada.get(&at.secret()).await.is_problem(410);
    delete_if(&ada, &at, any).await.is_problem(404);

    // what was deleted is not there: neither version nor any
    put_if(&ada, &at, ("if-match", "\"2\""), "v")
        .await
        .is_problem(412);
    put_if(&ada, &at, ("if-match", "*"), "v")
        .await
        .is_problem(412);
    let revived = put_if(&ada, &at, ("if-none-match", "*"), "three")
        .await
        .is(201);
    assert_eq!(revived.get("/version"), 3);
}

#[both_stores]
async fn of_racing_writers_with_one_tag_exactly_one_wins(app: TestApp) {
    let ada = app.owner().await;
    let other = ada.at(&app.another_instance().await);
    let at = place(&ada).await;
    for (header, version) in [(("if-none-match", "*"), 1), (("if-match", "\"1\""), 2)] {
        let writers = (0..16).map(|n| {
            let who = if n % 2 == 0 { &ada } else { &other };
            let at = &at;
            async move { put_if(who, at, header, &format!("writer number {n}")).await }
        });
        let answers = join_all(writers).await;
        let mut expected = vec![201];
        expected.extend([412; 15]);
        assert_eq!(statuses(&answers), expected, "{header:?}");
        assert_eq!(app.count("secret_versions").await, version);
        let winner = answers.iter().position(|answer| answer.status == 201);
        let read = ada.get(&at.secret()).await.is(200);
        assert_eq!(read.get("/version"), version);
        assert_eq!(
            read.str("/value"),
            format!("writer number {}", winner.unwrap())
        );
    }
    assert_eq!(app.count("secrets").await, 1);
}

#[both_stores]
async fn a_reader_who_has_the_newest_version_gets_304_and_is_not_counted(app: TestApp) {
    let ada = app.owner().await;
    let at = place(&ada).await;
    at.put(&ada, "one", json!({ "max_access_count": 2 }))
        .await
        .is(201);
    for tags in ["\"1\"", "\"9\", \"1\"", "*"] {
        let request = ada.request("GET", &at.secret());
        let answer = request.header("if-none-match", tags).send().await.is(304);
        assert!(answer.body.is_empty(), "{tags}");
        assert_eq!(answer.header("etag"), Some("\"1\""), "{tags}");
        assert_eq!(app.last_event().await, "secret.read ok", "{tags}");
        let id = answer.header("x-request-id").unwrap();
        let events = app.audit_of(id).await;
        assert_eq!(events[0]["details"]["not_modified"], true, "{tags}");
    }
    assert_eq!(at.count(&ada, 1).await, 0);
    let request = ada.request("GET", &at.secret());
    let read = request
        .header("if-none-match", "\"2\"")
        .send()
        .await
        .is(200);
    assert_eq!(read.str("/value"), "one");
    assert_eq!(at.count(&ada, 1).await, 1);
    let request = ada.request("GET", &at.secret());
    request
        .header("if-none-match", "1")
        .send()
        .await
        .is_problem(400);
    at.put(&ada, "two", json!({})).await.is(201);
    let request = ada.request("GET", &at.secret());
    let read = request
        .header("if-none-match", "\"1\"")
        .send()
        .await
        .is(200);
    assert_eq!(read.str("/value"), "two");
}
