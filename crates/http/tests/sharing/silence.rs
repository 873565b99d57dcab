//! What a share's secret leaves behind: nothing, but its answer.

use crate::steps::{Scene, VALUE, at, open_with};
use oneclaw_testkit::{TestApp, both_stores};
use serde_json::json;

#[both_stores]
async fn web_03_the_answer_with_the_value_is_kept_by_nobody(app: TestApp) {
    let scene = Scene::of(&app).await;
    let words = "open sesame now";
    let share = scene.link(json!({ "passphrase": words })).await;
    let read = open_with(&app, &share, words).await.is(200);
    assert_eq!(read.header("cache-control"), Some("no-store"));
    assert_eq!(read.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(read.header("etag"), None);
    assert_eq!(read.header("set-cookie"), None);
    // one read is one count, also when the page is asked for again
    app.get(&format!("/share/{share}")).await.is(200);
    let page = app
        .request("GET", &at(&share))
        .header("accept", "text/html");
    page.send().await.is(200);
    assert_eq!(scene.count(&share).await, 1);
    app.never_log(words);
    let stored = app
        .rows("SELECT CAST(details AS TEXT) || resource_id AS text FROM audit_events")
        .await
        .join("\n");
    for secret in [VALUE, words] {
        assert!(!stored.contains(secret));
        assert!(!app.logged().contains(secret));
    }
}
