//! Where the server's mail goes, and that none of it is lost.

use oneclaw_storage_diesel::{DieselStore, StoreOptions, StoreUrl};
use oneclaw_testkit::{Behaviour, Encryption, Mailbox, Received, postgres};
use rustix::process::Signal;
use serde_json::json;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

use crate::program::Place;
use crate::serving::{Serving, pause};

/// Longer than a mail may take, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "the mail server's password";
const FROM: [&str; 2] = ["--mail-from", "oneclaw <oneclaw@example.com>"];

fn sign_up(server: &Serving<'_>) {
    let body = json!({ "email": ADA, "password": "Correct-Horse-7-Battery" });
    let (status, answer) = server.call("POST", "/v1/auth/signup", "", &body);
    assert_eq!(status, 200, "{answer}");
}

/// A server whose mail goes to that port of this machine.
fn start<'a>(place: &'a Place, variables: &[(&str, &str)], port: u16) -> Serving<'a> {
    let port = port.to_string();
    let flags = [
        "--mail-host",
        "127.0.0.1",
        "--mail-tls",
        "none",
        "--mail-port",
        &port,
        "--public-url",
        "https://secrets.example.com",
        FROM[0],
        FROM[1],
    ];
    Serving::start_with(place, variables, &flags)
}

/// As if so much time had passed that what was claimed, or put off, is due again.
async fn wait_out(url: &StoreUrl) {
    let store = DieselStore::open(url, StoreOptions::default())
        .await
        .unwrap();
    let sql = "UPDATE mail_outbox SET due_at = created_at WHERE state = 'waiting'";
    assert_eq!(store.raw_execute(sql).await.unwrap(), 1, "it waits");
    store.close().await;
}

/// Killed before the mail was sent, and once more while it was: the message arrives all the same.
fn killed(place: &Place, variables: &[(&str, &str)], url: &StoreUrl) {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let server = start(place, variables, nobody.port());
    sign_up(&server);
    server.signal(Signal::KILL);
    drop(server);

    let mailbox = Mailbox::start();
    mailbox.treat_all(Behaviour::Hang);
    runtime.block_on(wait_out(url));
    let server = start(place, variables, mailbox.address().port());
    runtime.block_on(mailbox.arrived(1));
    server.signal(Signal::KILL);
    drop(server);

    mailbox.treat_all(Behaviour::Accept);
    runtime.block_on(wait_out(url));
    let server = start(place, variables, mailbox.address().port());
    runtime.block_on(mailbox.arrived(2));
    server.stop();
    let mails = mailbox.messages_to(ADA);
    assert_eq!(mails.len(), 2);
    let id = mails[0].header("message-id").unwrap();
    assert!(id.ends_with("@secrets.example.com>"), "{id}");
    assert_eq!(mails[1].header("message-id").unwrap(), id);
    // nothing is left to send
    start(place, variables, mailbox.address().port()).stop();
    assert_eq!(mailbox.messages().len(), 2);
}

#[test]
fn mail_02_killed_before_and_during_sending_the_mail_arrives_on_sqlite() {
    let place = Place::new();
    let url = StoreUrl::Sqlite(place.path("data/oneclaw.db"));
    killed(&place, &[], &url);
}

#[test]
fn mail_02_killed_before_and_during_sending_the_mail_arrives_on_postgres() {
    let database = postgres::shared().create_database(None).unwrap();
    let url = StoreUrl::parse(database.url()).unwrap();
    let variables = [("ONECLAW_DATABASE_URL", database.url())];
    killed(&Place::new(), &variables, &url);
}

#[test]
fn mail_03_mail_goes_over_starttls_to_a_server_that_the_system_trusts() {
    let runtime = Runtime::new().unwrap();
    let _inside = runtime.enter();
    let mailbox = Mailbox::start_with(Encryption::StartTls, Some(("oneclaw", PASSWORD)));
    let place = Place::new();
    let trusted = place.write("trusted.pem", mailbox.certificate().unwrap());
    let port = mailbox.address().port().to_string();
    let flags = [
        "--mail-host",
        "localhost",
        "--mail-port",
        &port,
        "--mail-username",
        "oneclaw",
    ];
    let variables = [
        ("SSL_CERT_FILE", trusted.to_str().unwrap()),
        ("ONECLAW_MAIL_PASSWORD", PASSWORD),
    ];
    let server = Serving::start_with(&place, &variables, &[&flags[..], &FROM].concat());
    sign_up(&server);
    runtime.block_on(mailbox.arrived(1));
    let greeting = &server.greeting;
    let line = format!("  mail     SMTP to localhost:{port} from oneclaw <oneclaw@example.com>");
    assert!(greeting.contains(&line), "{greeting}");
    let mails = mailbox.messages_to(ADA);
    assert!(mails[0].over_tls);
    assert!(
        !mailbox.in_clear().contains("AUTH"),
        "{}",
        mailbox.in_clear()
    );
    let log = server.log();
    assert!(!log.contains(PASSWORD) && !log.contains(ADA), "{log}");
    server.stop();
}

