//! kill -9 in the middle of a rotation of customers' keys, and what is there after the restart.

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::{CustomerKey, postgres};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, exchange};

const FLAGS: [&str; 4] = [
    "--rate-limits",
    "off",
    "--public-url",
    "https://secrets.example.com",
];
/// Nine batches, and the one that ends it.
const VERSIONS: usize = 900;
/// More rounds than this are not tried.
const PATIENCE: usize = 12;

#[test]
fn cry_09_flt_01_a_rotation_killed_midway_goes_on_where_it_stopped_on_sqlite() {
    let place = Place::new();
    let url = StoreUrl::Sqlite(place.path("data/oneclaw.db"));
    killed(&place, &[], &url);
}

#[test]
fn cry_09_flt_01_a_rotation_killed_midway_goes_on_where_it_stopped_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let url = StoreUrl::parse(database.url()).unwrap();
    killed(&Place::new(), &variables, &url);
}

/// The two keys, of which the first is active.
type Keys = [CustomerKey; 2];

fn killed(place: &Place, variables: &[(&str, &str)], url: &StoreUrl) {
    let mut server = Serving::start_with(place, variables, &FLAGS);
    let ada = Account::sign_up(&server);
    let mut keys = [CustomerKey::of(1), CustomerKey::of(2)];
    let enable = json!({ "fingerprint": keys[0].fingerprint() });
    let about = format!("/v1/vaults/{}/cmek", ada.vault);
    assert_eq!(server.call("POST", &about, &ada.token, &enable).0, 200);
    put_all(&server, &ada, &keys[0]);
    let mut cut_off = 0;
    // a kill may come too late; one has to come in time, or nothing was seen
    for round in 0..PATIENCE {
        if cut_off > 0 {
            break;
        }
        let job = begin(&server, &ada, &keys);
        while status(&server, &ada, &job).1 == 0 {}
        server.signal(Signal::KILL);
        drop(server);
        wait_out(url);
        server = Serving::start_with(place, variables, &FLAGS);
        let (state, processed) = status(&server, &ada, &job);
        let rotated = opens(&server, &ada, &keys);
        if state == "completed" {
            assert_eq!(rotated, VERSIONS, "round {round}");
        } else {
            assert_eq!(state, "failed", "round {round}");
            assert_eq!(rotated, processed, "round {round}: a batch is whole");
            assert!(rotated >= 100 && rotated.is_multiple_of(100), "{rotated}");
            cut_off += 1;
            let again = begin(&server, &ada, &keys);
            let mut now = status(&server, &ada, &again);
            while now.0 == "running" {
                now = status(&server, &ada, &again);
            }
            assert_eq!(now, ("completed".to_owned(), VERSIONS - rotated));
            assert_eq!(opens(&server, &ada, &keys), VERSIONS);
        }
        keys.reverse();
    }
    assert!(cut_off > 0, "no kill came before a rotation had ended");
    let log = server.stop();
    for key in keys {
        assert!(!log.contains(key.text()), "a key is in the log");
    }
}

fn put_all(server: &Serving<'_>, ada: &Account, key: &CustomerKey) {
    std::thread::scope(|scope| {
        for path in 0..9 {
            scope.spawn(move || {
                for number in 1..=VERSIONS / 9 {
                    let blob = key.encrypt(&format!("{path} {number}"));
                    assert_eq!(ada.put(server, &format!("p/{path}"), &blob).0, 201);
                }
            });
        }
    });
}

/// Begins a rotation, and gives the address where it is shown.
fn begin(server: &Serving<'_>, ada: &Account, [old, new]: &Keys) -> String {
    let path = format!("/v1/vaults/{}/cmek-rotate", ada.vault);
    let body = json!({ "new_fingerprint": new.fingerprint() }).to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         X-CMEK-Old-Key: {}\r\nX-CMEK-New-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
        ada.token,
        old.text(),
        new.text(),
        body.len()
    );
    let (status, answer) = exchange(server.connect(), &request);
    assert_eq!(status, 202, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    format!("{path}/{}", answer["id"].as_str().unwrap())
}

/// How a rotation stands, and how many versions it is done with.
fn status(server: &Serving<'_>, ada: &Account, job: &str) -> (String, usize) {
    let (status, answer) = server.call("GET", job, &ada.token, &Value::Null);
    assert_eq!(status, 200, "{answer}");
    let processed = answer["processed"].as_u64().unwrap();
    (
        answer["status"].as_str().unwrap().to_owned(),
        usize::try_from(processed).unwrap(),
    )
}

/// Reads every version with the key that it names: how many are under the new one.
fn opens(server: &Serving<'_>, ada: &Account, [old, new]: &Keys) -> usize {
    let mut rotated = 0;
    for path in 0..9 {
        for number in 1..=VERSIONS / 9 {
            let target = format!("/v1/vaults/{}/secret-version/p/{path}/{number}", ada.vault);
            let (status, answer) = server.call("GET", &target, &ada.token, &Value::Null);
            assert_eq!(status, 200, "{answer}");
            let is_new = answer["cmek_fingerprint"] == new.fingerprint();
            let key = if is_new { new } else { old };
            assert_eq!(answer["cmek_fingerprint"], key.fingerprint());
            let opened = key.decrypt(answer["value"].as_str().unwrap());
            assert_eq!(opened, Some(format!("{path} {number}")));
            rotated += usize::from(is_new);
        }
    }
    rotated
}

/// As if so much time had passed that nobody works at the rotation any more.
fn wait_out(url: &StoreUrl) {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let store = DieselStore::open(url, StoreOptions::default())
            .await
            .unwrap();
        let sql = "UPDATE cmek_jobs SET held_until = created_at";
        store.raw_execute(sql).await.unwrap();
        store.close().await;
    });
}
