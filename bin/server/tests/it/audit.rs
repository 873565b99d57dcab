//! `oneclaw audit`: the logs in the store, and files that were taken from them. Row ids are those of the abuse cases.

use std::fs::File;
use std::io::Write;

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::account::Account;
use crate::program::{Place, Ran};
use crate::serving::Serving;

const QUIET: (&str, &str) = ("ONECLAW_LOG_LEVEL", "off");

fn audit(place: &Place, arguments: &[&str]) -> Ran {
    place.run_with(&[QUIET], &[&["audit"], arguments].concat())
}

/// A place where somebody was served, and their organization.
fn lived_in(place: &Place) -> String {
    let server = Serving::start(place, &[]);
    let ada = Account::sign_up(&server);
    let (status, me) = server.call("GET", "/v1/auth/me", &ada.token, &Value::Null);
    assert_eq!(status, 200);
    server.stop();
    me["org_id"].as_str().unwrap().to_owned()
}

#[test]
fn aud_11_a_file_is_checked_with_nothing_but_the_master_key() {
    let place = Place::new();
    let org = lived_in(&place);
    let log = audit(&place, &["export", "--org", &org]).worked();
    place.write("log.jsonl", &log);
    let said = audit(&place, &["verify", "log.jsonl"]).worked();
    assert!(said.contains(&format!("organization {org}")), "{said}");
    assert_eq!(said.lines().count(), 1);
    // the export itself says who took it
    let again = audit(&place, &["export", "--org", &org]).worked();
    assert!(again.contains(r#""operator":""#), "{again}");
    let own = audit(&place, &["export", "--installation"]).worked();
    place.write("own.jsonl", &own);
    audit(&place, &["verify", "own.jsonl"]).worked();

    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let whole = |lines: &[&str]| lines.concat();
    let changed = lines[1].replace("\"ok\"", "\"no\"");
    for (file, said) in [
        (
            whole(&[lines[0], &changed, &whole(&lines[2..])]),
            "line 2 is broken",
        ),
        (whole(&[lines[0], &whole(&lines[2..])]), "line 2 is broken"),
        (whole(&lines[..lines.len() - 1]), "the file is incomplete"),
        (log[..log.len() - 40].to_owned(), "the file is incomplete"),
        (log[..log.len() / 2].to_owned(), "the file is incomplete"),
        (String::new(), "the file is incomplete"),
        ("{}\n".to_owned(), "line 1 is broken"),
        (format!("{log}{log}"), "it stands behind the export's end"),
    ] {
        place.write("bad.jsonl", &file);
        let line = audit(&place, &["verify", "bad.jsonl"]).refused(1);
        assert!(line.contains(said), "{line}: {said}");
    }
    std::fs::write(
        place.path("bad.jsonl"),
        [lines[0].as_bytes(), b"\xff\xfe\n"].concat(),
    )
    .unwrap();
    let line = audit(&place, &["verify", "bad.jsonl"]).refused(1);
    assert!(line.contains("line 2 is broken"), "{line}");
    audit(&place, &["verify", "nowhere.jsonl"]).refused(1);
}

#[test]
fn aud_11_a_line_of_a_gibibyte_takes_no_memory() {
    let place = Place::new();
    let org = lived_in(&place);
    let log = audit(&place, &["export", "--org", &org]).worked();
    let first = log.lines().next().unwrap();
    let mut file = File::create(place.path("long.jsonl")).unwrap();
    file.write_all(format!("{first}\n").as_bytes()).unwrap();
    file.set_len(1 << 30).unwrap(); // zeros, and no end of line
    let line = audit(&place, &["verify", "long.jsonl"]).refused(1);
    assert!(line.contains("line 2 is broken"), "{line}");
}

#[test]
fn aud_13_another_master_key_is_said() {
    let place = Place::new();
    let org = lived_in(&place);
    let log = audit(&place, &["export", "--org", &org]).worked();
    let elsewhere = Place::new();
    lived_in(&elsewhere);
    elsewhere.write("log.jsonl", &log);
    let line = audit(&elsewhere, &["verify", "log.jsonl"]).refused(1);
    assert!(line.contains("not under this master key"), "{line}");
}

#[test]
fn aud_04_killed_in_the_middle_every_chain_holds() {
    let place = Place::new();
    let mut server = Serving::start(&place, &["--rate-limits", "off"]);
    let ada = Account::sign_up(&server);
    for round in 0..3 {
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (server, ada) = (&server, &ada);
                scope.spawn(move || {
                    for n in 0..200 {
                        let path = ada.path(&format!("w{writer}/{n}"));
                        let body = json!({ "value": "kept" });
                        if server.attempt("PUT", &path, &ada.token, &body).is_none() {
                            return;
                        }
                        if writer == 0 && n == 20 * (round + 1) {
                            server.signal(Signal::KILL);
                        }
                    }
                });
            }
        });
        drop(server);
        let said = audit(&place, &["check"]).worked();
        assert!(said.lines().count() >= 2, "{said}");
        assert!(
            said.lines().all(|line| line.ends_with("events hold")),
            "{said}"
        );
        server = Serving::start(&place, &["--rate-limits", "off"]);
    }
    server.stop();
}

