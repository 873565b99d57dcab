//! MAIL-03: mail servers that do not do what they should. MAIL-04: mail whose time is over.

use crate::setups::smtp;
use oneclaw_adapters::SmtpTls;
use oneclaw_testkit::{Behaviour, Encryption, Mailbox, StoreKind, TestApp, both_stores};
use serde_json::json;
use std::net::{SocketAddr, TcpListener};

const LOGIN: Option<(&str, &str)> = Some(("oneclaw", "the mail server's password"));

/// Where nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

#[both_stores]
async fn mail_03_a_server_that_is_down_delays_mail_and_nothing_else(app: TestApp) {
    let mailer = smtp("127.0.0.1", nobody(), SmtpTls::None);
    let down = app
        .instance_mailing(mailer, |settings, _| settings.mail_worker = true)
        .await;
    let ada = down.owner().await;
    ada.get("/v1/auth/me").await.is(200);
    down.services().deliver_mail().await.unwrap();
    assert_eq!(app.outbox().await, ["welcome waiting 1"]);
    assert_eq!(app.deliver_mail().await, 0, "not before its time");
    app.clock().advance(30);
    assert_eq!(app.mail_to(&ada.email).await.len(), 1);
    assert_eq!(app.outbox().await, ["welcome sent 2"]);
}

#[both_stores]
async fn mail_03_a_refusal_for_now_is_tried_again_and_again_later(app: TestApp) {
    app.mailbox().treat_all(Behaviour::Reply(451));
    let ada = app.owner().await;
    let mut waited = 0;
    for (tries, wait) in [(1, 30), (2, 60), (3, 120), (4, 240)] {
        assert_eq!(app.deliver_mail().await, 0);
        assert_eq!(app.outbox().await, [format!("welcome waiting {tries}")]);
        app.clock().advance(wait - 1);
        waited += wait;
        app.deliver_mail().await;
        assert_eq!(app.outbox().await, [format!("welcome waiting {tries}")]);
        app.clock().advance(1);
    }
    assert_eq!(waited, 450);
    app.mailbox().treat_all(Behaviour::Accept);
    assert_eq!(app.mail_to(&ada.email).await.len(), 1);
    assert_eq!(app.outbox().await, ["welcome sent 5"]);
}

#[both_stores]
async fn mail_03_after_four_days_nothing_is_tried_any_more(app: TestApp) {
    let ada = app.owner().await;
    app.deliver_mail().await;
    app.mailbox().treat_all(Behaviour::Reply(451));
    let body =
        json!({ "current_password": ada.password, "new_password": "Correct-Horse-7-Battery" });
    ada.post("/v1/auth/change-password", body).await.is(200);
    app.deliver_mail().await;
    app.clock().advance(4 * 86_400);
    app.deliver_mail().await;
    let expected = ["welcome sent 1", "password_changed parked 2"];
    assert_eq!(app.outbox().await, expected);
}

#[both_stores]
async fn mail_03_a_refusal_for_good_parks_the_mail_with_a_line_that_names_nobody(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    app.mailbox().treat(&ada.email, Behaviour::Reply(550));
    app.never_log(&ada.email);
    assert_eq!(app.deliver_mail().await, 1);
    assert_eq!(app.outbox().await, ["welcome parked 1", "welcome sent 1"]);
    assert_eq!(app.mailbox().messages_to(&bob.email).len(), 1);
    let log = app.logged();
    assert!(log.contains("a mail cannot be delivered, and is given up"));
    assert!(log.contains("the mail server refused with 550"));
    app.clock().advance(86_400);
    assert_eq!(app.deliver_mail().await, 0, "parked is parked");
}

#[both_stores]
async fn mail_03_poison_does_not_hold_up_the_others(app: TestApp) {
    for number in 0..12 {
        let person = app.owner().await;
        let behaviour = [Behaviour::Reply(451), Behaviour::Reply(554)][number % 2];
        app.mailbox().treat(&person.email, behaviour);
    }
    let last = app.owner().await;
    assert_eq!(app.deliver_mail().await, 1);
    assert_eq!(app.mailbox().messages_to(&last.email).len(), 1);
    let outbox = app.outbox().await;
    for (state, many) in [("waiting", 6), ("parked", 6), ("sent", 1)] {
        let found = outbox.iter().filter(|row| row.contains(state)).count();
        assert_eq!(found, many, "{state}: {outbox:?}");
    }
}

