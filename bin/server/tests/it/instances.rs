//! Several instances on one Postgres database.

use oneclaw_testkit::postgres;

use crate::account::Account;
use crate::program::Place;
use crate::serving::Serving;

const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const OTHER_KEY: &str = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
const URL: [&str; 2] = ["--public-url", "https://secrets.example.com"];

#[test]
fn cry_04_two_instances_start_at_once_on_an_empty_database_and_a_third_with_another_key_does_not() {
    let database = postgres::shared().create_database(None).unwrap();
    let variables = |key| {
        [
            ("ONECLAW_DATABASE_URL", database.url()),
            ("ONECLAW_MASTER_KEY", key),
        ]
    };
    let places = [Place::new(), Place::new()];
    let [one, two] = std::thread::scope(|scope| {
        let start = |place| move || Serving::start_with(place, &variables(KEY), &URL);
        let started = [
            scope.spawn(start(&places[0])),
            scope.spawn(start(&places[1])),
        ];
        started.map(|server| server.join().unwrap())
    });
    assert_eq!(
        one.get("/.well-known/jwks.json"),
        two.get("/.well-known/jwks.json")
    );
    let ada = Account::sign_up(&one);
    assert_eq!(ada.put(&two, "db", "v1").0, 201);
    ada.opens(&one, "db", "v1");
    assert_eq!(ada.put(&one, "db", "v2").0, 201);
    ada.opens(&two, "db", "v2");
    let third = Place::new();
    let quiet = [&variables(OTHER_KEY)[..], &[("ONECLAW_LOG_LEVEL", "off")]].concat();
    let line = third
        .run_with(&quiet, &["--listen", "127.0.0.1:0"])
        .refused(1);
    assert!(
        line.contains("the store was made with master key"),
        "{line}"
    );
    assert!(
        !one.greeting.contains('@') && one.greeting.contains("  store    postgres://"),
        "{}",
        one.greeting
    );
    one.stop();
    two.stop();
    // Nothing of this is kept here, but mail that waits for somebody to pass it on.
    for place in &places {
        let kept = std::fs::read_dir(place.path("data")).into_iter().flatten();
        for entry in kept {
            assert_eq!(entry.unwrap().file_name(), "mail");
        }
    }
}
