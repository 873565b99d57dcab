//! Requests that hang up, that come in one breath, or whose value does not open.

use crate::ground::{metered_once, used};
use oneclaw_testkit::{Person, TestApp, both_stores};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

fn raw(who: &Person, method: &str, target: &str, body: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        who.token,
        body.len()
    )
}

/// Events of people's requests that were not metered, and what was metered without an event.
async fn odd_ones(app: &TestApp, action: &str) -> (i64, i64) {
    let unmetered = format!(
        "SELECT CAST(count(*) AS text) AS text FROM audit_events a WHERE action = '{action}' \
         AND 1 <> (SELECT count(*) FROM usage_events u WHERE u.id = a.id)"
    );
    let eventless = "SELECT CAST(count(*) AS text) AS text FROM usage_events u \
         WHERE 1 <> (SELECT count(*) FROM audit_events a WHERE u.id = a.id)";
    let number = |rows: Vec<String>| rows[0].parse().unwrap();
    (
        number(app.rows(&unmetered).await),
        number(app.rows(eventless).await),
    )
}

#[both_stores]
async fn bil_07_pipelined_requests_are_metered_one_by_one(app: TestApp) {
    let ada = app.owner().await;
    let before = used(&app, &ada).await;
    let three: String = ["/v1/vaults", "/v1/vaults/nonsense", "/api/v1/agents"]
        .map(|target| raw(&ada, "GET", target, ""))
        .concat();
    let mut stream = TcpStream::connect(app.address()).await.unwrap();
    stream.write_all(three.as_bytes()).await.unwrap();
    let (mut seen, mut buffer) = (String::new(), [0_u8; 4096]);
    while seen.matches("HTTP/1.1 ").count() < 3 || !seen.ends_with('}') {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "hung up: {seen}");
        seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    assert_eq!(used(&app, &ada).await, before + 3);
}

#[both_stores]
async fn bil_07_who_hangs_up_is_metered_where_it_was_done_and_only_there(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let at = app.another_instance().await;
    for number in 0..32 {
        let path = format!("/v1/vaults/{vault}/secrets/s{number}");
        let request = raw(&ada, "PUT", &path, r#"{"value":"a value"}"#);
        let mut stream = TcpStream::connect(at.address()).await.unwrap();
        // some before all of it is sent, the others before the answer
        let sent = if number % 4 == 0 {
            request.len() - 3
        } else {
            request.len()
        };
        stream.write_all(&request.as_bytes()[..sent]).await.unwrap();
        drop(stream);
    }
    // whatever is under way is through once the server has stopped
    at.stop().await;
    assert_eq!(odd_ones(&app, "secret.write").await, (0, 0));
    let written = app.count("secrets").await;
    let counted = app
        .rows(
            "SELECT CAST(count(*) AS text) AS text FROM usage_events WHERE priced = 'write_secret'",
        )
        .await;
    assert_eq!(counted, [written.to_string()]);
}

#[both_stores]
async fn bil_07_a_value_that_does_not_open_is_metered_as_what_it_is_told(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "db/password", "a value").await;
    let before = used(&app, &ada).await;
    app.tamper("UPDATE secret_versions SET envelope = substr(envelope, 1, 9)")
        .await;
    let failed = ada.read(&vault, "db/password").await.is_problem(503);
    let row = metered_once(&app, &failed).await;
    assert_eq!((&row["status"], &row["price"]), (&json!(503), &json!(0)));
    assert_eq!(odd_ones(&app, "secret.read").await, (0, 0));
    ada.post("/v1/vaults", json!({ "name": "next" }))
        .await
        .is(201);
    assert_eq!(used(&app, &ada).await, before + 2);
}
