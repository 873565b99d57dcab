//! `--help`, `--version` and flags that do not exist.

use crate::program::Place;

#[test]
fn help_lists_what_can_be_set_and_done() {
    let help = Place::new().run(&["--help"]).worked();
    for part in [
        "--listen <ADDRESS:PORT>",
        "ONECLAW_LISTEN",
        "[default: 127.0.0.1:8080]",
        "--tokens-user-ttl <SECONDS>",
        "ONECLAW_TOKENS_USER_TTL",
        "ONECLAW_MASTER_KEY <BASE64>",
        "serve",
        "migrate",
        "config",
        "admin",
        "keys",
        "ip-rules",
        "openapi",
    ] {
        assert!(help.contains(part), "{part} is not in\n{help}");
    }
    assert!(!help.contains("--master-key <"), "a secret has a flag");
}

#[test]
fn ops_05_help_shows_no_value_of_the_environment() {
    let url = "postgres://me:hunter2@db/one";
    let help = Place::new()
        .run_with(&[("ONECLAW_DATABASE_URL", url)], &["--help"])
        .worked();
    assert!(!help.contains("hunter2"));
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = Place::new().run(&["--version"]).worked();
    assert_eq!(version, format!("oneclaw {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_flag_that_does_not_exist_is_refused() {
    let ran = Place::new().run(&["--listn", "127.0.0.1:1"]);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.err.contains("'--listn'") && ran.err.contains("'--listen'"),
        "{}",
        ran.err
    );
}
