//! What lies below the server goes away, stands still, or is broken: it says so, keeps what it
//! acknowledged, and goes on when that is back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use oneclaw_services::Store;
use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::postgres::{self, Cluster};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::account::Account;
use crate::program::Place;
use crate::serving::{Serving, pause};

const FLAGS: [&str; 4] = [
    "--rate-limits",
    "off",
    "--public-url",
    "https://secrets.example.com",
];
const WRITERS: usize = 4;
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longer than the server waits for a store: what waits longer, waits without end.
const BOUND: Duration = Duration::from_secs(25);

/// Writes on through a fault, and gives what was acknowledged. Each try is answered in time, by 201
/// or by 503, and what was answered by 503 may be tried again.
fn write_through(server: &Serving<'_>, ada: &Account, fault: impl FnOnce()) -> Vec<String> {
    let is_over = AtomicBool::new(false);
    let kept = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let is_over = &is_over;
                scope.spawn(move || write_on(server, ada, writer, is_over))
            })
            .collect();
        fault();
        is_over.store(true, Ordering::SeqCst);
        let written = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        written.collect()
    });
    await_ready(server);
    kept
}

fn write_on(
    server: &Serving<'_>,
    ada: &Account,
    writer: usize,
    is_over: &AtomicBool,
) -> Vec<String> {
    let mut kept = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let secret = format!("kept/{writer}-{}", kept.len());
        let begin = Instant::now();
        let (status, answer) = ada.put(server, &secret, &format!("the value of {secret}"));
        assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
        match status {
            201 => kept.push(secret),
            503 => pause(Duration::from_millis(20)),
            _ => panic!("{status}: {answer}"),
        }
    }
    kept
}

fn await_ready(server: &Serving<'_>) {
    let begin = Instant::now();
    while server.get("/readyz").0 != 200 {
        assert!(begin.elapsed() < PATIENCE, "{}", server.log());
        pause(Duration::from_millis(50));
    }
}

fn all_open(server: &Serving<'_>, ada: &Account, kept: &[String]) {
    assert!(!kept.is_empty());
    for secret in kept {
        ada.opens(server, secret, &format!("the value of {secret}"));
    }
}

/// One statement, by a connection of its own.
fn execute(url: &str, sql: &str) {
    Runtime::new().unwrap().block_on(async {
        let url = StoreUrl::parse(url).unwrap();
        let store = DieselStore::open(&url, StoreOptions::default())
            .await
            .unwrap();
        // the connection may be among those that it ends
        let _done = store.raw_execute(sql).await;
        store.close().await;
    });
}

#[test]
fn flt_02_terminated_backends_cost_a_503_at_most() {
    let database = postgres::shared().create_database(None).unwrap();
    let place = Place::new();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let server = Serving::start_with(&place, &variables, &FLAGS);
    let ada = Account::sign_up(&server);
    let kept = write_through(&server, &ada, || {
        for _ in 0..10 {
            pause(Duration::from_millis(100));
            execute(
                database.url(),
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            );
        }
    });
    all_open(&server, &ada, &kept);
    server.stop();
}

/// A backend that is killed takes all others with it: the server recovers as after an immediate stop.
#[test]
fn flt_02_a_postgres_that_crashes_and_recovers_loses_nothing_acknowledged() {
    let cluster = Cluster::start_durable().unwrap();
    let database = cluster.create_database(None).unwrap();
    let place = Place::new();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let server = Serving::start_with(&place, &variables, &FLAGS);
    let ada = Account::sign_up(&server);
    let kept = write_through(&server, &ada, || {
        for _ in 0..2 {
            pause(Duration::from_millis(500));
            kill_process(a_backend(database.url()), Signal::KILL).unwrap();
            pause(Duration::from_millis(500));
        }
    });
    all_open(&server, &ada, &kept);
    server.stop();
}

/// The process of a connection to the database.
fn a_backend(url: &str) -> Pid {
    let begin = Instant::now();
    loop {
        let found = Runtime::new().unwrap().block_on(async {
            let url = StoreUrl::parse(url).ok()?;
            let store = DieselStore::open(&url, StoreOptions::default())
                .await
                .ok()?;
            let sql = "SELECT CAST(pid AS TEXT) AS text FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid() \
                AND backend_type = 'client backend' LIMIT 1";
            let rows = store.raw_rows(sql).await.ok()?;
            Pid::from_raw(rows.first()?.parse().ok()?)
        });
        if let Some(pid) = found {
            return pid;
        }
        assert!(begin.elapsed() < PATIENCE, "it does not come back");
        pause(Duration::from_millis(50));
    }
}