#[both_stores]
async fn mail_03_a_server_that_hangs_holds_up_neither_answers_nor_the_store(app: TestApp) {
    app.mailbox().treat_all(Behaviour::Hang);
    let server = app
        .instance_with(|settings, _| settings.mail_worker = true)
        .await;
    // more than the store has connections for, were they held meanwhile
    for number in 1..=20 {
        let person = server.owner().await;
        person.get("/v1/auth/me").await.is(200);
        if number == 1 {
            app.mailbox().arrived(1).await;
        }
    }
    assert!(
        app.mailbox().messages().len() <= 8,
        "eight are under way at once"
    );
    assert_eq!(app.count("users").await, 20);
}

#[both_stores]
async fn mail_03_without_starttls_nothing_is_said(app: TestApp) {
    let plain = Mailbox::start_with(Encryption::None, LOGIN);
    let mailer = smtp("localhost", plain.address(), SmtpTls::StartTls);
    let server = app.instance_mailing(mailer, |_, _| ()).await;
    server.owner().await;
    assert_eq!(server.services().deliver_mail().await.unwrap(), 0);
    assert_eq!(app.outbox().await, ["welcome waiting 1"]);
    assert!(plain.connections() > 0 && plain.messages().is_empty());
    says_nothing(&plain.in_clear());
}

#[both_stores]
async fn mail_03_with_a_certificate_that_nobody_vouches_for_nothing_is_said(app: TestApp) {
    let forged = Mailbox::start_with(Encryption::StartTls, LOGIN);
    let mailer = smtp("localhost", forged.address(), SmtpTls::StartTls);
    let server = app.instance_mailing(mailer, |_, _| ()).await;
    server.owner().await;
    assert_eq!(server.services().deliver_mail().await.unwrap(), 0);
    assert_eq!(app.outbox().await, ["welcome waiting 1"]);
    assert!(forged.in_clear().contains("STARTTLS") && forged.messages().is_empty());
    says_nothing(&forged.in_clear());
}

/// Greetings, and nothing of a login or a mail.
fn says_nothing(in_clear: &str) {
    for word in ["AUTH", "MAIL FROM", "RCPT", "@example.test"] {
        assert!(!in_clear.contains(word), "{in_clear}");
    }
}

#[both_stores]
async fn mail_03_a_login_that_is_refused_parks_nothing(app: TestApp) {
    let strict = Mailbox::start_with(Encryption::None, Some(("oneclaw", "another password")));
    let mailer = smtp("127.0.0.1", strict.address(), SmtpTls::None);
    let server = app.instance_mailing(mailer, |_, _| ()).await;
    let ada = server.owner().await;
    assert_eq!(server.services().deliver_mail().await.unwrap(), 0);
    app.clock().advance(30);
    assert_eq!(app.mail_to(&ada.email).await.len(), 1, "once it is mended");
}

#[both_stores]
async fn mail_04_what_is_over_is_not_sent(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    // no event of today has an end; an invitation's is that of its token
    let end = match app.kind() {
        StoreKind::Sqlite => "created_at + 60000000",
        StoreKind::Postgres => "created_at + interval '60 seconds'",
    };
    app.tamper(&format!("UPDATE mail_outbox SET not_after = {end}"))
        .await;
    app.mailbox().treat(&bob.email, Behaviour::Reply(451));
    app.clock().advance(59);
    assert_eq!(app.mail_to(&ada.email).await.len(), 1);
    app.mailbox().treat(&bob.email, Behaviour::Accept);
    app.clock().advance(30);
    assert!(app.mail_to(&bob.email).await.is_empty());
    assert_eq!(app.outbox().await, ["welcome sent 1", "welcome expired 2"]);
}