#[test]
fn mail_05_without_a_mail_server_mail_is_in_a_folder_and_the_log_says_so() {
    let place = Place::new();
    let server = Serving::start(&place, &[]);
    let folder = place.path("data").canonicalize().unwrap().join("mail");
    let line = format!("  mail     files in {}\n", folder.display());
    assert!(server.greeting.contains(&line), "{}", server.greeting);
    sign_up(&server);
    let begin = Instant::now();
    while files(&folder) == 0 {
        assert!(begin.elapsed() < PATIENCE, "no mail: {}", server.log());
        pause(Duration::from_millis(2));
    }
    let log = server.stop();
    assert!(log.contains("mail is not sent: set mail.host"), "{log}");
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let letter = Received::of_file(&std::fs::read_to_string(file).unwrap());
    assert_eq!(letter.header("to").unwrap(), ADA);
    assert_eq!(letter.header("from").unwrap(), "oneclaw@localhost");
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| {
        let eml = |path: &Path| path.extension().is_some_and(|ending| ending == "eml");
        entries
            .filter(|entry| eml(&entry.as_ref().unwrap().path()))
            .count()
    })
}

#[test]
fn mail_03_settings_that_do_not_do_are_refused_with_the_mend() {
    let host = ["config", "--mail-host", "smtp.example.com"];
    let from = ["--mail-from", "a@example.com"];
    for (more, says) in [
        (&[][..], "mail.from (default) must be set beside mail.host"),
        (
            &["--mail-tls", "none", from[0], from[1]],
            "mail.tls (from --mail-tls) \"none\" is for a mail server on this machine only",
        ),
        (
            &["--mail-tls", "ssl"],
            "\"ssl\" is not starttls, implicit or none",
        ),
        (
            &["--mail-port", "0"],
            "is not a whole number of ports from 1 to 65535",
        ),
        (
            &["--mail-from", "a@b, c@d"],
            "is not an e-mail address, or a name",
        ),
        (
            &["--mail-username", "ada"],
            "needs a password: set ONECLAW_MAIL_PASSWORD",
        ),
        (&["--mail-folder", "m"], "cannot be used beside mail.host"),
    ] {
        let line = Place::new().run(&[&host[..], more].concat()).refused(2);
        assert!(line.contains(says), "{line}");
    }
    for (flag, value) in [("--mail-port", "25"), ("--mail-username", "ada")] {
        let line = Place::new().run(&["config", flag, value]).refused(2);
        assert!(line.contains("is of use only beside mail.host"), "{line}");
    }
    let line = Place::new()
        .run(&["config", "--mail-host", "a b"])
        .refused(2);
    assert!(line.contains("is not a host name or an address"), "{line}");
}

#[test]
fn the_mail_password_comes_from_the_environment_or_the_file_and_is_never_shown() {
    let flags = [
        "--mail-host",
        "smtp.example.com",
        "--mail-username",
        "oneclaw",
        FROM[0],
        FROM[1],
        "config",
    ];
    let place = Place::new();
    let variables = [("ONECLAW_MAIL_PASSWORD", PASSWORD)];
    let by_variable = place.run_with(&variables, &flags).worked();
    let toml = format!("[mail]\npassword = \"{PASSWORD}\"\n");
    let file = place.write("oneclaw.toml", &toml);
    let file = ["--config", file.to_str().unwrap()];
    let by_file = place.run(&[&flags[..], &file].concat()).worked();
    for shown in [by_variable, by_file] {
        assert!(shown.contains("mail.password"), "{shown}");
        assert!(
            shown.contains("***") && !shown.contains(PASSWORD),
            "{shown}"
        );
    }
    let flag = place.run(&["config", "--mail-password", PASSWORD]);
    assert!(
        flag.status == Some(2) && flag.err.contains("--mail-password"),
        "{}",
        flag.err
    );
}
