//! OPS-07, AUD-07: a whole run at trace level, and what may not be found of it; and lines that
//! somebody tries to forge.

use std::path::{Path, PathBuf};

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::postgres;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::program::Place;
use crate::serving::{Serving, exchange};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "Correct-Horse-7-Battery";
const NEXT_PASSWORD: &str = "Another-Horse-8-Battery";
const WRONG: &str = "Wrong-Zebra-9-Battery";
const VALUE: &str = "the value that nobody may find";
const PASSPHRASE: &str = "open sesame, says the passphrase";

/// A server whose every word is kept, and what was secret in the run.
struct Run<'a> {
    server: &'a Serving<'a>,
    secrets: Vec<String>,
}

impl Run<'_> {
    fn call(&mut self, method: &str, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let (status, answer) = self.server.call(method, path, token, body);
        self.note(&answer);
        (status, answer)
    }

    /// What an answer gave out.
    fn note(&mut self, answer: &Value) {
        const GIVEN: [&str; 10] = [
            "access_token",
            "refresh_token",
            "api_key",
            "secret",
            "recovery_codes",
            "device_code",
            "poll_token",
            "reauth_token",
            "mfa_token",
            "invite_url",
        ];
        for name in GIVEN {
            let given = &answer[name];
            let many = given.as_array().into_iter().flatten();
            let texts = many.chain([given]).filter_map(Value::as_str);
            self.secrets.extend(texts.map(ToOwned::to_owned));
        }
    }

    fn token(&mut self, password: &str) -> Option<String> {
        let body = json!({ "email": EMAIL, "password": password });
        let (_, answer) = self.call("POST", "/v1/auth/token", "", &body);
        answer["access_token"].as_str().map(ToOwned::to_owned)
    }
}

