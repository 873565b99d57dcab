//! What the page behind a link asks, and what the pages of other sites do not get.

use crate::steps::{Scene, at, event_of, to_user};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

/// Looks at a share as the page does.
async fn look(app: &TestApp, share: &str, body: &serde_json::Value) -> Answer {
    let request = app.request("POST", &format!("{}/preview", at(share)));
    let request = request.header("prefer", "refusals-as-answers");
    request.json(body).send().await
}

#[both_stores]
async fn shr_13_the_page_is_told_why_without_a_failure(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let guarded = scene.link(json!({ "passphrase": "open sesame now" })).await;
    let spent = scene.link(json!({ "max_access_count": 1 })).await;
    app.get(&at(&spent)).await.is(200);
    let named = scene.share(to_user(&bob)).await;
    let right = json!({ "passphrase": "open sesame now" });
    for (share, body, status, code) in [
        (&guarded, json!({}), 403, "passphrase_required"),
        (
            &guarded,
            json!({ "passphrase": "x" }),
            403,
            "passphrase_invalid",
        ),
        (&spent, json!({}), 410, "share_used_up"),
        (&named, json!({}), 401, "unauthenticated"),
        (&"malformed".to_owned(), json!({}), 404, "not_found"),
        (&guarded, json!({ "passphrase": 7 }), 400, "invalid_input"),
    ] {
        let told = look(&app, share, &body).await.is(200);
        assert_eq!(told.get("/refused/status"), status, "{code}");
        assert_eq!(told.get("/refused/code"), code);
        assert!(!told.text().contains("db/password"), "{}", told.text());
        // who does not ask for it gets the same as a status
        let request = app.request("POST", &format!("{}/preview", at(share)));
        request.json(&body).send().await.is_problem(status);
    }
    let shown = look(&app, &guarded, &right).await.is(200);
    assert_eq!(shown.str("/path"), "db/password");
    assert_eq!(scene.count(&guarded).await, 0);
}

#[both_stores]
async fn web_02_another_sites_page_spends_no_share(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({ "max_access_count": 1 })).await;
    let form = "application/x-www-form-urlencoded";
    for (method, header, value) in [
        ("POST", "origin", "https://evil.test"),
        ("POST", "origin", "null"),
        ("POST", "sec-fetch-site", "cross-site"),
        ("GET", "sec-fetch-site", "cross-site"),
        ("GET", "sec-fetch-site", "same-site"),
    ] {
        for content_type in [form, "text/plain", "application/json"] {
            let request = app.request(method, &at(&share)).header(header, value);
            let request = request.header("content-type", content_type);
            let refused = request.send().await.is_problem(403);
            assert_eq!(refused.str("/code"), "cross_site");
            let event = event_of(&app, &refused).await;
            assert_eq!(event["details"]["reason"], "cross_site");
        }
    }
    // without TLS browsers say less
    for (header, value) in [
        ("referer", "http://evil.test/"),
        ("referer", "https://127.0.0.1.evil.test/share/x"),
        ("accept", "image/avif,image/webp,*/*;q=0.8"),
    ] {
        let request = app.request("GET", &at(&share)).header(header, value);
        let refused = request.send().await.is_problem(403);
        assert_eq!(refused.str("/code"), "cross_site");
    }
    assert_eq!(scene.count(&share).await, 0);
    // our own page, and programs
    let own = app.request("POST", &at(&share));
    own.header("sec-fetch-site", "same-origin")
        .send()
        .await
        .is(200);
    assert_eq!(scene.count(&share).await, 1);
}
