//! The files in packaging/ and the Dockerfile: what they name exists, and the proxy's example works.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use oneclaw_testkit::postgres;

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, exchange, pause};

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(file: &str) -> String {
    std::fs::read_to_string(checkout().join(file)).unwrap()
}

#[test]
fn systemd_takes_the_unit() {
    let unit = read("packaging/oneclaw.service");
    let binary = format!("ExecStart={}", env!("CARGO_BIN_EXE_oneclaw"));
    let here = unit.replace("ExecStart=/usr/local/bin/oneclaw", &binary);
    assert_ne!(here, unit);
    let place = Place::new();
    let file = place.write("oneclaw.service", &here);
    let output = Command::new("systemd-analyze")
        .arg("verify")
        .arg(file)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.is_empty(), "{told}");
}

/// What a line of the Dockerfile copies out of the checkout.
fn copied(line: &str) -> impl Iterator<Item = &str> {
    let words: Vec<_> = line.split_whitespace().collect();
    let from_here = words.first() == Some(&"COPY") && !line.contains("--from=");
    let sources = if from_here {
        words.len().saturating_sub(2)
    } else {
        0
    };
    words.into_iter().skip(1).take(sources)
}

#[test]
fn the_image_is_built_from_what_there_is() {
    let file = read("Dockerfile");
    let sources: Vec<_> = file.lines().flat_map(copied).collect();
    for source in &sources {
        assert!(checkout().join(source).exists(), "{source}");
    }
    // whatever the build reads is copied: the workspace, its lock, and the migrations that are built in
    for needed in ["Cargo.toml", "Cargo.lock", "bin", "crates", "migrations"] {
        assert!(sources.contains(&needed), "{needed}");
    }
    let cargo = read("Cargo.toml");
    let version = file
        .split_once("FROM rust:")
        .and_then(|(_, rest)| rest.split_once('-'))
        .unwrap()
        .0;
    assert!(
        cargo.contains(&format!("rust-version = \"{version}\"")),
        "{version}"
    );
    let ignored = read(".dockerignore");
    for source in sources {
        assert!(!ignored.lines().any(|line| line == source), "{source}");
    }
}

/// A proxy that runs. Killed when dropped.
struct Proxy {
    child: Child,
    address: SocketAddr,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// The example, before these instances instead of its own, and without TLS: the tests have no certificate.
fn nginx(place: &Place, instances: [SocketAddr; 2]) -> Proxy {
    let address = free();
    let example = read("packaging/nginx.conf");
    let mut text = format!(
        "daemon off;\nmaster_process off;\npid {0};\nerror_log {1};\n",
        place.path("nginx.pid").display(),
        place.path("nginx.log").display()
    );
    for line in example.lines() {
        let line = line
            .replace("10.0.0.11:8080", &instances[0].to_string())
            .replace("10.0.0.12:8080", &instances[1].to_string())
            .replace("listen 443 ssl http2", &format!("listen {address}"));
        if !line.trim_start().starts_with("ssl_") {
            text.push_str(&line);
            text.push('\n');
        }
    }
    let file = place.write("nginx.conf", &text);
    let temporary = place.path("").display().to_string();
    let child = Command::new("/usr/sbin/nginx")
        .arg("-p")
        .arg(temporary)
        .arg("-c")
        .arg(file)
        .spawn()
        .unwrap();
    let proxy = Proxy { child, address };
    while TcpStream::connect(address).is_err() {
        pause(std::time::Duration::from_millis(10));
    }
    proxy
}

impl Proxy {
    fn call(&self, method: &str, path: &str, token: &str) -> (u16, String) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: secrets.example.com\r\nConnection: close\r\n\
             X-Forwarded-For: 203.0.113.9\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        exchange(TcpStream::connect(self.address).unwrap(), &request)
    }
}

#[test]
fn two_instances_behind_nginx_are_one_and_a_revocation_holds_on_both() {
    const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let database = postgres::shared().create_database(None).unwrap();
    let variables = [
        ("ONECLAW_DATABASE_URL", database.url()),
        ("ONECLAW_MASTER_KEY", KEY),
    ];
    let flags = [
        "--public-url",
        "https://secrets.example.com",
        "--trusted-proxies",
        "127.0.0.1/32",
    ];
    let places = [Place::new(), Place::new()];
    let [one, two] = [0, 1].map(|n: usize| Serving::start_with(&places[n], &variables, &flags));
    let ada = Account::sign_up(&one);
    assert_eq!(ada.put(&one, "db", "v1").0, 201);
    let place = Place::new();
    let proxy = nginx(&place, [one.address, two.address]);
    let read = |expected: u16| {
        for _ in 0..8 {
            let (status, text) = proxy.call("GET", &ada.path("db"), &ada.token);
            assert_eq!(status, expected, "{text}");
        }
    };
    read(200);
    // who is behind the proxy is who it says, and nobody says it for themselves
    let path = "/v1/audit/events?action=secret.read";
    let (_, events) = two.call("GET", path, &ada.token, &Value::Null);
    let addresses: Vec<_> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["ip_address"])
        .collect();
    assert!(
        addresses.len() == 8
            && addresses
                .iter()
                .all(|address| **address == json!("127.0.0.1")),
        "{events}"
    );
    assert_eq!(proxy.call("DELETE", "/v1/auth/token", &ada.token).0, 204);
    read(401);
    // one goes, and nobody notices
    one.stop();
    for _ in 0..8 {
        assert_eq!(proxy.call("GET", "/v1/health", "").0, 200);
    }
    drop(proxy);
    two.stop();
}

/// An instance that hangs up on every request, and counts them.
fn dying(asked: &Arc<AtomicUsize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::clone(asked);
    // it ends with the tests
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if stream.read(&mut [0; 4096]).is_ok_and(|many| many > 0) {
                asked.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    address
}

#[test]
fn what_is_counted_is_not_asked_again_by_nginx_where_a_connection_broke() {
    for (method, path, times) in [
        ("GET", "/v1/health", 2),
        ("GET", "/v1/vaults/v/secrets", 2),
        ("GET", "/v1/vaults/v/secrets/a%2Fb", 1),
        ("PUT", "/v1/vaults/v/secrets/a", 1),
        ("GET", "/v1/share/s", 1),
        ("GET", "/api/v1/share/s", 1),
        ("GET", "/%761/share/s", 1),
        ("POST", "/v1/vaults", 1),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let place = Place::new();
        let proxy = nginx(&place, [(); 2].map(|()| dying(&asked)));
        let (status, _) = proxy.call(method, path, "");
        let asked = asked.load(Ordering::SeqCst);
        assert_eq!((status, asked), (502, times), "{method} {path}");
    }
}