#[test]
fn aud_13_a_new_audit_key_is_listed_and_counts_later() {
    let place = Place::new();
    lived_in(&place);
    let said = place
        .run_with(&[QUIET], &["keys", "rotate", "audit"])
        .worked();
    assert!(said.starts_with("audit key "), "{said}");
    let status = place.run_with(&[QUIET], &["keys", "status"]).worked();
    assert_eq!(status.matches("audit key ").count(), 2, "{status}");
    place
        .run_with(&[QUIET], &["keys", "rotate", "master"])
        .worked();
    audit(&place, &["check"]).worked();
    let nobody = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10";
    let line = audit(&place, &["check", "--org", nobody]).refused(1);
    assert_eq!(line, format!("oneclaw: there is no organization {nobody}"));
}

/// Changes the store while no server runs.
fn tamper(place: &Place, statements: &[String]) {
    let url = format!("sqlite://{}", place.path("data/oneclaw.db").display());
    actix_web::rt::System::new().block_on(async {
        let url = StoreUrl::parse(&url).unwrap();
        let store = DieselStore::open(&url, StoreOptions::default());
        let store = store.await.unwrap();
        for sql in statements {
            assert_eq!(store.raw_execute(sql).await.unwrap(), 1, "{sql}");
        }
        store.close().await;
    });
}

#[test]
fn aud_02_a_file_says_that_the_log_was_cut_before_it_was_taken() {
    let place = Place::new();
    let org = lived_in(&place);
    let id = format!("X'{}'", org.replace('-', ""));
    let newest = format!(
        "WHERE org_id = {id} AND chain_position = (SELECT max(chain_position) FROM audit_events WHERE org_id = {id})"
    );
    let end = format!("WHERE chain = {id}");
    let check = || {
        let log = audit(&place, &["export", "--org", &org]).worked();
        place.write("log.jsonl", &log);
        let said = audit(&place, &["verify", "log.jsonl"]).refused(1);
        assert!(said.contains("every line is as it was written"), "{said}");
        (log.lines().count(), said)
    };
    tamper(
        &place,
        &[
            format!("DELETE FROM audit_events {newest}"),
            format!(
                "UPDATE audit_chains SET (length, last_event_id, last_hash) = (SELECT chain_position, id, integrity_hash FROM audit_events {newest}) {end}"
            ),
        ],
    );
    let (before, said) = check();
    assert!(said.contains("(end_changed)"), "{said}");
    tamper(&place, &[format!("DELETE FROM audit_chains {end}")]);
    let (after, said) = check();
    assert!(said.contains("(end_missing)"), "{said}");
    // that of the first export, and that of this one, which begins at the first place again
    assert_eq!(after, before + 2);
}

#[test]
fn aud_01_what_has_no_organization_is_named_and_hides_no_other_broken_chain() {
    const REST: &str = "action, actor_type, actor_id, resource_type, resource_id, details, outcome, request_id, created_at";
    let place = Place::new();
    let org = lived_in(&place);
    let own = format!("org_id = X'{}'", org.replace('-', ""));
    let add = |id: &str, to: &str| {
        format!(
            "INSERT INTO audit_events (id, org_id, {REST}) SELECT {id}, {to}, {REST} FROM audit_events WHERE {own} AND chain_position = 1"
        )
    };
    let unknown = "018f3a52-7d1c-7e11-9a55-3b7a2f9d4c10";
    tamper(
        &place,
        &[
            add("randomblob(16)", "X'0102'"),
            add("randomblob(16)", "zeroblob(16)"),
            add(
                "randomblob(16)",
                &format!("X'{}'", unknown.replace('-', "")),
            ),
            "UPDATE audit_chains SET last_event_id = X'01' WHERE chain = zeroblob(16)".to_owned(),
            format!(
                "UPDATE audit_events SET request_id = 'another' WHERE {own} AND chain_position = 2"
            ),
        ],
    );
    let ran = audit(&place, &["check"]);
    assert_eq!(ran.status, Some(1), "{}", ran.err);
    assert!(ran.err.contains("audit chains are broken"), "{}", ran.err);
    for line in [
        "the installation: broken (a stored row is corrupt".to_owned(),
        format!("organization {org}: broken (changed)"),
        format!("organization {unknown}: broken (end_missing)"),
        "no organization: broken (2 events or ends".to_owned(),
    ] {
        assert!(ran.out.contains(&line), "{line}: {}", ran.out);
    }
}
