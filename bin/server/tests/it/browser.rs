//! The pages in a real browser, against the binary.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::Place;
use crate::serving::Serving;

/// Names the interpreter that drives the browser; `make test` sets it.
const VARIABLE: &str = "ONECLAW_TEST_BROWSER";

/// Where the browser is looked for.
const PROGRAMS: &str = "/usr/local/bin:/usr/bin:/bin";

/// What no log may hold of the stories: credentials, links, values, passphrases, addresses.
const SECRETS: [&str; 8] = [
    "Horse-",
    "eyJ",
    "ort_",
    "token=",
    "code=",
    "first line",
    "sesame",
    "@example.com",
];

#[test]
fn web_03_a_share_is_read_in_a_browser() {
    tell("share_page_story.py", &[]);
}

#[test]
fn web_04_accounts_and_devices_are_decided_in_a_browser() {
    tell("account_pages_story.py", &[]);
}

#[test]
fn auth_12_an_address_is_proved_in_a_browser_before_there_is_an_account() {
    let verified = ["--signup-require-email-verification", "on"];
    tell("signup_pages_story.py", &verified);
}

/// Runs a story to its end, and looks at what the server said meanwhile.
fn tell(story: &str, flags: &[&str]) {
    let place = Place::new();
    // One machine plays all the people.
    let unlimited = ["--rate-limits", "off"];
    let server = Serving::start(&place, &[&unlimited, flags].concat());
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join(story.trim_end_matches(".py"));
    let output = Command::new(python())
        .args(["-E", "-s", "-B"])
        .arg(stories.join(story))
        .arg(format!("http://{}", server.address))
        .arg(place.path("data/mail"))
        .arg(shots)
        .env_clear()
        // a browser wants a home, and finds what it runs by the path
        .env("HOME", place.path("home"))
        .env("PATH", PROGRAMS)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    println!("{out}");
    assert!(output.status.success(), "{out}{err}\n{}", server.log());
    assert!(out.ends_with(": the story is complete\n"), "{out}{err}");
    let log = server.stop();
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    assert!(!log.contains("\"ERROR\""), "{log}");
}

fn python() -> PathBuf {
    let python = given().map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser/bin/python"),
        PathBuf::from,
    );
    assert!(
        python.is_file(),
        "{} is not there: run scripts/browser, which installs what drives the browser and prints the path for {VARIABLE}",
        python.display()
    );
    python
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own setting: the binary never sees it"
)]
fn given() -> Option<OsString> {
    std::env::var_os(VARIABLE)
}
