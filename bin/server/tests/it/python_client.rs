//! The official Python client and those of two agent frameworks, unchanged, against the binary on both stores.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use oneclaw_testkit::postgres;

use crate::program::Place;
use crate::serving::Serving;

/// Names the interpreter that has the clients; `make test` sets it.
const VARIABLE: &str = "ONECLAW_TEST_PYTHON";

/// The stories, in `tests/python`.
const CLIENT: &str = "client_story.py";
const ACCESS: &str = "access_story.py";
const AGENTS: &str = "agents_story.py";
const FRAMEWORKS: &str = "frameworks_story.py";
const ACCOUNT: &str = "account_story.py";
const SHARING: &str = "sharing_story.py";
const METHODS: &str = "methods_story.py";

/// How the server runs for stories with mail in them: one machine plays all the people.
const WITH_MAIL: [&str; 4] = [
    "--signup-require-email-verification",
    "on",
    "--rate-limits",
    "off",
];

/// What no log may hold of them: credentials, what is in a link, values, passphrases, addresses.
const SECRETS: [&str; 13] = [
    "Horse-",
    "1ck_",
    "ocv_",
    "eyJ",
    "ort_",
    "poll=",
    "token=",
    "\"second\"",
    "hunter-",
    "sesame",
    "secret=",
    "p\u{e4}ss",
    "@example.com",
];

#[test]
fn the_official_client_does_its_whole_story_on_sqlite() {
    tell_on_sqlite(CLIENT, &[]);
}

#[test]
fn the_official_client_does_its_whole_story_on_postgres() {
    tell_on_postgres(CLIENT, &[]);
}

#[test]
fn the_official_client_runs_an_organization_and_its_grants_on_sqlite() {
    tell_on_sqlite(ACCESS, &[]);
}

#[test]
fn the_official_client_runs_an_organization_and_its_grants_on_postgres() {
    tell_on_postgres(ACCESS, &[]);
}

#[test]
fn the_official_client_makes_agents_and_is_one_on_sqlite() {
    tell_on_sqlite(AGENTS, &[]);
}

#[test]
fn the_official_client_makes_agents_and_is_one_on_postgres() {
    tell_on_postgres(AGENTS, &[]);
}

#[test]
fn the_clients_of_langchain_and_crewai_do_their_story_on_sqlite() {
    tell_on_sqlite(FRAMEWORKS, &[]);
}

#[test]
fn the_clients_of_langchain_and_crewai_do_their_story_on_postgres() {
    tell_on_postgres(FRAMEWORKS, &[]);
}

#[test]
fn the_official_client_proves_its_address_and_a_second_factor_on_sqlite() {
    tell_on_sqlite(ACCOUNT, &WITH_MAIL);
}

#[test]
fn the_official_client_proves_its_address_and_a_second_factor_on_postgres() {
    tell_on_postgres(ACCOUNT, &WITH_MAIL);
}

#[test]
fn the_official_client_shares_and_keeps_a_key_of_its_own_on_sqlite() {
    tell_on_sqlite(SHARING, &WITH_MAIL);
}

#[test]
fn the_official_client_shares_and_keeps_a_key_of_its_own_on_postgres() {
    tell_on_postgres(SHARING, &WITH_MAIL);
}

#[test]
fn every_method_of_the_official_client_is_called_or_out_of_scope_on_sqlite() {
    tell_on_sqlite(METHODS, &WITH_MAIL);
}

#[test]
fn every_method_of_the_official_client_is_called_or_out_of_scope_on_postgres() {
    tell_on_postgres(METHODS, &WITH_MAIL);
}

fn tell_on_sqlite(story: &str, flags: &[&str]) {
    let place = Place::new();
    tell(story, &place, Serving::start(&place, flags));
}

fn tell_on_postgres(story: &str, flags: &[&str]) {
    let database = postgres::shared().create_database(None).unwrap();
    let place = Place::new();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let server = Serving::start_with(&place, &variables, flags);
    assert!(
        server.greeting.contains("  store    postgres://"),
        "{}",
        server.greeting
    );
    tell(story, &place, server);
}

/// Runs a story to its end, and looks at what the server said meanwhile.
fn tell(story: &str, place: &Place, server: Serving<'_>) {
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    // No site of the user's and no bytecode files: only what is installed, and what the stories share, counts.
    let output = Command::new(python())
        .args(["-E", "-s", "-B"])
        .arg(stories.join(story))
        .arg(format!("http://{}", server.address))
        .arg(place.path("data/mail"))
        .env_clear()
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    println!("{out}");
    assert!(output.status.success(), "{out}{err}\n{}", server.log());
    assert!(
        out.ends_with(": the story is complete\n") && err.is_empty(),
        "{out}{err}"
    );
    let log = server.stop();
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    assert!(!log.contains("\"ERROR\""), "{log}");
}

fn python() -> PathBuf {
    let python = given().map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python/bin/python"),
        PathBuf::from,
    );
    assert!(
        python.is_file(),
        "{} is not there: run scripts/python-client, which installs the clients and prints the path for {VARIABLE}",
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