/// Much of what can be done, rightly and wrongly.
fn story(run: &mut Run<'_>) {
    let body = json!({ "email": EMAIL, "password": PASSWORD });
    let (status, answer) = run.call("POST", "/v1/auth/signup", "", &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(run.token(WRONG), None);
    let token = run.token(PASSWORD).unwrap();
    let (_, vault) = run.call("POST", "/v1/vaults", &token, &json!({ "name": "main" }));
    let vault = vault["id"].as_str().unwrap().to_owned();
    let at = format!("/v1/vaults/{vault}/secrets/k");
    let (status, secret) = run.call("PUT", &at, &token, &json!({ "value": VALUE }));
    assert_eq!(status, 201, "{secret}");
    assert_eq!(run.call("GET", &at, &token, &Value::Null).1["value"], VALUE);
    // a value in the wrong place
    run.call(
        "PUT",
        &at,
        &token,
        &json!({ "value": { "x": VALUE }, "valu": VALUE }),
    );
    share(run, secret["id"].as_str().unwrap(), &token);
    let (status, agent) = run.call("POST", "/v1/agents", &token, &json!({ "name": "bot" }));
    assert_eq!(status, 201, "{agent}");
    let key = agent["api_key"].as_str().unwrap().to_owned();
    run.call(
        "POST",
        "/v1/auth/agent-token",
        "",
        &json!({ "api_key": key }),
    );
    let (_, made) = run.call(
        "POST",
        "/v1/auth/api-keys",
        &token,
        &json!({ "name": "ci" }),
    );
    let key = made["api_key"].as_str().unwrap_or_default().to_owned();
    run.call("GET", "/v1/vaults", &key, &Value::Null);
    run.call(
        "GET",
        &format!("/v1/vaults/{vault}/secrets/{key}"),
        &token,
        &Value::Null,
    );
    run.call("POST", "/v1/auth/mfa/setup", &token, &json!({}));
    run.call(
        "POST",
        "/v1/auth/forgot-password",
        "",
        &json!({ "email": EMAIL }),
    );
    let change = json!({ "current_password": PASSWORD, "new_password": NEXT_PASSWORD });
    let (status, answer) = run.call("POST", "/v1/auth/change-password", &token, &change);
    assert!((200..300).contains(&status), "{status}: {answer}");
    run.token(NEXT_PASSWORD).unwrap();
    run.call("GET", "/v1/vaults", "1ck_nobody's", &Value::Null);
}

fn share(run: &mut Run<'_>, secret: &str, token: &str) {
    let body = json!({ "recipient_type": "anyone_with_link", "passphrase": PASSPHRASE });
    let to = format!("/v1/secrets/{secret}/share");
    let (status, share) = run.call("POST", &to, token, &body);
    assert_eq!(status, 201, "{share}");
    let path = format!("/v1/share/{}", share["id"].as_str().unwrap());
    for passphrase in [WRONG, PASSPHRASE] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Share-Passphrase: {passphrase}\r\n\r\n"
        );
        exchange(run.server.connect(), &request);
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Every row of every table, as text.
fn dump(url: &str) -> String {
    Runtime::new().unwrap().block_on(async {
        let url = StoreUrl::parse(url).unwrap();
        let store = DieselStore::open(&url, StoreOptions::default())
            .await
            .unwrap();
        let tables = "SELECT table_name AS text FROM information_schema.tables \
            WHERE table_schema = 'public'";
        let mut text = String::new();
        for table in store.raw_rows(tables).await.unwrap() {
            let sql = format!("SELECT CAST(t AS TEXT) AS text FROM {table} AS t");
            text.push_str(&store.raw_rows(&sql).await.unwrap().join("\n"));
        }
        store.close().await;
        text
    })
}

fn whole_run(place: &Place, variables: &[(&str, &str)], url: Option<&str>) {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string();
    let flags = ["--log-level", "trace", "--metrics-listen", &port];
    let server = Serving::start_with(place, variables, &flags);
    let mut run = Run {
        server: &server,
        secrets: [PASSWORD, NEXT_PASSWORD, WRONG, VALUE, PASSPHRASE]
            .map(ToOwned::to_owned)
            .into(),
    };
    story(&mut run);
    let secrets = run.secrets;
    assert!(secrets.len() > 12, "{}", secrets.len());
    let metrics = std::net::TcpStream::connect(port).unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut kept = vec![(
        "metrics".to_owned(),
        exchange(metrics, request).1.into_bytes(),
    )];
    // while it runs, so that the log beside the store is there, too
    for file in files(&place.path("data")) {
        kept.push((file.display().to_string(), std::fs::read(&file).unwrap()));
    }
    kept.extend(url.map(|url| ("database".to_owned(), dump(url).into_bytes())));
    kept.push(("log".to_owned(), server.stop().into_bytes()));
    assert!(kept.iter().any(|(name, _)| name.contains("/mail/")));
    for (name, bytes) in kept {
        for secret in &secrets {
            assert!(
                !holds(&bytes, secret.as_bytes()),
                "{name} holds the secret that begins with {secret:.4}"
            );
        }
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn ops_07_a_run_at_trace_level_leaves_no_secret_anywhere_on_sqlite() {
    whole_run(&Place::new(), &[], None);
}

#[test]
fn ops_07_a_run_at_trace_level_leaves_no_secret_anywhere_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    whole_run(&Place::new(), &variables, Some(database.url()));
}

/// What somebody sends who wants a line of their own in the log.
fn forge(server: &Serving<'_>) {
    let lie = "FORGED";
    for (path, agent) in [
        (format!("/v1/%0d%0a{lie}"), format!("x\u{1b}[2J{lie}")),
        (
            format!("/v1/vaults/%1b[2J{lie}"),
            format!("x\",\"level\":\"{lie}"),
        ),
        (format!("/v1/%e2%80%a8{lie}"), format!("x\u{2028}{lie}")),
        (
            format!("/v1/x%22,%22level%22:%22{lie}"),
            format!("x\t{lie}"),
        ),
        (format!("/%2e%2e/{lie}?a=%0a{lie}"), format!("x {lie}")),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: {agent}\r\n\r\n"
        );
        exchange(server.connect(), &request);
    }
    for email in [
        "a\r\nFORGED@x.test",
        "a\u{1b}[2JFORGED@x.test",
        "a\",\"level\":\"FORGED",
    ] {
        let body = json!({ "email": email, "password": format!("x\r\n{lie}"), "label": email });
        server.call("POST", "/v1/auth/token", "", &body);
        server.call("POST", "/v1/auth/signup", "", &body);
    }
}

#[test]
fn aud_07_no_line_of_the_log_is_forged_as_json() {
    let place = Place::new();
    let flags = ["--log-level", "debug", "--log-format", "json"];
    let server = Serving::start_with(&place, &[], &flags);
    forge(&server);
    let log = server.stop();
    for line in log.lines() {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let level = line["level"].as_str().unwrap();
        assert!(
            ["ERROR", "WARN", "INFO", "DEBUG"].contains(&level),
            "{level}"
        );
        assert!(line["timestamp"].is_string());
    }
    assert!(!log.contains('\u{1b}') && !log.contains('\u{2028}') && !log.contains('\r'));
}

#[test]
fn aud_07_no_line_of_the_log_is_forged_for_people() {
    let place = Place::new();
    let flags = ["--log-level", "debug", "--log-format", "human"];
    let server = Serving::start_with(&place, &[], &flags);
    forge(&server);
    let log = server.stop();
    assert!(!log.contains('\u{1b}') && !log.contains('\u{2028}') && !log.contains('\r'));
    for line in log.lines() {
        // each begins with its time
        let begins = line.starts_with("20") && line.get(10..11) == Some("T");
        assert!(begins, "{line}");
    }
}
