//! Bodies: bounded, strict, and never repeated.

use crate::server::{Response, Server};

/// Largest body, in bytes (contract 1.2).
const LIMIT: usize = 2 * 1024 * 1024;

fn create(server: &Server, body: impl AsRef<[u8]>) -> Response {
    server.post("/v1/things", "Content-Type: application/json\r\n", body)
}

#[test]
fn in_01_malformed() {
    let server = Server::start();
    let utf16: Vec<u8> = "{\"name\":1}"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let bodies: [&[u8]; 10] = [
        b"{\"name\":",
        b"",
        b"null",
        b"[]",
        b"\"x\"",
        b"{}{}",
        b"\xef\xbb\xbf{}",
        &utf16,
        b" ",
        br#"{"name":"a","value":"a","value":"b"}"#,
    ];
    for body in bodies {
        assert_eq!(create(&server, body).refused_fields(), ["body"], "{body:?}");
    }
}

#[test]
fn in_01_every_wrong_field_at_once_and_no_value() {
    let server = Server::start();
    let body = r#"{"name":null,"value":{"x":"S3CRET"},"max_access_count":"S3CRET",
        "scopes":["a",{"b":"S3CRET"}],"metadata":["S3CRET"],"unknown":{"x":[1,2,{}]}}"#;
    let response = create(&server, body);
    let fields = ["max_access_count", "metadata", "name", "scopes", "value"];
    assert_eq!(response.refused_fields(), fields);
    assert!(!response.text().contains("S3CRET"));
    assert_eq!(response.json()["fields"]["name"], "is required");
    assert_eq!(response.json()["fields"]["value"], "must be a string");
}

#[test]
fn in_02_deep_and_wide() {
    let server = Server::start();
    let keys: Vec<_> = (0..100_000).map(|n| format!("\"k{n}\":0")).collect();
    let wide = format!("{{{}}}", keys.join(","));
    for hostile in [
        "[".repeat(10_000),
        wide,
        format!("[{}0]", "0,".repeat(999_999)),
    ] {
        assert_eq!(create(&server, &hostile).refused_fields(), ["body"]);
        let nested = format!("{{\"metadata\":{hostile}}}");
        assert_eq!(create(&server, &nested).refused_fields(), ["body"]);
    }
    assert_eq!(create(&server, r#"{"name":"a","value":"b"}"#).status, 201);
}

#[test]
fn in_03_whole_numbers_only() {
    let server = Server::start();
    for bad in [
        "-1",
        "0",
        "1.5",
        "\"3\"",
        "2147483648",
        "9223372036854775808",
        "1e400",
        "1e2",
        "[]",
    ] {
        let body = format!(r#"{{"name":"a","value":"b","max_access_count":{bad}}}"#);
        assert_eq!(
            create(&server, body).refused_fields(),
            ["max_access_count"],
            "{bad}"
        );
    }
}

#[test]
fn in_05_numbers_keep_their_value() {
    let server = Server::start();
    let body = |m: &str| format!(r#"{{"name":"a","value":"b","metadata":{{"n":{m}}}}}"#);
    let float = "0.12345678901234568";
    let kept = create(&server, body(float)).json();
    assert!(kept["detail"].as_str().unwrap().contains(float), "{kept}");
    for bad in ["123456789012345678901234567890", "1e400"] {
        assert_eq!(
            create(&server, body(bad)).refused_fields(),
            ["metadata"],
            "{bad}"
        );
    }
}

#[test]
fn in_09_types_and_codings() {
    let server = Server::start();
    let body = r#"{"name":"a","value":"b"}"#;
    for headers in [
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: application/json;charset=utf-16\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        server.post("/v1/things", headers, body).problem(415);
        server.post("/v1/guarded", headers, body).problem(401);
    }
    for headers in ["", "Content-Type: application/json; charset=utf-8\r\n"] {
        assert_eq!(server.post("/v1/things", headers, body).status, 201);
    }
}

#[test]
fn an_empty_body_under_any_type_is_no_body() {
    let server = Server::start();
    for headers in [
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: text/plain\r\n",
    ] {
        assert_eq!(server.post("/v1/things/optional", headers, "").status, 200);
    }
    assert_eq!(server.ask("POST", "/v1/things/optional", "").status, 200);
    let given = server.post("/v1/things/optional", "", r#"{"name":"x"}"#);
    assert_eq!(given.json()["detail"], "true");
    server.post("/v1/things/optional", "", "null").problem(400);
}

#[test]
fn in_10_sizes() {
    let server = Server::start();
    let body = |n: usize| {
        let frame = r#"{"name":"a","value":""}"#;
        format!(
            r#"{{"name":"a","value":"{}"}}"#,
            "x".repeat(n - frame.len())
        )
    };
    assert_eq!(create(&server, body(LIMIT)).status, 201);
    for target in ["/v1/things", "/v1/guarded", "/v1/vaults/x"] {
        let mut connection = server.connect();
        connection.send(format!(
            "POST {target} HTTP/1.1\r\nHost: x\r\nContent-Length: "
        ));
        connection.send(format!("{}\r\n\r\n", LIMIT + 1));
        connection.receive().unwrap().problem(413);
        assert!(connection.is_closed(), "{target}");
    }
}

#[test]
fn in_10_chunked_without_a_length() {
    let server = Server::start();
    let head = "POST /v1/things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let small = "18\r\n{\"name\":\"a\",\"value\":\"b\"}\r\n0\r\n\r\n";
    assert_eq!(server.raw(format!("{head}{small}")).status, 201);
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut connection = server.connect();
    connection.send(head);
    for _ in 0..33 {
        connection.send(&chunk);
    }
    connection.receive().unwrap().problem(413);
}

#[test]
fn http_06_a_huge_body_is_not_asked_for() {
    let server = Server::start();
    let mut connection = server.connect();
    connection.send(
        "POST /v1/things HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Length: 10737418240\r\n\r\n",
    );
    let mut answer = connection.receive().unwrap();
    if answer.status == 100 {
        answer = connection.receive().unwrap();
    }
    answer.problem(413);
    assert!(connection.is_closed());
}

#[test]
fn in_10_queries() {
    let server = Server::start();
    let list = |query: &str| server.get(&format!("/v1/vaults/x/secrets?{query}"));
    assert_eq!(list("limit=1&limit=9").refused_fields(), ["limit"]);
    assert_eq!(list(&"a&".repeat(1000)).refused_fields(), ["query"]);
    assert_eq!(list("prefix=%25").refused_fields(), ["prefix"]);
    assert_eq!(list("limit=1001").refused_fields(), ["limit"]);
    assert_eq!(list("prefix=app%2F&limit=5&x=1&x=2").json()["path"], "app/");
    list(&"a".repeat(8 * 1024)).problem(414);
    list(&"a".repeat(16 * 1024)).problem(414);
}

#[test]
fn a_body_that_does_not_come() {
    let settings = oneclaw_http::HttpSettings {
        body_timeout: std::time::Duration::from_millis(50),
        ..Default::default()
    };
    let server = Server::with(settings);
    let mut connection = server.connect();
    connection.send("POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
    connection.receive().unwrap().problem(408);
    assert!(connection.is_closed());
}
