//! The example of customers' keys in docs/operations.md does what the page says.

use std::process::Command;

use crate::account::Account;
use crate::program::Place;
use crate::serving::Serving;

/// The lines of the example, comments left out.
fn example() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operations.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```sh cmek\n").unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn cry_09_the_example_of_customers_keys_works() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let ada = Account::sign_up(&server);
    let lines = example().replace("127.0.0.1:8080", &server.address.to_string());
    let output = Command::new("bash")
        .args(["-e", "-c", &lines])
        .env("TOKEN", &ada.token)
        .env("VAULT", &ada.vault)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    let told = [
        "\"cmek_enabled\":true",
        "Value must be CMEK-encrypted",
        "\"version\":1",
        "\"status\":\"completed\"",
    ];
    let mut rest = &*text;
    for expected in told {
        let found = rest.split_once(expected);
        rest = found
            .unwrap_or_else(|| panic!("{expected} is not in {rest}"))
            .1;
    }
    server.stop();
}
