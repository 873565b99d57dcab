//! The pages at which people accept and decide.

use crate::steps::{join, rows};
use oneclaw_testkit::{Answer, TestApp, both_stores};
use serde_json::json;

const PAGES: [&str; 6] = [
    "/accept-invite",
    "/cli/verify",
    "/enroll",
    "/reset-password",
    "/share/00000000-0000-4000-8000-000000000000",
    "/verify-email",
];

/// What a page loads: the targets of `src` and `href`.
fn loaded(page: &Answer) -> Vec<String> {
    let text = page.text();
    let after = |attribute: &str| -> Vec<String> {
        text.split(&format!(" {attribute}=\""))
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    [after("src"), after("href")].concat()
}

/// Where a browser finds `target` that a page at `path` names.
fn found_at(path: &str, target: &str) -> String {
    let steps = target.matches("../").count();
    let mut folders: Vec<_> = path.split('/').skip(1).collect();
    folders.truncate(folders.len() - 1 - steps);
    let below = target.trim_start_matches("../");
    folders
        .into_iter()
        .fold(String::new(), |to, folder| to + "/" + folder)
        + "/"
        + below
}

#[both_stores]
async fn http_04_pages_say_how_they_may_be_used(app: TestApp) {
    for path in PAGES {
        let page = app.get(path).await.is(200);
        let header = |name: &str| page.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[both_stores]
async fn web_01_pages_are_complete_and_load_nothing_from_elsewhere(app: TestApp) {
    for path in PAGES {
        let page = app.get(path).await.is(200);
        let text = page.text();
        for inline in [
            "<style",
            " style=",
            " onclick=",
            " onload=",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!text.contains(inline), "{path}: {inline}");
        }
        // a script element holds nothing of its own
        assert!(text.contains("></script>"));
        let targets = loaded(&page);
        assert!(targets.len() >= 2, "{targets:?}");
        for target in targets.iter().filter(|target| *target != "data:,") {
            let file = app.get(&found_at(path, target)).await.is(200);
            let kind = file.header("content-type").unwrap().to_owned();
            let wanted = match target.rsplit_once('.') {
                Some((_, "css")) => "text/css; charset=utf-8",
                _ => "text/javascript; charset=utf-8",
            };
            assert_eq!(kind, wanted, "{target}");
            let kept = file.header("cache-control");
            assert_eq!(kept, Some("no-cache"), "an old one breaks a new page");
        }
    }
    // what comes from elsewhere is shown as text
    for script in [
        "page.js",
        "login.js",
        "accept-invite.js",
        "cli-verify.js",
        "enroll.js",
        "reset-password.js",
        "share.js",
        "verify-email.js",
    ] {
        let text = app.get(&format!("/pages/{script}")).await.is(200).text();
        for markup in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "document.write",
            "eval(",
            "localStorage",
            "sessionStorage",
            "document.cookie",
        ] {
            assert!(!text.contains(markup), "{script}: {markup}");
        }
    }
    for missing in ["x.js", "..%2Fpage.js", "page.css%00", "%2e%2e"] {
        app.get(&format!("/pages/{missing}")).await.is_problem(404);
    }
}

#[both_stores]
async fn web_04_opening_a_link_has_no_effect(app: TestApp) {
    let owner = app.owner().await;
    let invite = owner.invite("guest@x.test", "member").await;
    let (_, link) = app.enroll(json!({ "name": "builder" })).await;
    let (before, events) = (rows(&app).await, app.count("audit_events").await);
    for (path, token) in [
        ("/accept-invite", &invite),
        ("/enroll", &link),
        ("/verify-email", &link),
        ("/reset-password", &link),
        ("/cli/verify", &link),
    ] {
        let bare = app.get(path).await.is(200);
        for _ in 0..3 {
            let page = app.get(&format!("{path}?token={token}")).await.is(200);
            assert_eq!(
                page.body, bare.body,
                "the page says something of the request"
            );
        }
        app.request("HEAD", &format!("{path}?token={token}"))
            .send()
            .await;
        app.request("POST", &format!("{path}?token={token}"))
            .send()
            .await
            .is_problem(405);
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(app.count("audit_events").await, events);
    join(&app, "guest@x.test", &invite).await.is(200);
    let body = json!({ "token": link, "decision": "approve" });
    owner.post("/v1/agents/enroll/decide", body).await.is(200);
}

#[both_stores]
async fn web_05_nothing_of_the_address_is_shown(app: TestApp) {
    for path in PAGES {
        let bare = app.get(path).await.is(200);
        for query in [
            "next=//evil.test",
            "return_to=https://evil.test",
            "error=%3Cb%3E",
            "token=%3Cscript%3E",
        ] {
            let page = app.get(&format!("{path}?{query}")).await.is(200);
            assert_eq!(page.body, bare.body);
            assert!(page.header("location").is_none());
        }
    }
}

#[both_stores]
async fn web_02_another_sites_form_approves_nothing(app: TestApp) {
    app.owner().await;
    let (_, link) = app.enroll(json!({ "name": "builder" })).await;
    let form = format!("token={link}&decision=approve");
    app.request("POST", "/v1/agents/enroll/decide")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.test")
        .body(form)
        .send()
        .await
        .is_problem(403);
    assert_eq!(app.count("agents").await, 0);
}
