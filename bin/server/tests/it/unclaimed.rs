//! ORG-11: a fresh server that other machines can reach.

use serde_json::json;

use crate::program::Place;
use crate::serving::Serving;

/// The code that the start printed.
fn printed(greeting: &str) -> Option<&str> {
    let line = greeting
        .lines()
        .find(|line| line.starts_with("  set-up "))?;
    line.rsplit_once("set-up code ").map(|(_, code)| code)
}

/// How often the log of all starts so far warns.
fn warned(log: &str) -> usize {
    log.matches("there is no account yet").count()
}

#[test]
fn org_11_the_start_prints_the_code_and_warns_until_there_is_an_account() {
    let place = Place::new();
    let first = Serving::start(&place, &["--listen", "0.0.0.0:0"]);
    let code = printed(&first.greeting).unwrap().to_owned();
    assert_eq!(code.len(), 19, "{}", first.greeting);
    let log = first.stop();
    assert_eq!(warned(&log), 1, "{log}");
    assert!(!log.contains(&code), "the code is in the log");

    let server = Serving::start(&place, &[]);
    assert_eq!(printed(&server.greeting), Some(code.as_str()));
    let body = json!({ "email": "ada@example.com", "password": "Correct-Horse-7-Battery" });
    let (status, answer) = server.call("POST", "/v1/auth/signup", "", &body);
    assert_eq!(status, 200, "{answer}");
    let log = server.stop();
    assert_eq!(warned(&log), 1, "{log}");

    let last = Serving::start(&place, &["--listen", "0.0.0.0:0"]);
    assert_eq!(printed(&last.greeting), None);
    let log = last.stop();
    assert_eq!(warned(&log), 1, "{log}");
}
