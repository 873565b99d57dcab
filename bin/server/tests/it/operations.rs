//! What docs/operations.md tells an operator to type and to watch.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use oneclaw_testkit::postgres;

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, exchange};

fn page() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
    std::fs::read_to_string(page).unwrap()
}

/// The lines of a block of the page.
fn block(page: &str, name: &str) -> String {
    let start = format!("```sh {name}\n");
    let (_, rest) = page.split_once(&start).unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

/// Types a block, in a directory, as somebody who has the binary in their path.
fn type_in(place: &Place, name: &str, variables: &[(&str, &str)]) {
    let binary = Path::new(env!("CARGO_BIN_EXE_oneclaw")).parent().unwrap();
    let lines = format!("PATH={}:$PATH\n{}", binary.display(), block(&page(), name));
    let output = Command::new("bash")
        .args(["-e", "-c", &lines])
        .current_dir(place.path(""))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{name}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What was there when the copy was made is there again, and the log is whole; what came after is not.
fn is_restored(ada: &Account, server: &Serving<'_>) {
    ada.opens(server, "before", "v1");
    assert_eq!(ada.read(server, "after").0, 404);
    let (status, check) = server.call("GET", "/v1/audit/verify", &ada.token, &Value::Null);
    assert_eq!(
        (status, &check["chain_valid"]),
        (200, &Value::Bool(true)),
        "{check}"
    );
    assert_eq!(ada.put(server, "before", "v2").0, 201);
}

#[test]
fn a_copy_of_sqlite_that_was_made_meanwhile_is_restored() {
    // the same issuer of tokens, whatever the port
    let url = ["--public-url", "https://secrets.example.com"];
    let place = Place::new();
    let server = Serving::start(&place, &url);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "before", "v1").0, 201);
    type_in(&place, "backup-sqlite", &[]);
    assert_eq!(ada.put(&server, "after", "v1").0, 201);
    server.stop();
    type_in(&place, "restore-sqlite", &[]);
    let restored = Serving::start(&place, &[&url[..], &["--data-dir", "restored"]].concat());
    is_restored(&ada, &restored);
    restored.stop();
}

#[test]
fn a_dump_of_postgres_that_was_made_meanwhile_is_restored() {
    const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    let place = Place::new();
    let databases = [(); 2].map(|()| postgres::shared().create_database(None).unwrap());
    let [first, second] = &databases;
    let on = |url| [("ONECLAW_DATABASE_URL", url), ("ONECLAW_MASTER_KEY", KEY)];
    let url = ["--public-url", "https://secrets.example.com"];
    let server = Serving::start_with(&place, &on(first.url()), &url);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "before", "v1").0, 201);
    type_in(&place, "backup-postgres", &on(first.url()));
    assert_eq!(ada.put(&server, "after", "v1").0, 201);
    server.stop();
    let to = [("RESTORED_DATABASE_URL", second.url())];
    type_in(&place, "restore-postgres", &to);
    let restored = Serving::start_with(&place, &on(second.url()), &url);
    is_restored(&ada, &restored);
    restored.stop();
}

#[test]
fn the_commands_of_administration_work() {
    let place = Place::new();
    type_in(&place, "administration", &[]);
}

#[test]
fn the_audit_log_is_checked_exported_and_verified_while_the_server_runs() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let ada = Account::sign_up(&server);
    type_in(&place, "audit", &[]);
    ada.add_vault(&server);
    server.stop();
}

/// The commands in code of the page: words behind the binary's name, and flags.
fn commands(page: &str) -> BTreeSet<(Vec<String>, Vec<String>)> {
    let (mut fenced, mut found) = (false, BTreeSet::new());
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let parts: Vec<&str> = if fenced {
            vec![line]
        } else {
            line.split('`').skip(1).step_by(2).collect()
        };
        for part in parts {
            let mut words = part
                .split([' ', '"', '(', ')'])
                .skip_while(|word| *word != "oneclaw");
            if words.next().is_none() {
                continue;
            }
            let words: Vec<_> = words.map(ToOwned::to_owned).collect();
            let (flags, rest): (Vec<_>, Vec<_>) =
                words.into_iter().partition(|word| word.starts_with("--"));
            let is_command = |word: &String| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            };
            found.insert((rest.into_iter().take_while(is_command).collect(), flags));
        }
    }
    found
}

#[test]
fn every_command_of_the_page_exists() {
    let commands = commands(&page());
    assert!(commands.len() > 8, "{commands:?}");
    let place = Place::new();
    for (words, flags) in commands {
        // a value of a flag may stand before the command: `--data-dir restored keys status`
        let known = (0..=words.len()).find_map(|skipped| {
            let mut call: Vec<_> = words[skipped..].iter().map(String::as_str).collect();
            call.push("--help");
            let ran = place.run(&call);
            (ran.status == Some(0)).then_some(ran.out)
        });
        let help = known.unwrap();
        let whole = place.run(&["--help"]).worked();
        for flag in flags {
            assert!(
                help.contains(&flag) || whole.contains(&flag),
                "{words:?} has no {flag}"
            );
        }
    }
}

#[test]
fn every_metric_is_on_the_page_with_what_to_watch_for() {
    let place = Place::new();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let server = Serving::start(&place, &["--metrics-listen", &free.to_string()]);
    // those of requests are there once there was one
    server.get("/v1/health");
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let (_, text) = exchange(TcpStream::connect(free).unwrap(), request);
    server.stop();
    let is: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .map(ToOwned::to_owned)
        .collect();
    let page = page();
    let told: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `oneclaw_"))
        .filter_map(|line| line.split_once("` |"))
        .map(|(name, _)| format!("oneclaw_{name}"))
        .collect();
    assert_eq!(told, is, "the table of metrics is behind");
}
