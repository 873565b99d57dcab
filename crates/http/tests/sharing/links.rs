//! What only opens a link reads nothing.

use crate::steps::{Scene, VALUE, at, to_user};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

/// Those who fetch a link that somebody pasted or mailed: agent, what they accept, what else they say.
const PREVIEWS: [(&str, &str, (&str, &str)); 10] = [
    (
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
        BROWSER,
        ("sec-fetch-mode", "navigate"),
    ),
    (
        "Mozilla/5.0 (Macintosh) Safari/605.1",
        BROWSER,
        ("purpose", "prefetch"),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0",
        BROWSER,
        ("sec-purpose", "prefetch;prerender"),
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0) Edg/140.0",
        BROWSER,
        ("x-scanner", "mail"),
    ),
    (
        "Slackbot-LinkExpanding 1.0",
        "*/*",
        ("range", "bytes=0-32767"),
    ),
    ("WhatsApp/2.23", "*/*", ("accept-language", "en")),
    (
        "facebookexternalhit/1.1",
        "*/*",
        ("accept-encoding", "gzip"),
    ),
    (
        "Mozilla/5.0 (compatible; Discordbot/2.0)",
        "*/*",
        ("from", "x"),
    ),
    ("curl/8.0", "*/*", ("cookie", "a=b")),
    // a library's own words, behind which some previews are
    (
        "axios/1.7.9",
        "application/json, text/plain, */*",
        ("content-type", "application/json"),
    ),
];

fn is_page(answer: Answer) -> Answer {
    let answer = answer.is(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!answer.text().contains(VALUE));
    answer
}

#[both_stores]
async fn shr_01_whatever_fetches_the_link_reads_nothing(app: TestApp) {
    let scene = Scene::of(&app).await;
    let made = scene
        .ada
        .share(
            &scene.secret,
            json!({ "recipient_type": "anyone_with_link", "max_access_count": 1 }),
        )
        .await
        .is(201);
    let (share, url) = (made.str("/id"), made.str("/share_url"));
    let link = url.strip_prefix("http://127.0.0.1:8080").unwrap();
    for (agent, accept, (name, value)) in PREVIEWS {
        let request = app.request("GET", link).header("user-agent", agent);
        let request = request.header("accept", accept).header(name, value);
        is_page(request.send().await);
    }
    // nor does what says nothing at all
    is_page(app.get(link).await);
    for target in [link.to_owned(), at(&share)] {
        for accept in ["*/*", BROWSER, "application/json"] {
            let request = app.request("HEAD", &target).header("accept", accept);
            let answer = request.send().await;
            assert!([200, 405].contains(&answer.status), "{}", answer.status);
            assert!(answer.body.is_empty());
        }
    }
    // the page does not look anything up: there is nothing to hear in the journal
    let events = app.events().await;
    assert!(!events.iter().any(|event| event.starts_with("share.access")));
    assert_eq!(scene.count(&share).await, 0);
    // a click
    let request = app.request("POST", &at(&share)).header("accept", "*/*");
    let read = request.json(&json!({})).send().await.is(200);
    assert_eq!(read.str("/value"), VALUE);
    assert_eq!(scene.count(&share).await, 1);
}

#[both_stores]
async fn shr_01_programs_get_json_at_the_apis_address(app: TestApp) {
    let scene = Scene::of(&app).await;
    let share = scene.link(json!({})).await;
    let mut reads = 0;
    for (method, target, headers) in [
        ("GET", at(&share), vec![]),
        ("GET", at(&share), vec![("accept", "*/*")]),
        (
            "GET",
            at(&share),
            vec![("accept", "application/json, text/plain, */*")],
        ),
        (
            "GET",
            format!("/api{}", at(&share)),
            vec![("accept", "*/*")],
        ),
        ("POST", at(&share), vec![("accept", BROWSER)]),
        // whoever asks for JSON by name gets it from the link, too
        (
            "GET",
            format!("/share/{share}"),
            vec![("accept", "application/json")],
        ),
        (
            "GET",
            format!("/share/{share}"),
            vec![("accept", "application/json, text/plain;q=0.5")],
        ),
    ] {
        let mut request = app.request(method, &target);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let read = request.send().await.is(200);
        assert_eq!(read.header("content-type"), Some("application/json"));
        assert_eq!(read.str("/value"), VALUE);
        reads += 1;
        assert_eq!(scene.count(&share).await, reads);
    }
    // and a browser gets the page from the API's address
    let request = app.request("GET", &at(&share)).header("accept", BROWSER);
    is_page(request.send().await);
    let both = app
        .request("GET", &format!("/share/{share}"))
        .header("accept", "text/html, application/json");
    is_page(both.send().await);
    assert_eq!(scene.count(&share).await, reads);
}

#[both_stores]
async fn shr_13_web_04_the_page_is_the_same_for_every_id(app: TestApp) {
    let scene = Scene::of(&app).await;
    let bob = scene.ada.member("member").await;
    let (live, spent, over, back) = (
        scene.link(json!({})).await,
        scene.link(json!({ "max_access_count": 1 })).await,
        scene.link(json!({ "expires_in_hours": 1 })).await,
        scene.link(json!({})).await,
    );
    let named = scene.share(to_user(&bob)).await;
    let guarded = scene.link(json!({ "passphrase": "open sesame now" })).await;
    app.get(&at(&spent)).await.is(200);
    scene.ada.delete(&at(&back)).await.is(204);
    app.clock().advance(3600);
    let unknown = "0b7a3c1e-5d2f-4a6b-8c9d-0123456789ab";
    let mut pages = Vec::new();
    for share in [
        &live,
        &spent,
        &over,
        &back,
        &named,
        &guarded,
        unknown,
        "malformed",
    ] {
        let page = is_page(app.get(&format!("/share/{share}")).await);
        let request = app.request("GET", &at(share)).header("accept", BROWSER);
        is_page(request.send().await);
        let mut headers = page.headers.clone();
        headers.retain(|(name, _)| name != "x-request-id" && name != "date");
        headers.sort();
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        pages.push((headers, page.body));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}