#[test]
fn flt_04_a_write_lock_that_another_process_holds_is_waited_for_in_vain_and_not_without_end() {
    let place = Place::new();
    let server = Serving::start_with(&place, &[], &FLAGS);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "before", "v").0, 201);
    let runtime = Runtime::new().unwrap();
    let url = StoreUrl::Sqlite(place.path("data/oneclaw.db"));
    let store = runtime
        .block_on(DieselStore::open(&url, StoreOptions::default()))
        .unwrap();
    let held = runtime.block_on(store.begin()).unwrap();
    let answers = std::thread::scope(|scope| {
        let ask = |number: usize| {
            let (server, ada) = (&server, &ada);
            scope.spawn(move || {
                let begin = Instant::now();
                let status = if number.is_multiple_of(2) {
                    ada.put(server, "held", "v").0
                } else {
                    ada.read(server, "before").0
                };
                (status, begin.elapsed())
            })
        };
        let asked: Vec<_> = (0..40).map(ask).collect();
        pause(Duration::from_millis(200));
        assert_eq!(server.get("/livez").0, 200, "the process answers");
        let answers = asked.into_iter().map(|one| one.join().unwrap());
        answers.collect::<Vec<_>>()
    });
    for (status, time) in answers {
        assert_eq!(status, 503);
        assert!(time < BOUND, "{time:?}");
    }
    assert_eq!(server.get("/readyz").0, 503);
    drop(held);
    await_ready(&server);
    ada.opens(&server, "before", "v");
    assert_eq!(ada.read(&server, "held").0, 404, "nothing half done");
    assert_eq!(ada.put(&server, "held", "v").0, 201);
    server.stop();
}

fn migration_killed(variables: &[(&str, &str)]) -> (Place, usize) {
    let place = Place::new();
    let mut cut_off = 0;
    for step in 0..12_u64 {
        let mut command = place.command(&["migrate"]);
        command.envs(variables.iter().copied());
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        pause(Duration::from_millis(step * 4));
        child.kill().unwrap();
        cut_off += usize::from(!child.wait().unwrap().success());
    }
    (place, cut_off)
}

#[test]
fn flt_10_a_migration_that_was_killed_is_completed_by_the_next_start_on_sqlite() {
    let (place, cut_off) = migration_killed(&[]);
    assert!(cut_off > 0);
    let server = Serving::start_with(&place, &[], &FLAGS);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "k", "v").0, 201);
    server.stop();
}

#[test]
fn flt_10_a_migration_that_was_killed_is_completed_by_the_next_start_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    let (place, cut_off) = migration_killed(&variables);
    assert!(cut_off > 0);
    let server = Serving::start_with(&place, &variables, &FLAGS);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "k", "v").0, 201);
    server.stop();
}

/// A store with twenty secrets, whose server was killed.
fn left_behind(place: &Place) -> Account {
    let server = Serving::start_with(place, &[], &FLAGS);
    let ada = Account::sign_up(&server);
    for number in 0..20 {
        let value = "x".repeat(4000);
        assert_eq!(ada.put(&server, &format!("k/{number}"), &value).0, 201);
    }
    server.signal(Signal::KILL);
    ada
}

/// How the server deals with a store that is broken: it refuses to start in one line, or it serves,
/// and what it cannot read is 503. It makes no store anew.
fn is_not_made_anew(place: &Place, ada: &Account) {
    let key = std::fs::read(place.path("data/master.key")).unwrap();
    let size = || {
        let file = std::fs::metadata(place.path("data/oneclaw.db")).unwrap();
        file.len()
    };
    let before = size();
    let status = place.run(&["keys", "status"]);
    if status.status == Some(0) {
        let server = Serving::start_with(place, &[], &FLAGS);
        for number in 0..20 {
            let (status, value) = ada.read(&server, &format!("k/{number}"));
            assert!([200, 401, 404, 503].contains(&status), "{status}");
            assert!(value.is_none_or(|value| value == "x".repeat(4000)));
        }
        server.signal(Signal::TERM);
        let (_, log) = server.ended();
        assert!(!log.contains("panicked"), "{log}");
    } else {
        assert!(status.err.starts_with("oneclaw: "), "{}", status.err);
    }
    assert!(size() >= before, "it was made anew");
    assert_eq!(std::fs::read(place.path("data/master.key")).unwrap(), key);
}

