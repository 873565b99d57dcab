//! What the operator is refused.

use super::steps::Home;

/// Nothing of it without the master key, without a store, or before there is an account.
#[test]
fn ops_10_what_is_not_there_is_said_in_one_line() {
    let home = Home::on_sqlite();
    let line = home.run(&["users", "list"]).refused(1);
    assert_eq!(
        line,
        "oneclaw: there is no store here yet: start the server once"
    );
    home.serve().stop();
    let line = home.run(&["users", "list"]).refused(1);
    assert_eq!(line, "oneclaw: There is no account yet: make the first one");
    std::fs::rename(
        home.place.path("data/master.key"),
        home.place.path("elsewhere"),
    )
    .unwrap();
    home.run(&["users", "list"]).refused(1);
    for words in [
        &["org", "show"][..],
        &[
            "org",
            "limits",
            "--org",
            "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10",
        ],
        &[
            "org",
            "tier",
            "--org",
            "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10",
            "--tier",
            "team",
        ],
        &["users", "list", "--limit", "0"],
        &["settings", "set", "UPPER", "x"],
        &["appoint", "--email", "x"],
    ] {
        let ran = home.run(words);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{words:?}: {}",
            ran.err
        );
    }
    let help = home.place.run(&["admin", "--help"]).worked();
    for word in ["bootstrap", "appoint", "users", "org", "usage", "settings"] {
        assert!(
            help.contains(&format!("  {word}")),
            "{word} is not in\n{help}"
        );
    }
}
