//! kill -9 under load, and what is there after the restart on the same data.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use oneclaw_testkit::postgres;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, pause};

const ROUNDS: usize = 20;
/// More rounds than this are not tried.
const PATIENCE: usize = 40;
const READERS: usize = 8;
const WRITERS: usize = 2;
/// How many values each round's counted secret has to give.
const MOST: usize = 20;
/// Every run kills at the same moments: so many values after the start of the round, and so many microseconds.
const SEED: u64 = 20_261_124;

const VALUE: &str = "a value for twenty";
const FLAGS: [&str; 4] = [
    "--rate-limits",
    "off",
    "--public-url",
    "https://secrets.example.com",
];

#[test]
fn cnt_03_flt_01_killed_under_load_nothing_acknowledged_is_lost_or_given_twice_on_sqlite() {
    let place = Place::new();
    rounds(&place, &[]);
}

#[test]
fn cnt_03_flt_01_killed_under_load_nothing_acknowledged_is_lost_or_given_twice_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let place = Place::new();
    rounds(&place, &[("ONECLAW_DATABASE_URL", database.url())]);
}

fn rounds(place: &Place, variables: &[(&str, &str)]) {
    let start = || Serving::start_with(place, variables, &FLAGS);
    let mut server = start();
    let ada = Account::sign_up(&server);
    let (mut moments, mut cut_off, mut kept) = (Moments(SEED), 0, Vec::new());
    // On a busy machine a kill may come late; one at least has to come in time, or nothing was seen.
    for round in 0..PATIENCE {
        if round >= ROUNDS && cut_off > 0 {
            break;
        }
        let few = format!("few-{round}");
        let body = json!({ "value": VALUE, "max_access_count": MOST });
        let put = server.call("PUT", &ada.path(&few), &ada.token, &body);
        assert_eq!(put.0, 201, "{}", put.1);
        let (received, acknowledged) = until_killed(&server, &ada, round, moments.next());
        kept.extend(acknowledged);
        drop(server);
        server = start();

        let counted = access_count(&server, &ada, &few);
        assert!(
            received <= counted && counted <= MOST,
            "round {round}: {received} received, {counted} counted"
        );
        cut_off += usize::from(counted < MOST);
        let after = drain(&server, &ada, &few);
        assert_eq!(counted + after, MOST, "round {round}");
        assert_eq!(access_count(&server, &ada, &few), MOST, "round {round}");
        for secret in &kept {
            ada.opens(&server, secret, &value_of(secret));
        }
    }
    assert!(cut_off > 0, "no kill came before the last value had left");
    server.stop();
    // and everything that was done is one chain, as if nothing had happened
    let checked = place.run_with(variables, &["audit", "check"]);
    assert_eq!(checked.status, Some(0), "{}{}", checked.out, checked.err);
}

/// Reads and writes until the server is killed: how many values arrived, and which secrets were acknowledged.
fn until_killed(
    server: &Serving<'_>,
    ada: &Account,
    round: usize,
    (values, time): (usize, Duration),
) -> (usize, Vec<String>) {
    std::thread::scope(|scope| {
        let (kept, keeping) = mpsc::channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (name, kept) = (format!("{round}-{writer}"), kept.clone());
                scope.spawn(move || write_on(server, ada, &name, &kept))
            })
            .collect();
        keeping.recv().unwrap();
        let (arrived, arrivals) = mpsc::channel();
        for _ in 0..READERS {
            let arrived = arrived.clone();
            scope.spawn(move || read_on(server, ada, round, &arrived));
        }
        drop(arrived);
        let before = arrivals.iter().take(values).count();
        pause(time);
        server.signal(Signal::KILL);
        // The rest had left before the kill, or left with it.
        let received = before + arrivals.iter().count();
        let acknowledged = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        (received, acknowledged.collect())
    })
}

/// Reads the round's counted secret as long as it gives values, and reports each one.
fn read_on(server: &Serving<'_>, ada: &Account, round: usize, arrived: &Sender<()>) {
    let path = ada.path(&format!("few-{round}"));
    while let Some((status, answer)) = server.attempt("GET", &path, &ada.token, &Value::Null) {
        if status == 410 {
            return;
        }
        assert_eq!((status, answer["value"].as_str()), (200, Some(VALUE)));
        arrived.send(()).unwrap();
    }
}

/// Writes secrets until there is no answer any more, and reports each one: those that were acknowledged.
fn write_on(server: &Serving<'_>, ada: &Account, name: &str, kept: &Sender<()>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let secret = format!("kept/{name}-{}", acknowledged.len());
        let body = json!({ "value": value_of(&secret) });
        let Some((status, answer)) = server.attempt("PUT", &ada.path(&secret), &ada.token, &body)
        else {
            return acknowledged;
        };
        assert_eq!(status, 201, "{answer}");
        acknowledged.push(secret);
        kept.send(()).unwrap();
    }
}

/// Reads until there is nothing left, and sees that there never is again: how many values left.
fn drain(server: &Serving<'_>, ada: &Account, secret: &str) -> usize {
    for given in 0..=MOST {
        let (status, value) = ada.read(server, secret);
        if status == 410 {
            assert_eq!(value, None);
            assert_eq!(ada.read(server, secret), (410, None));
            return given;
        }
        assert_eq!((status, value.as_deref()), (200, Some(VALUE)));
    }
    panic!("{secret} gave more than {MOST} values after the restart");
}

fn value_of(secret: &str) -> String {
    format!("the value of {secret}")
}

/// How often the value was given out, by the store.
fn access_count(server: &Serving<'_>, ada: &Account, secret: &str) -> usize {
    let path = format!("/v1/vaults/{}/secret-versions/{secret}", ada.vault);
    let (status, answer) = server.call("GET", &path, &ada.token, &Value::Null);
    assert_eq!(status, 200, "{answer}");
    let count = answer["versions"][0]["access_count"].as_u64().unwrap();
    usize::try_from(count).unwrap()
}

/// When to kill: numbers that look random and are the same in every run (Knuth's MMIX generator).
struct Moments(u64);

impl Moments {
    /// After how many values, and how long after.
    fn next(&mut self) -> (usize, Duration) {
        let values = self.below(8) + 1;
        (
            usize::try_from(values).unwrap(),
            Duration::from_micros(self.below(1_000)),
        )
    }

    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
