//! Logs, metrics and traces.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::program::Place;
use crate::serving::{Serving, exchange};

#[test]
fn log_lines_are_json_where_there_is_no_terminal() {
    let place = Place::new();
    let log = Serving::start(&place, &[]).stop();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
    }
    assert!(log.lines().count() >= 2, "{log}");
}

#[test]
fn log_lines_are_for_people_when_asked() {
    let place = Place::new();
    let log = Serving::start(&place, &["--log-format", "human"]).stop();
    assert!(log.contains(" INFO ") && !log.contains('{'), "{log}");
}

#[test]
fn metrics_have_a_listener_of_their_own_that_is_off_by_default() {
    let place = Place::new();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let server = Serving::start(&place, &["--metrics-listen", &free.to_string()]);
    assert!(server.greeting.contains(&format!("http://{free}/metrics")));
    server.get("/v1/health");
    let get = |path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        exchange(TcpStream::connect(free).unwrap(), &request)
    };
    let (status, text) = get("/metrics");
    assert_eq!(status, 200);
    for name in [
        "oneclaw_requests_total{endpoint=\"healthCheck\",method=\"GET\",status=\"200\"} 1\n",
        "oneclaw_store_read_round_trips_total ",
        "oneclaw_journal_commits_total ",
        "oneclaw_password_hashes_total 0\n",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert_eq!(get("/v1/health").0, 404);
    assert_eq!(server.get("/metrics").0, 404);
    server.stop();
    assert!(!Serving::start(&place, &[]).greeting.contains("metrics"));
}

#[test]
fn ops_10_traces_are_sent_to_the_collector_before_the_end() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let received = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        let mut bytes = Vec::new();
        let mut chunk = [0; 4096];
        // The name of the span is at the end of what matters.
        while !contains(&bytes, b"service.name") || !contains(&bytes, b"healthCheck") {
            let read = stream.read(&mut chunk).unwrap();
            assert_ne!(read, 0, "{}", String::from_utf8_lossy(&bytes));
            bytes.extend_from_slice(&chunk[..read]);
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
        bytes
    });
    let place = Place::new();
    let server = Serving::start(&place, &["--otlp-endpoint", &endpoint]);
    let request = "GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nbaggage: a=hunter2\r\n\r\n";
    assert_eq!(exchange(server.connect(), request).0, 200);
    server.stop();
    let received = received.join().unwrap();
    assert!(received.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    let trace = [
        0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31,
        0x9c,
    ];
    assert!(contains(&received, &trace), "the caller's trace goes on");
    assert!(!contains(&received, b"hunter2"));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
