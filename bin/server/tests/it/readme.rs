//! The tour in README.md, line by line.

use std::process::Command;

use crate::program::Place;
use crate::serving::Serving;

/// The lines of the tour, comments left out.
fn tour() -> Vec<String> {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once("```sh tour\n").unwrap();
    let (tour, _) = rest.split_once("\n```").unwrap();
    let commands = tour
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    commands.map(ToOwned::to_owned).collect()
}

/// Runs the lines one after the other in one shell, as a reader types them, and gives what each printed.
fn typed(lines: &[String]) -> Vec<String> {
    let marked: Vec<_> = lines
        .iter()
        .map(|line| format!("{line}\nprintf '\\n%s\\n' '--8<--'"))
        .collect();
    let output = Command::new("bash")
        .args(["-e", "-c", &marked.join("\n")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.split("--8<--")
        .map(ToOwned::to_owned)
        .take(lines.len())
        .collect()
}

#[test]
fn every_line_of_the_tour_does_what_it_says() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let lines = tour();
    let here: Vec<_> = lines
        .iter()
        .map(|line| line.replace("127.0.0.1:8080", &server.address.to_string()))
        .collect();
    let printed = typed(&here);
    let expected = [
        "\"access_token\":",        // sign up
        "",                         // log in
        "",                         // make a vault
        "\"version\":1",            // keep
        "hunter2 was too short",    // read
        "\"version\":2",            // replace
        "\"version\":3",            // rotate
        "\"max_access_count\":1",   // keep once
        "for your eyes only",       // read once
        "\"status\":410",           // and never again
        "\"path\":\"db/password\"", // list
        "\"api_key\":\"1ck_",       // key for a script
        "",                         // register an agent
        "",                         // keep its id and key
        "Insufficient permissions", // it may do nothing
        "\"effect\":\"allow\"",     // a policy
        "\"version\":3",            // it reads
        "",                         // find the secret's id
        "\"share_url\":",           // share it once
        "",                         // keep the share's id
        "\"access_count\":1",       // read it by the link
        "\"status\":410",           // and never again
        "\"outcome\":\"denied\"",   // the log
        "\"chain_valid\":true",     // and its chain
        "HTTP/1.1 204",             // log out
        "Token has been revoked",   // and be refused
    ];
    assert_eq!(
        printed.len(),
        expected.len(),
        "the tour has another number of lines: {lines:#?}"
    );
    for ((line, printed), expected) in lines.iter().zip(&printed).zip(expected) {
        assert!(
            printed.contains(expected),
            "{line}\nprinted: {printed}\nexpected: {expected}"
        );
    }
}
