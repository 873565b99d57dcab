//! MAIL-05: what a mail says is in the mail alone.

use crate::setups::folder;
use oneclaw_testkit::{Received, StoreKind, TestApp, both_stores};
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Every byte of the outbox as text.
async fn rows(app: &TestApp) -> Vec<String> {
    let sql = match app.kind() {
        StoreKind::Sqlite => {
            "SELECT coalesce(hex(sealed), '') || ' ' || coalesce(hex(recipient), '') AS text FROM mail_outbox"
        }
        StoreKind::Postgres => {
            "SELECT coalesce(encode(sealed, 'hex'), '') || ' ' || coalesce(encode(recipient, 'hex'), '') AS text FROM mail_outbox"
        }
    };
    let rows = app.rows(sql).await;
    rows.iter().map(|row| row.to_lowercase()).collect()
}

fn hex(text: &str) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    text.bytes().flat_map(digits).flatten().collect()
}

#[both_stores]
async fn mail_05_rows_are_sealed_and_then_empty(app: TestApp) {
    let ada = app.owner().await;
    ada.api_key(json!({ "name": "backup script" })).await;
    let waiting = rows(&app).await;
    assert_eq!(waiting.len(), 2);
    for row in &waiting {
        assert!(row.len() > 100, "{row}");
        for word in [
            ada.email.as_str(),
            "backup script",
            "welcome",
            "display_name",
        ] {
            assert!(!row.contains(&hex(word)), "{word}");
        }
    }
    app.deliver_mail().await;
    assert_eq!(rows(&app).await, [" ", " "]);
}

#[both_stores]
async fn mail_05_a_row_that_was_moved_or_changed_is_not_sent(app: TestApp) {
    let (ada, bob) = (app.owner().await, app.owner().await);
    app.tamper(
        "UPDATE mail_outbox SET sealed = (SELECT sealed FROM mail_outbox ORDER BY id LIMIT 1)",
    )
    .await;
    assert_eq!(app.deliver_mail().await, 1);
    assert_eq!(app.mailbox().messages_to(&ada.email).len(), 1);
    assert!(app.mailbox().messages_to(&bob.email).is_empty());
    assert_eq!(app.outbox().await, ["welcome sent 1", "welcome parked 1"]);
    assert_eq!(app.services().integrity_failures(), 1);
}

#[both_stores]
async fn mail_05_the_folder_is_private_and_not_served(app: TestApp) {
    let place = tempfile::tempdir().unwrap();
    let mail = place.path().join("mail");
    let server = app.instance_mailing(folder(mail.clone()), |_, _| ()).await;
    let ada = server.owner().await;
    app.never_log(&ada.email);
    assert!(!mail.exists(), "made when there is mail");
    assert_eq!(server.services().deliver_mail().await.unwrap(), 1);
    let files: Vec<_> = std::fs::read_dir(&mail)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}");
    };
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&mail), mode(file)), (0o700, 0o600));
    let name = file.file_name().unwrap().to_str().unwrap();
    let id = name.strip_suffix(".eml").unwrap();
    assert_eq!((id.len(), id.matches('-').count()), (36, 4), "{name}");
    let letter = Received::of_file(&std::fs::read_to_string(file).unwrap());
    assert_eq!(letter.header("to").unwrap(), ada.email);
    assert!(letter.text().contains("your account is ready"));
    for path in ["mail", "data/mail", "v1/mail"] {
        server.get(&format!("/{path}/{name}")).await.is(404);
    }
}

#[both_stores]
async fn mail_05_nothing_of_a_mail_is_in_the_log(app: TestApp) {
    let ada = app.owner().await;
    app.never_log(&ada.email);
    app.never_log("a name for a key that is in no other test");
    ada.api_key(json!({ "name": "a name for a key that is in no other test" }))
        .await;
    assert_eq!(app.deliver_mail().await, 2);
    assert!(app.logged().contains("a mail was delivered"));
}
