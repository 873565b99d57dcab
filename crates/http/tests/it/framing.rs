//! Where one request ends and the next begins, and what is no request at all.

use crate::server::Server;

const BODY: &str = r#"{"name":"a","value":"b"}"#;

fn counted(server: &Server) -> usize {
    let text = server.metrics.encode().unwrap();
    let total = |line: &str| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap();
    text.lines()
        .filter(|l| l.starts_with("oneclaw_requests_total{"))
        .map(total)
        .sum()
}

#[test]
fn http_01_ambiguous_lengths_are_refused_and_the_connection_closed() {
    let smuggled = "GET /v1/panic HTTP/1.1\r\nHost: x\r\n\r\n";
    for headers in [
        "Content-Length: 24\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 24\r\n",
        "Content-Length: 24\r\nContent-Length: 0\r\n",
        "Content-Length: 24\r\nContent-Length: 24\r\n",
        "Content-Length: +24\r\n",
        "Content-Length: 24,24\r\n",
        "Content-Length: 0x18\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Content-Length : 24\r\n",
        "X-Folded: a\r\n b\r\n",
    ] {
        let server = Server::start();
        let mut connection = server.connect();
        connection.send(format!(
            "POST /v1/things HTTP/1.1\r\nHost: x\r\n{headers}\r\n{BODY}{smuggled}"
        ));
        let answer = connection.receive().unwrap();
        assert_eq!(answer.status, 400, "{headers:?}");
        assert!(connection.is_closed(), "{headers:?}");
        assert!(counted(&server) <= 1, "{headers:?}");
    }
}

#[test]
fn http_01_chunk_tricks() {
    for chunk in ["+18\r\n", "0x18\r\n", "18 18\r\n", "\r\n", "zz\r\n"] {
        let server = Server::start();
        let mut connection = server.connect();
        connection
            .send("POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        connection.send(format!("{chunk}\r\n{BODY}\r\n0\r\n\r\n"));
        let status = connection.receive().map(|answer| answer.status);
        assert!(
            matches!(status, Some(400 | 408) | None),
            "{chunk:?} {status:?}"
        );
        assert!(connection.is_closed(), "{chunk:?}");
    }
}

/// The framework reads extensions over without keeping them, so a long one costs time only, and not
/// more of it than a body may take.
#[test]
fn http_01_a_huge_chunk_extension_is_not_kept() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send("POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send(format!("18;{}\r\n{BODY}\r\n0\r\n\r\n", "x".repeat(200_000)));
    assert_eq!(connection.receive().unwrap().status, 201);
    connection.send("GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.receive().unwrap().problem(404);
    assert_eq!(counted(&server), 2);
}

#[test]
fn http_02_methods() {
    let server = Server::start();
    for method in ["TRACE", "get", "PATCH", "HEAD", "OPTIONS", "M-SEARCH"] {
        let response = server.ask(method, "/v1/things", "");
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.header("allow"), Some("POST"), "{method}");
    }
    let long = "M".repeat(10 * 1024);
    assert_eq!(
        server.ask(&long, "/v1/things", "").problem(405)["code"],
        "method_not_allowed"
    );
    let secret = server.ask("PATCH", "/v1/vaults/x/secrets/a", "");
    secret.problem(405);
    assert_eq!(secret.header("allow"), Some("GET, PUT"));
    let tunnel = server.raw("CONNECT example.test:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(matches!(tunnel.status, 400 | 404 | 405), "{tunnel:?}");
    server.ask("DELETE", "/v1/nothing", "").problem(404);
}

#[test]
fn http_02_hosts() {
    let server = Server::start();
    for headers in ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n"] {
        let answer = server.raw(format!("GET /v1/vaults/x HTTP/1.1\r\n{headers}\r\n"));
        assert_eq!(answer.status, 400, "{headers:?}");
    }
}

#[test]
fn http_06_pipelined_requests_stay_in_step() {
    let server = Server::start();
    let mut connection = server.connect();
    let sent: Vec<_> = (0..1000)
        .map(|n| {
            let body = if n == 500 {
                "Content-Length: 24\r\n\r\n{\"name\":\"a\",\"value\":\"b\"}"
            } else {
                "\r\n"
            };
            let id = format!("X-Request-Id: r{n}\r\n");
            format!("GET /.well-known/keys.json HTTP/1.1\r\nHost: x\r\n{id}{body}")
        })
        .collect();
    let mut writer = connection.clone_writer();
    let writing = std::thread::spawn(move || writer.send(sent.concat()));
    for n in 0..1000 {
        let answer = connection.receive().unwrap();
        assert_eq!(answer.status, 200, "{n}");
        assert_eq!(
            answer.header("x-request-id"),
            Some(format!("r{n}").as_str())
        );
    }
    writing.join().unwrap();
}

#[test]
fn http_06_no_upgrade() {
    let server = Server::start();
    let upgrade =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    assert_eq!(
        server.ask("GET", "/.well-known/keys.json", upgrade).status,
        200
    );
}

#[test]
fn header_blocks_are_bounded() {
    let server = Server::start();
    let header = format!("X-A: {}\r\n", "a".repeat(1000));
    assert_eq!(
        server
            .ask("GET", "/.well-known/keys.json", &header.repeat(15))
            .status,
        200
    );
    server
        .ask("GET", "/.well-known/keys.json", &header.repeat(17))
        .problem(431);
}

#[test]
fn flt_12_a_panic_is_a_500_and_the_server_goes_on() {
    let server = Server::start();
    for _ in 0..3 {
        let problem = server.get("/v1/panic").problem(500);
        assert_eq!(problem["detail"], "An unexpected error occurred");
    }
    let problem = server.get("/v1/broken").problem(500);
    assert!(!problem.to_string().contains("secret cause"));
    assert_eq!(server.get("/.well-known/keys.json").status, 200);
}
