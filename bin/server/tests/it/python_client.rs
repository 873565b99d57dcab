//! The official Python client, unchanged, against the binary on both stores.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use oneclaw_testkit::postgres;

use crate::program::Place;
use crate::serving::Serving;

/// Names the interpreter that has the client; `make test` sets it.
const VARIABLE: &str = "ONECLAW_TEST_PYTHON";

#[test]
fn the_official_client_does_its_whole_story_on_sqlite() {
    let place = Place::new();
    tell(Serving::start(&place, &[]));
}

#[test]
fn the_official_client_does_its_whole_story_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let place = Place::new();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let server = Serving::start_with(&place, &variables, &[]);
    assert!(
        server.greeting.contains("  store    postgres://"),
        "{}",
        server.greeting
    );
    tell(server);
}

/// Runs the story to its end, and looks at what the server said meanwhile.
fn tell(server: Serving<'_>) {
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/client_story.py");
    // Isolated and without bytecode files: only what is installed counts, and nothing is left behind.
    let output = Command::new(python())
        .args(["-I", "-B"])
        .arg(story)
        .arg(format!("http://{}", server.address))
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
    for secret in [
        "Horse-",
        "1ck_",
        "eyJ",
        "ort_",
        "\"second\"",
        "ada@example.com",
    ] {
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
        "{} is not there: run scripts/python-client, which installs the official client and prints the path for {VARIABLE}",
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
