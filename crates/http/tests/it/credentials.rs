//! Who is let in, and in which order things are refused.

use crate::server::Server;
use crate::small_table::TOKEN;

#[test]
fn ses_08_shapes_that_are_no_credential() {
    let server = Server::start();
    let long = format!("Authorization: Bearer {}\r\n", "a".repeat(10_000));
    for headers in [
        "",
        "Authorization: Basic dTpw\r\n",
        "Authorization: Bearer good.token x\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer good.token\r\nAuthorization: Bearer good.token\r\n",
        "Authorization: Bearer a.b.c.d.e\r\n",
        "Authorization: Bearer \u{e4}\r\n",
        "Cookie: access_token=good.token\r\n",
        &long,
    ] {
        let response = server.ask("DELETE", "/v1/guarded", headers);
        let problem = response.problem(401);
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        assert!(!problem.to_string().contains(TOKEN));
    }
    server
        .ask("DELETE", "/v1/guarded?access_token=good.token", "")
        .problem(401);
    let huge = format!("Authorization: Bearer {}\r\n", "a".repeat(64 * 1024));
    server.ask("DELETE", "/v1/guarded", &huge).problem(431);
    let good = format!("Authorization: Bearer {TOKEN}\r\n");
    let response = server.ask("DELETE", "/v1/guarded", &good);
    assert_eq!((response.status, response.body.len()), (204, 0));
}

#[test]
fn ses_08_public_endpoints_ignore_it() {
    let server = Server::start();
    for headers in [
        "Authorization: Bearer a b\r\n",
        "Authorization: garbage\r\n",
    ] {
        let body = r#"{"name":"a","value":"b"}"#;
        assert_eq!(server.post("/v1/things", headers, body).status, 201);
    }
}

#[test]
fn size_then_caller_then_type_and_input() {
    let server = Server::start();
    let good = format!("Authorization: Bearer {TOKEN}\r\n");
    server
        .post("/v1/guarded", "Content-Type: text/plain\r\n", "x")
        .problem(401);
    let plain = format!("{good}Content-Type: text/plain\r\n");
    server.post("/v1/guarded", &plain, "x").problem(415);
    server.post("/v1/guarded", "", "{{{").problem(401);
    server.post("/v1/guarded", "", "").problem(401);
    server.post("/v1/guarded", &good, "{{{").problem(400);
    assert_eq!(
        server
            .post("/v1/guarded", &good, r#"{"name":"a","value":"b"}"#)
            .status,
        201
    );
}

#[test]
fn fld_03_the_client_address() {
    let vault = "/v1/vaults/018f6f2e-7c1a-7a3b-9c1d-0123456789ab";
    let forwarded = "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\nX-Real-IP: 9.9.9.9\r\n";
    let server = Server::start();
    let seen = server.ask("GET", vault, forwarded).json()["detail"].clone();
    assert_eq!(seen, "127.0.0.1 Lenient");
    let settings = oneclaw_http::HttpSettings {
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..Default::default()
    };
    let server = Server::with(settings);
    let seen = server.ask("GET", vault, forwarded).json()["detail"].clone();
    assert_eq!(seen, "1.2.3.4 Lenient");
    let strict = server.ask("GET", vault, "User-Agent: OpenAPI-Generator/1.0/go\r\n");
    assert_eq!(strict.json()["detail"], "127.0.0.1 Strict");
}
