//! What every answer carries.

use crate::server::Server;
use oneclaw_http::{HttpSettings, RateLimit};
use std::num::NonZeroU32;

const KEYS: &str = "/.well-known/keys.json";

#[test]
fn http_04_on_every_answer() {
    let server = Server::start();
    let body = r#"{"name":"a","value":"b"}"#;
    let answers = [
        server.get(KEYS),
        server.get("/v1/nothing"),
        server.get("/v1/things"),
        server.get("/v1/panic"),
        server.get(&format!("/v1/{}", "a".repeat(9000))),
        server.post("/v1/things", "", body),
        server.post("/v1/things", "", ""),
        server.post("/v1/guarded", "", body),
        server.get("/v1/docs/"),
        server.get("/v1/openapi.json"),
    ];
    for answer in &answers {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(answer.header("x-request-id").is_some());
        assert!(answer.header("server").is_none());
        assert!(answer.header("content-encoding").is_none());
        let is_page = answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html");
        assert_eq!(
            answer.header("cache-control") == Some("no-store"),
            !is_page,
            "{answer:?}"
        );
    }
    assert_eq!(answers[0].header("content-type"), Some("application/json"));
}

#[test]
fn answers_are_never_compressed() {
    let server = Server::start();
    let answer = server.ask(
        "GET",
        "/openapi.json",
        "Accept-Encoding: gzip, br, zstd\r\n",
    );
    assert_eq!(
        (answer.status, answer.header("content-encoding")),
        (200, None)
    );
}

#[test]
fn http_03_only_exact_origins() {
    let settings = HttpSettings {
        cors_origins: Some(vec!["https://app.example.test".to_owned()]),
        rate_limit: None,
        ..Default::default()
    };
    let server = Server::with(settings);
    let allowed = |origin: &str| {
        let answer = server.ask("GET", "/v1/nothing", &format!("Origin: {origin}\r\n"));
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert!(answer.header("access-control-allow-credentials").is_none());
        answer
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    assert_eq!(
        allowed("https://app.example.test").as_deref(),
        Some("https://app.example.test")
    );
    for evil in [
        "https://evil.test",
        "null",
        "https://app.example.test.evil.test",
        "http://app.example.test",
        "https://app.example.test:8443",
        "https://APP.example.test",
        "https://app.example.test/",
        "",
    ] {
        assert_eq!(allowed(evil), None, "{evil}");
    }
    assert_eq!(
        server.get(KEYS).header("access-control-allow-origin"),
        Some("*")
    );
}

#[test]
fn http_03_preflight() {
    let server = Server::start();
    let ask = |origin: &str| {
        let headers = format!("Origin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n");
        server.ask("OPTIONS", "/v1/vaults/x/secrets/a", &headers)
    };
    let good = ask("http://127.0.0.1:8080");
    assert_eq!((good.status, good.body.len()), (204, 0));
    assert_eq!(
        good.header("access-control-allow-origin"),
        Some("http://127.0.0.1:8080")
    );
    assert_eq!(good.header("access-control-max-age"), Some("600"));
    let methods = good.header("access-control-allow-methods");
    assert_eq!(methods, Some("GET, POST, PUT, PATCH, DELETE, OPTIONS"));
    let headers = good.header("access-control-allow-headers").unwrap();
    assert!(headers.contains("Authorization") && headers.contains("x-cmek-old-key"));
    let evil = ask("https://evil.test");
    for name in ["origin", "methods", "headers", "credentials"] {
        assert!(
            evil.header(&format!("access-control-allow-{name}"))
                .is_none()
        );
    }
}

#[test]
fn http_05_request_ids() {
    let server = Server::start();
    let id = |headers: &str| {
        let answer = server.ask("GET", KEYS, headers);
        assert_eq!(answer.status, 200);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id("X-Request-Id: My-id_1.2\r\n"), "My-id_1.2");
    let long = format!("X-Request-Id: {}\r\n", "a".repeat(1024));
    for headers in [
        "",
        "X-Request-Id: <b>\r\n",
        "X-Request-Id: a\r\nX-Request-Id: b\r\n",
        &long,
    ] {
        let id = id(headers);
        assert_eq!(id.len(), 36, "{headers} {id}");
    }
    let hostile = "traceparent: 00-zz\r\nbaggage: a=b\r\ntracestate: \u{7f}\r\n";
    assert!(matches!(server.ask("GET", KEYS, hostile).status, 200 | 400));
    assert_eq!(
        server
            .ask("GET", KEYS, "traceparent: 00-zz\r\nbaggage: a=b\r\n")
            .status,
        200
    );
}

#[test]
fn http_08_labels_are_bounded() {
    let server = Server::start();
    for n in 0..20 {
        server.ask(&format!("M{n}"), &format!("/v1/random{n}"), "");
        server.get(&format!("/v1/vaults/x{n}/secrets/hidden{n}"));
    }
    let text = server.metrics.encode().unwrap();
    let series = text
        .lines()
        .filter(|l| l.starts_with("oneclaw_requests_total{"))
        .count();
    assert_eq!(series, 2, "{text}");
    assert!(
        text.contains(r#"endpoint="unmatched",method="other",status="404""#),
        "{text}"
    );
    assert!(
        text.contains(r#"endpoint="getSecret",method="GET",status="200""#),
        "{text}"
    );
    assert!(!text.contains("hidden") && !text.contains("random"));
}

#[test]
fn too_many_requests() {
    let n = |n| NonZeroU32::new(n).unwrap();
    let limit = RateLimit {
        per_second: n(1),
        burst: n(5),
    };
    let server = Server::with(HttpSettings {
        rate_limit: Some(limit),
        ..Default::default()
    });
    let refused: Vec<_> = (0..10)
        .map(|_| server.get(KEYS))
        .filter(|r| r.status != 200)
        .collect();
    assert!(refused.len() >= 4, "{}", refused.len());
    for answer in refused {
        answer.problem(429);
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=5).contains(&seconds));
    }
}
