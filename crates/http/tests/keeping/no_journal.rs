//! AUD-05: where the event cannot be written, nothing is given out.

use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

const VALUE: &str = "the value that must not leave";

#[both_stores]
async fn aud_05_without_the_journal_no_value_leaves(app: TestApp) {
    let ada = app.owner().await;
    let vault = ada.vault("prod").await;
    let at = format!("/v1/vaults/{vault}/secrets/k");
    let kept = json!({ "value": VALUE, "max_access_count": 2 });
    let id = ada.put(&at, kept).await.is(201).str("/id");
    ada.keep(&vault, "free", VALUE).await;
    let link = json!({ "recipient_type": "anyone_with_link", "max_access_count": 1 });
    let share = ada.share(&id, link).await.is(201).str("/id");
    let share = format!("/v1/share/{share}");
    ada.read(&vault, "free").await.is(200);
    let held = app.test_store().hold("audit_events").await;
    let asked = [
        ada.request("GET", &at),
        ada.request("GET", &format!("/v1/vaults/{vault}/secrets/free")),
        ada.request("GET", &format!("/v1/vaults/{vault}/secrets")),
        ada.request("PUT", &at).json(&json!({ "value": "another" })),
        app.request("GET", &share),
        app.request("GET", "/v1/vaults"),
    ];
    let answers = asked.map(oneclaw_testkit::Request::send);
    for answer in futures_util::future::join_all(answers).await {
        assert!(!answer.text().contains(VALUE), "{}", answer.asked);
        let answer = answer.is_problem(503);
        let wait = answer.header("retry-after").unwrap();
        assert!(wait.parse::<u32>().unwrap() >= 1);
    }
    drop(held);
    // A batch that was under way when its askers gave up may be committed when that is possible
    // again: then a read was spent for no value. Never the other way round.
    let mut values = 0;
    while ada.get(&at).await.status == 200 {
        values += 1;
    }
    assert!(values <= 2, "{values}");
    ada.get(&at).await.is_problem(410);
    ada.read(&vault, "free").await.is(200);
    let events = app.events().await;
    let done = events.iter().filter(|event| *event == "secret.read ok");
    assert!(done.count() >= values + 2, "each value has its event");
}

#[both_stores]
async fn aud_05_a_journal_that_was_closed_gives_no_value(app: TestApp) {
    let other = app.another_instance().await;
    let ada = other.owner().await;
    let vault = ada.vault("prod").await;
    ada.keep(&vault, "k", VALUE).await;
    ada.read(&vault, "k").await.is(200);
    other.services().close().await;
    for _ in 0..3 {
        let answer = ada.read(&vault, "k").await.is_problem(503);
        assert!(!answer.text().contains(VALUE));
    }
    ada.at(&app).read(&vault, "k").await.is(200);
}
