//! `oneclaw keys`, beside servers that serve.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::account::{Account, names_os_user};
use crate::program::Place;
use crate::serving::{Serving, pause};

const QUIET: (&str, &str) = ("ONECLAW_LOG_LEVEL", "off");
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const NEW_KEY: &str = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

fn keys(place: &Place, arguments: &[&str]) -> String {
    place
        .run_with(&[QUIET], &[&["keys"], arguments].concat())
        .worked()
}

/// The key ids that `keys status` names on lines that begin so.
fn named(status: &str, kind: &str) -> Vec<String> {
    let lines = status.lines().filter_map(|line| line.strip_prefix(kind));
    lines
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

#[test]
fn without_a_store_there_are_no_keys_and_none_are_made() {
    let place = Place::new();
    for arguments in [
        &["status"][..],
        &["rotate", "master"],
        &["rotate", "signing"],
    ] {
        let line = place
            .run_with(&[QUIET], &[&["keys"], arguments].concat())
            .refused(1);
        assert_eq!(
            line,
            "oneclaw: there is no store here yet: start the server once"
        );
    }
    let line = place.run(&["keys", "backup-path"]).refused(1);
    assert!(line.contains("master.key cannot be found"), "{line}");
    place.run_with(&[QUIET], &["migrate"]).worked();
    let line = place.run_with(&[QUIET], &["keys", "status"]).refused(1);
    assert!(line.contains("start the server once"), "{line}");
    assert!(!place.path("data/master.key").exists());
}

#[test]
fn a_new_signing_key_leaves_old_tokens_good_and_an_emergency_does_not() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let mut ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "db", "v1").0, 201);
    let before = named(&keys(&place, &["status"]), "signing key ");
    assert_eq!(before.len(), 1);

    let said = keys(&place, &["rotate", "signing"]);
    assert!(said.contains("verify until 20"), "{said}");
    let after = named(&keys(&place, &["status"]), "signing key ");
    assert_eq!((after.len(), &after[0]), (2, &before[0]));
    ada.opens(&server, "db", "v1");

    // Another instance signs with the new key; this one has to find out what that is.
    let other = Serving::start(&place, &[]);
    let old_token = ada.token.clone();
    ada.log_in(&other);
    assert_ne!(ada.token, old_token);

    let said = keys(&place, &["rotate", "signing", "--emergency"]);
    assert!(said.contains("everyone has to log in again"), "{said}");
    for token in [old_token, ada.token.clone()] {
        ada.token = token;
        assert_eq!(
            (ada.read(&server, "db").0, ada.read(&other, "db").0),
            (401, 401)
        );
    }
    ada.log_in(&other);
    ada.opens(&other, "db", "v1");
}

#[test]
fn ops_10_what_is_done_to_keys_names_the_user_of_the_machine() {
    let place = Place::new();
    Serving::start(&place, &[]).stop();
    for what in [
        &["audit"][..],
        &["master"],
        &["signing"],
        &["signing", "--emergency"],
    ] {
        keys(&place, &[&["rotate"], what].concat());
    }
    let export = ["audit", "export", "--installation"];
    let log = place.run_with(&[QUIET], &export).worked();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (what, many) in [
        ("audit_key.rotate", 1),
        ("master_key.rotate", 1),
        ("master_key.rewrap", 1),
        ("signing_key.rotate", 2),
    ] {
        let of_it = |line: &&Value| line["event"]["details"]["what"] == what;
        let events: Vec<&Value> = lines.iter().filter(of_it).collect();
        assert_eq!(events.len(), many, "{what}: {log}");
        for event in events {
            names_os_user(&event["event"]);
        }
    }
}

#[test]
fn the_public_url_is_the_issuer_so_that_instances_take_each_others_tokens() {
    let place = Place::new();
    let url = ["--public-url", "https://secrets.example.com"];
    let one = Serving::start(&place, &url);
    let two = Serving::start(&place, &url);
    let ada = Account::sign_up(&one);
    assert_eq!(ada.put(&one, "db", "v1").0, 201);
    ada.opens(&two, "db", "v1");
}

#[test]
fn cry_05_a_rotation_killed_at_many_points_while_serving_goes_on_and_every_secret_opens() {
    let place = Place::new();
    let flags = [
        "--rate-limits",
        "off",
        "--public-url",
        "https://secrets.example.com",
    ];
    let server = Serving::start(&place, &flags);
    let ada = Account::sign_up(&server);
    for _ in 0..30 {
        assert_eq!(ada.add_vault(&server), 201);
    }
    assert_eq!(ada.put(&server, "db", "v1").0, 201);
    let first = named(&keys(&place, &["status"]), "master key ");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = OnEnd(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                ada.opens(&server, "db", "v1");
            }
        });
        for step in 0..50 {
            kill_after(&place, Duration::from_millis(2 * step));
        }
        // A busy machine may not have come far: one more, once there is a new key.
        let file = place.path("data/master.key");
        let mut child = rotation(&place).spawn().unwrap();
        while std::fs::read_to_string(&file)
            .unwrap()
            .matches("\noneclaw-master-key-1 ")
            .count()
            < 2
        {
            if child.try_wait().unwrap().is_some() {
                child = rotation(&place).spawn().unwrap();
            }
            pause(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let said = rotate_until_free(&place);
        assert!(
            said.contains("going on with the rotation") && said.contains(" is in force; "),
            "{said}"
        );
    });
    assert_eq!(ada.put(&server, "db", "v2").0, 201);
    let status = keys(&place, &["status"]);
    assert_ne!(named(&status, "master key "), first);
    assert!(
        !status.contains("former") && !status.contains("rotate"),
        "{status}"
    );
    let retired = format!("data/master.key.retired-{}", first[0]);
    assert!(place.path(&retired).exists());
    server.stop();
    ada.opens(&Serving::start(&place, &flags), "db", "v2");
}

