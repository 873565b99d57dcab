//! SIGINT and SIGTERM.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::program::Place;
use crate::serving::{Serving, answer};

const BODY: &str = r#"{"email":"nobody@example.com","password":"correct horse battery"}"#;

/// A request whose body is on its way: the server has begun to read it.
fn begun(server: &Serving<'_>) -> TcpStream {
    let mut stream = server.connect();
    let head = format!(
        "POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut interim = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut interim).unwrap();
    assert_eq!(interim, *b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn flt_12_a_stop_finishes_the_request_in_flight() {
    for signal in [Signal::TERM, Signal::INT] {
        let place = Place::new();
        let server = Serving::start(&place, &[]);
        let mut stream = begun(&server);
        server.signal(signal);
        server.await_log("stopping");
        stream.write_all(BODY.as_bytes()).unwrap();
        let (status, body) = answer(stream);
        assert_eq!(status, 401, "{body}");
        let (status, log) = server.ended();
        assert_eq!(status, Some(0), "{log}");
        assert!(log.contains("stopped"), "{log}");
    }
}

#[test]
fn flt_12_a_second_signal_stops_at_once() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let _stream = begun(&server);
    server.signal(Signal::TERM);
    server.await_log("stopping");
    server.signal(Signal::TERM);
    let (status, log) = server.ended();
    assert_eq!(status, Some(1), "{log}");
    assert!(
        log.contains("oneclaw: stopped at once by a second SIGTERM"),
        "{log}"
    );
}

#[test]
fn a_stop_waits_for_no_more_than_the_timeout() {
    let place = Place::new();
    let server = Serving::start(&place, &["--shutdown-timeout", "1"]);
    let _stream = begun(&server);
    let begin = Instant::now();
    server.stop();
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn an_idle_connection_does_not_hold_up_a_stop() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let mut idle = server.connect();
    idle.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut first = [0; 12];
    std::io::Read::read_exact(&mut idle, &mut first).unwrap();
    assert_eq!(first, *b"HTTP/1.1 200");
    let begin = Instant::now();
    server.stop();
    assert!(
        begin.elapsed() < Duration::from_secs(15),
        "{:?}",
        begin.elapsed()
    );
}
