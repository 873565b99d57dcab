//! kill -9 under load: what was done is metered, once, in the commit of its event.

use std::sync::mpsc;
use std::time::Duration;

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::postgres;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, pause};

/// So often it is killed.
const ROUNDS: u64 = 3;
/// So many call at once.
const CALLERS: usize = 8;

/// Events that stand for a request and were not metered once, and what was metered without one.
const ODD: &str = "SELECT CAST((SELECT count(*) FROM audit_events a \
    WHERE a.action IN ('secret.read', 'secret.write') \
    AND 1 <> (SELECT count(*) FROM usage_events u WHERE u.id = a.id)) \
    + (SELECT count(*) FROM usage_events u \
    WHERE 1 <> (SELECT count(*) FROM audit_events a WHERE a.id = u.id)) AS text) AS text";

/// By how many the counter is off.
const OFF: &str = "SELECT CAST((SELECT sum(requests) FROM usage_months) \
    - (SELECT count(*) FROM usage_events) AS text) AS text";

/// What was metered of reads and writes.
const DONE: &str =
    "SELECT CAST(count(*) AS text) AS text FROM usage_events WHERE priced IS NOT NULL";

#[test]
fn bil_07_killed_under_load_each_request_is_metered_with_its_event_on_sqlite() {
    let place = Place::new();
    let url = format!("sqlite://{}", place.path("data/oneclaw.db").display());
    rounds(&place, &url);
}

#[test]
fn bil_07_killed_under_load_each_request_is_metered_with_its_event_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    rounds(&Place::new(), database.url());
}

fn rounds(place: &Place, url: &str) {
    let variables = [("ONECLAW_DATABASE_URL", url)];
    let flags = ["--rate-limits", "off", "--public-url", "https://x.example"];
    let start = || Serving::start_with(place, &variables, &flags);
    let mut server = start();
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "kept", "a value").0, 201);
    let mut answered = 1;
    for round in 0..ROUNDS {
        answered += until_killed(&server, &ada, Duration::from_millis(40 + 70 * round));
        drop(server);
        assert_eq!(told(url, ODD), "0", "round {round}");
        assert_eq!(told(url, OFF), "0", "round {round}");
        let done: usize = told(url, DONE).parse().unwrap();
        let most = answered + CALLERS * usize::try_from(round + 1).unwrap();
        assert!(
            (answered..=most).contains(&done),
            "{answered} {done} {most}"
        );
        server = start();
        ada.opens(&server, "kept", "a value");
        answered += 1;
    }
    server.stop();
}

/// Reads and writes until the server is killed: how many were answered.
fn until_killed(server: &Serving<'_>, ada: &Account, time: Duration) -> usize {
    std::thread::scope(|scope| {
        let (arrived, arrivals) = mpsc::channel();
        for caller in 0..CALLERS {
            let arrived = arrived.clone();
            scope.spawn(move || call_on(server, ada, caller, &arrived));
        }
        drop(arrived);
        let first = arrivals.iter().take(CALLERS).count();
        pause(time);
        server.signal(Signal::KILL);
        first + arrivals.iter().count()
    })
}

fn call_on(server: &Serving<'_>, ada: &Account, caller: usize, arrived: &mpsc::Sender<()>) {
    let (method, path, body) = if caller == 0 {
        ("PUT", ada.path("kept"), json!({ "value": "a value" }))
    } else {
        ("GET", ada.path("kept"), Value::Null)
    };
    while let Some((status, answer)) = server.attempt(method, &path, &ada.token, &body) {
        assert!(status < 300, "{answer}");
        arrived.send(()).unwrap();
    }
}

/// What the database says, while nobody serves.
fn told(url: &str, sql: &str) -> String {
    actix_web::rt::System::new().block_on(async {
        let url = StoreUrl::parse(url).unwrap();
        let store = DieselStore::open(&url, StoreOptions::default())
            .await
            .unwrap();
        let mut rows = store.raw_rows(sql).await.unwrap();
        store.close().await;
        rows.pop().unwrap()
    })
}
