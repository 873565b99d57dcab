//! A first start, a second one, and what stops a start.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::program::Place;
use crate::serving::Serving;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn ops_06_a_first_start_makes_everything_private_and_says_what_it_made() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let data = place.path("data").canonicalize().unwrap();
    let (store, key) = (data.join("oneclaw.db"), data.join("master.key"));
    assert_eq!(
        (mode(&data), mode(&store), mode(&key)),
        (0o700, 0o600, 0o600)
    );
    for file in std::fs::read_dir(&data).unwrap() {
        assert_eq!(mode(&file.unwrap().path()) & 0o077, 0);
    }
    let (address, greeting) = (server.address, &server.greeting);
    for part in [
        format!("serves http://{address}\n"),
        format!("  store    sqlite://{}", store.display()),
        format!("  keys     master key in file {}", key.display()),
        format!("  back up  {} was created now", key.display()),
        format!("  try      curl http://{address}/v1/health\n"),
    ] {
        assert!(greeting.contains(&part), "{part} is not in\n{greeting}");
    }
    assert_eq!(server.get("/v1/health").0, 200);
    assert_eq!(server.get("/readyz").0, 200);
    server.stop();
    let backup = place.run(&["keys", "backup-path"]).worked();
    assert_eq!(backup, format!("{}\n", key.display()));
}

#[test]
fn a_second_start_makes_nothing_and_keeps_the_keys() {
    let place = Place::new();
    let first = Serving::start(&place, &[]);
    let keys = first.get("/.well-known/jwks.json");
    assert_eq!(keys.0, 200);
    first.stop();
    let file = std::fs::read(place.path("data/master.key")).unwrap();
    let second = Serving::start(&place, &["serve"]);
    assert!(
        !second.greeting.contains("back up") && !second.greeting.contains("applied"),
        "{}",
        second.greeting
    );
    assert_eq!(second.get("/.well-known/jwks.json"), keys);
    assert_eq!(std::fs::read(place.path("data/master.key")).unwrap(), file);
}

#[test]
fn an_address_that_is_taken_stops_the_start_before_anything_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for flag in ["--listen", "--metrics-listen"] {
        let place = Place::new();
        let other = if flag == "--listen" {
            ["--metrics-listen", "off"]
        } else {
            ["--listen", "127.0.0.1:0"]
        };
        let line = place.run(&[flag, &address, other[0], other[1]]).refused(1);
        assert!(
            line.starts_with(&format!("oneclaw: could not listen on {address}: ")),
            "{line}"
        );
        assert!(line.contains("stop the program that has it"), "{line}");
        assert!(!place.path("data").exists());
    }
}

#[test]
fn a_data_directory_that_does_not_do_stops_the_start() {
    let place = Place::new();
    place.write("data", "a file");
    let line = place.run(&["--listen", "127.0.0.1:0"]).refused(1);
    assert!(
        line.contains("/data is not a directory; set data_dir to one"),
        "{line}"
    );
    let line = place
        .run(&["--listen", "127.0.0.1:0", "--data-dir", "/proc/none/data"])
        .refused(1);
    assert!(
        line.starts_with("oneclaw: data directory /proc/none/data cannot be made: "),
        "{line}"
    );
}

#[test]
fn ops_05_a_store_that_cannot_be_reached_is_named_without_its_password() {
    let place = Place::new();
    let url = "postgres://me:hunter2@127.0.0.1:1/one";
    let line = place
        .run_with(
            &[("ONECLAW_DATABASE_URL", url), ("ONECLAW_LOG_LEVEL", "off")],
            &["--listen", "127.0.0.1:0"],
        )
        .refused(1);
    assert!(
        line.contains("127.0.0.1:1") && !line.contains("hunter2"),
        "{line}"
    );
}

#[test]
fn cry_03_data_without_its_key_stops_the_start_and_no_new_key_is_made() {
    let place = Place::new();
    Serving::start(&place, &[]).stop();
    let key = place.path("data/master.key");
    let kept = place.path("kept.key");
    std::fs::copy(&key, &kept).unwrap();
    let text = std::fs::read_to_string(&key).unwrap();
    let other = Place::new();
    Serving::start(&other, &[]).stop();
    let damages: [(&str, &dyn Fn()); 6] = [
        ("is missing", &|| {}),
        ("is empty", &|| private(&key, "")),
        ("is short or garbled", &|| {
            private(&key, &text[..text.len() - 20]);
        }),
        ("has mode 0644", &|| {
            private(&key, &text);
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("is a symbolic link", &|| symlink(&kept, &key).unwrap()),
        ("the store was made with master key", &|| {
            std::fs::copy(other.path("data/master.key"), &key).unwrap();
        }),
    ];
    for (part, damage) in damages {
        std::fs::remove_file(&key).unwrap();
        damage();
        let before = std::fs::read(&key).ok();
        for arguments in [
            &["--listen", "127.0.0.1:0"][..],
            &["keys", "status"],
            &["keys", "rotate", "master"],
        ] {
            let line = place
                .run(&[&["--log-level", "off"], arguments].concat())
                .refused(1);
            assert!(line.contains(part), "{part} is not in {line}");
            assert_eq!(std::fs::read(&key).ok(), before);
        }
        if before.is_none() {
            private(&key, "for the next round to remove");
        }
    }
    std::fs::remove_file(&key).unwrap();
    std::fs::copy(&kept, &key).unwrap();
    Serving::start(&place, &[]).stop();
}

fn private(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_misspelt_variable_is_warned_of() {
    let place = Place::new();
    let log = Serving::start_with(&place, &[("ONECLAW_LISTN", "hunter2")], &[]).stop();
    assert!(
        log.contains("ONECLAW_LISTN is set, but is no setting"),
        "{log}"
    );
    assert!(!log.contains("hunter2"));
}

#[test]
fn migrate_says_what_it_applied() {
    let place = Place::new();
    let first = place.run(&["migrate"]).worked();
    assert!(
        first.lines().count() >= 1 && first.lines().all(|line| line.starts_with("applied ")),
        "{first}"
    );
    let second = place.run(&["migrate"]).worked();
    assert!(
        second.starts_with("sqlite://") && second.ends_with(" is up to date\n"),
        "{second}"
    );
    assert!(!place.path("data/master.key").exists());
}
