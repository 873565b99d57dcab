//! MAIL-02: every mail leaves, and once.

use crate::setups::smtp;
use oneclaw_adapters::SmtpTls;
use oneclaw_testkit::{Behaviour, Encryption, Mailbox, TestApp, both_stores};
use std::collections::BTreeSet;

const LOGIN: Option<(&str, &str)> = Some(("oneclaw", "the mail server's password"));
/// How long a mail is nobody else's once it was claimed, in seconds.
const LEASE: i64 = 180;

#[both_stores]
async fn mail_02_a_server_sends_by_itself_right_after_the_commit(app: TestApp) {
    let server = app
        .instance_with(|settings, _| settings.mail_worker = true)
        .await;
    let ada = server.owner().await;
    app.mailbox().arrived(1).await;
    assert_eq!(app.mailbox().messages_to(&ada.email).len(), 1);
    server.owner().await;
    app.mailbox().arrived(2).await;
}

#[both_stores]
async fn mail_02_flt_08_what_another_process_left_is_sent_after_a_start(app: TestApp) {
    let ada = app.owner().await;
    let _next = app
        .instance_with(|settings, _| settings.mail_worker = true)
        .await;
    app.mailbox().arrived(1).await;
    assert_eq!(app.mailbox().messages_to(&ada.email).len(), 1);
}

#[both_stores]
async fn mail_02_two_instances_send_every_mail_once(app: TestApp) {
    let other = app.another_instance().await;
    let mut people = BTreeSet::new();
    for _ in 0..20 {
        people.insert(app.owner().await.email);
    }
    let (one, two) = tokio::join!(
        app.services().deliver_mail(),
        other.services().deliver_mail()
    );
    assert_eq!(one.unwrap() + two.unwrap(), 20);
    let mails = app.mailbox().messages();
    assert_eq!(mails.len(), 20);
    let reached: BTreeSet<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!(reached, people);
}

#[both_stores]
async fn mail_02_one_that_stands_still_past_its_lease_repeats_the_same_message(app: TestApp) {
    let stuck = Mailbox::start_with(Encryption::None, LOGIN);
    stuck.treat_all(Behaviour::Hang);
    let mailer = smtp("127.0.0.1", stuck.address(), SmtpTls::None);
    let paused = app.instance_mailing(mailer, |_, _| ()).await;
    let ada = app.owner().await;
    let sending = {
        let services = paused.services().clone();
        tokio::spawn(async move { services.deliver_mail().await })
    };
    stuck.arrived(1).await;
    app.clock().advance(LEASE - 1);
    assert_eq!(app.deliver_mail().await, 0, "it is still the other's");
    app.clock().advance(1);
    assert_eq!(app.deliver_mail().await, 1);
    sending.abort();
    let (first, second) = (stuck.messages(), app.mailbox().messages_to(&ada.email));
    for header in ["message-id", "date", "subject", "to"] {
        assert_eq!(
            first[0].header(header),
            second[0].header(header),
            "{header}"
        );
    }
    let id = first[0].header("message-id").unwrap();
    assert!(id.ends_with("@127.0.0.1>"), "{id}");
    assert_eq!(app.outbox().await, ["welcome sent 2"]);
}
