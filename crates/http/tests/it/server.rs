//! A server in a thread, and a client that sends bytes as they are.

use crate::small_table;
use actix_web::dev::ServerHandle;
use oneclaw_domain::Ids;
use oneclaw_http::{HttpApp, HttpSettings, Metrics};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;
use uuid::Uuid;

/// Ids that count up.
#[derive(Default)]
struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Arc<Metrics>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(HttpSettings {
            rate_limit: None,
            ..HttpSettings::default()
        })
    }

    pub(crate) fn with(settings: HttpSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let metrics = Arc::new(Metrics::new());
        let ids = Arc::new(CountingIds::default());
        let app = HttpApp::new(settings, ids, Arc::clone(&metrics), &[small_table::ROUTES]);
        let (send, receive) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = app
                    .listen(vec![listener], 1, Duration::from_secs(1), |_| ())
                    .unwrap();
                send.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self {
            address,
            metrics,
            handle: receive.recv().unwrap(),
            thread: Some(thread),
        }
    }

    pub(crate) fn connect(&self) -> Connection {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        Connection {
            stream,
            seen: Vec::new(),
            bodiless: false,
        }
    }

    /// One request on a connection of its own; `{}` in it is nothing special.
    pub(crate) fn raw(&self, request: impl AsRef<[u8]>) -> Response {
        let request = request.as_ref();
        let mut connection = self.connect();
        connection.bodiless = request.starts_with(b"HEAD ");
        connection.send(request);
        connection.receive().expect("an answer")
    }

    /// A request with nothing but `Host` and what `headers` has, each line ending in CRLF.
    pub(crate) fn ask(&self, method: &str, target: &str, headers: &str) -> Response {
        self.raw(format!(
            "{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
        ))
    }

    pub(crate) fn get(&self, target: &str) -> Response {
        self.ask("GET", target, "")
    }

    pub(crate) fn post(&self, target: &str, headers: &str, body: impl AsRef<[u8]>) -> Response {
        let body = body.as_ref();
        let head = format!("POST {target} HTTP/1.1\r\nHost: x\r\n{headers}");
        let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        self.raw([head.as_bytes(), body].concat())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the server's thread panicked"
            );
        }
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
    seen: Vec<u8>,
    /// Whether answers come without the body that they announce, as to HEAD.
    bodiless: bool,
}

impl Connection {
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // the server may close before it has read everything: the answer tells
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Another hand on the same connection, to write with while this one reads.
    pub(crate) fn clone_writer(&self) -> Self {
        Self {
            stream: self.stream.try_clone().unwrap(),
            seen: Vec::new(),
            bodiless: false,
        }
    }

    /// The next answer; `None` when the connection is closed.
    pub(crate) fn receive(&mut self) -> Option<Response> {
        loop {
            if let Some((response, used)) = Response::parse(&self.seen, self.bodiless) {
                self.seen.drain(..used);
                return Some(response);
            }
            if self.read() == 0 {
                return None;
            }
        }
    }

    /// Whether the server closes without saying any more.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.seen.is_empty() && self.read() == 0
    }

    fn read(&mut self) -> usize {
        let mut buffer = vec![0; 65_536];
        match self.stream.read(&mut buffer) {
            Ok(n) => {
                self.seen.extend_from_slice(&buffer[..n]);
                n
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("{error}"),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    fn parse(bytes: &[u8], bodiless: bool) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut response = Self {
            status,
            headers,
            body: Vec::new(),
        };
        let announced = response
            .header("content-length")
            .map_or(0, |l| l.parse().unwrap());
        let length = if bodiless { 0 } else { announced };
        response.body = bytes.get(end..end + length)?.to_vec();
        Some((response, end + length))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(seen, _)| seen == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice in {self:?}");
        first
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Asserts that this is a whole problem of this status, and gives its body.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(
            self.status,
            status,
            "{self:?} {}",
            String::from_utf8_lossy(&self.body)
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let body = self.json();
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"));
        assert!(body["request_id"].is_string());
        for member in ["type", "title", "detail", "code"] {
            assert!(body[member].is_string(), "{member} in {body}");
        }
        body
    }

    /// The names of the fields that a 400 refuses.
    #[track_caller]
    pub(crate) fn refused_fields(&self) -> Vec<String> {
        let body = self.problem(400);
        body["fields"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    }
}