/// Tells the reader to end, also when the test fails.
struct OnEnd<'a>(&'a AtomicBool);

impl Drop for OnEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn rotation(place: &Place) -> Command {
    let mut command = place.command(&["keys", "rotate", "master"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn kill_after(place: &Place, time: Duration) {
    let mut child = rotation(place).spawn().unwrap();
    pause(time);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What a killed rotation held, its lease, runs out by itself; until then others are refused.
fn rotate_until_free(place: &Place) -> String {
    loop {
        let ran = place.run_with(&[QUIET], &["keys", "rotate", "master"]);
        if ran.status == Some(0) {
            return ran.worked();
        }
        assert_eq!(
            ran.err,
            "oneclaw: another key rotation is running, or was cut off within the last 15 seconds\n"
        );
        pause(Duration::from_secs(1));
    }
}

#[test]
fn cry_05_two_rotations_at_once_do_not_get_into_each_others_way() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let ada = Account::sign_up(&server);
    assert_eq!(ada.put(&server, "db", "v1").0, 201);
    let runs: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| place.run_with(&[QUIET], &["keys", "rotate", "master"])))
            .collect();
        started.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(runs.iter().any(|run| run.status == Some(0)));
    for run in runs.into_iter().filter(|run| run.status != Some(0)) {
        assert_eq!(
            run.err,
            "oneclaw: another key rotation is running, or was cut off within the last 15 seconds\n"
        );
    }
    ada.opens(&server, "db", "v1");
    assert_eq!(ada.add_vault(&server), 201);
}

#[test]
fn a_master_key_in_the_environment_is_rotated_as_the_operations_page_says() {
    let place = Place::new();
    let url = ["--public-url", "https://secrets.example.com"];
    let both = |current, previous| {
        [
            ("ONECLAW_MASTER_KEY", current),
            ("ONECLAW_MASTER_KEY_PREVIOUS", previous),
            QUIET,
        ]
    };
    let one = Serving::start_with(&place, &[("ONECLAW_MASTER_KEY", KEY)], &url);
    assert!(
        one.greeting.contains("master key in environment") && !one.greeting.contains("back up")
    );
    let ada = Account::sign_up(&one);
    assert_eq!(ada.put(&one, "db", "v1").0, 201);
    let variables = [("ONECLAW_MASTER_KEY", KEY), QUIET];
    let refused = place
        .run_with(&variables, &["keys", "rotate", "master"])
        .refused(1);
    assert!(
        refused.contains("there is no new master key: set ONECLAW_MASTER_KEY"),
        "{refused}"
    );

    let two = Serving::start_with(&place, &both(KEY, NEW_KEY), &url);
    let three = Serving::start_with(&place, &both(NEW_KEY, KEY), &url);
    ada.opens(&three, "db", "v1");
    assert_eq!(ada.put(&three, "web", "v1").0, 201);
    assert_eq!(ada.add_vault(&three), 503);
    let said = place
        .run_with(&both(NEW_KEY, KEY), &["keys", "rotate", "master"])
        .worked();
    assert!(said.contains(" is in force; "), "{said}");
    ada.opens(&two, "db", "v1");
    assert_eq!((ada.add_vault(&two), ada.add_vault(&three)), (503, 201));
    // The one that knows the old key alone says so, and writes nothing under it.
    assert_eq!((one.get("/readyz").0, three.get("/readyz").0), (503, 200));
    assert_eq!(ada.add_vault(&one), 503);
    one.stop();
    two.stop();
    three.stop();
    let refused = place
        .run_with(&variables, &["--listen", "127.0.0.1:0"])
        .refused(1);
    assert!(
        refused.contains("the store was made with master key"),
        "{refused}"
    );
    let server = Serving::start_with(&place, &[("ONECLAW_MASTER_KEY", NEW_KEY)], &url);
    ada.opens(&server, "db", "v1");
    ada.opens(&server, "web", "v1");
    assert!(!place.path("data/master.key").exists());
}

#[test]
fn openapi_prints_the_document_that_is_served() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let printed = place
        .run(&["openapi", "--listen", &server.address.to_string()])
        .worked();
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(
        server.get("/v1/openapi.json"),
        (200, printed.trim_end().to_owned())
    );
}