#[test]
fn flt_11_a_broken_page_is_told_and_nothing_is_made_anew() {
    let place = Place::new();
    let server = Serving::start_with(&place, &[], &FLAGS);
    let ada = Account::sign_up(&server);
    for number in 0..20 {
        let value = "x".repeat(4000);
        assert_eq!(ada.put(&server, &format!("k/{number}"), &value).0, 201);
    }
    // all of it in the file, nothing in the log beside it
    server.stop();
    let path = place.path("data/oneclaw.db");
    let whole = std::fs::read(&path).unwrap();
    for part in 1..8 {
        let mut broken = whole.clone();
        let at = whole.len() / 4096 * part / 8 * 4096;
        broken[at..at + 4096].fill(0x5a);
        std::fs::write(&path, &broken).unwrap();
        for beside in ["data/oneclaw.db-wal", "data/oneclaw.db-shm"] {
            let _gone = std::fs::remove_file(place.path(beside));
        }
        is_not_made_anew(&place, &ada);
    }
}

#[test]
fn flt_11_a_log_that_was_cut_is_no_reason_to_begin_anew() {
    for tenths in [1, 5, 9] {
        let place = Place::new();
        let ada = left_behind(&place);
        let log = place.path("data/oneclaw.db-wal");
        let written = std::fs::read(&log).unwrap();
        assert!(!written.is_empty());
        std::fs::write(&log, &written[..written.len() / 10 * tenths]).unwrap();
        is_not_made_anew(&place, &ada);
    }
}

#[test]
fn flt_12_a_stop_in_the_middle_of_reads_answers_every_one_that_was_counted() {
    const MOST: usize = 100_000;
    let place = Place::new();
    let server = Serving::start_with(&place, &[], &FLAGS);
    let ada = Account::sign_up(&server);
    let body = json!({ "value": "v", "max_access_count": MOST });
    let put = server.call("PUT", &ada.path("counted"), &ada.token, &body);
    assert_eq!(put.0, 201);
    let received = std::thread::scope(|scope| {
        let read_on = || {
            let mut received = 0;
            while let Some((status, _)) =
                server.attempt("GET", &ada.path("counted"), &ada.token, &Value::Null)
            {
                assert_eq!(status, 200);
                received += 1;
            }
            received
        };
        let readers: Vec<_> = (0..8).map(|_| scope.spawn(read_on)).collect();
        pause(Duration::from_millis(500));
        server.signal(Signal::TERM);
        let received = readers.into_iter().map(|reader| reader.join().unwrap());
        received.sum::<u64>()
    });
    let (status, log) = server.ended();
    assert_eq!(status, Some(0), "{log}");
    let server = Serving::start_with(&place, &[], &FLAGS);
    let versions = format!("/v1/vaults/{}/secret-versions/counted", ada.vault);
    let (status, answer) = server.call("GET", &versions, &ada.token, &Value::Null);
    assert_eq!(status, 200, "{answer}");
    assert!(received > 0);
    assert_eq!(answer["versions"][0]["access_count"], received);
    server.stop();
}

/// The memory that the process has, in KiB.
fn memory(server: &Serving<'_>) -> u64 {
    let status = server.process("status");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn ops_10_a_collector_that_is_down_or_never_answers_holds_nothing_up() {
    // nobody accepts there, but the system takes connections
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for endpoint in ["http://127.0.0.1:1", silent.as_str()] {
        let place = Place::new();
        let flags = [&FLAGS[..], &["--otlp-endpoint", endpoint]].concat();
        let server = Serving::start_with(&place, &[], &flags);
        let ask = |many: usize| {
            let begin = Instant::now();
            for _ in 0..many {
                assert_eq!(server.get("/v1/health").0, 200);
            }
            begin.elapsed()
        };
        ask(500);
        let before = memory(&server);
        let time = ask(5_000);
        assert!(time < PATIENCE, "{time:?}");
        let grown = memory(&server).saturating_sub(before);
        assert!(grown < 48 * 1024, "{grown} KiB more");
        server.stop();
    }
}
