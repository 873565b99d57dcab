//! Mailers that lead elsewhere than to the test's mailbox.

use oneclaw_adapters::{FolderMailer, Sender, SmtpMailer, SmtpSettings, SmtpTls, SmtpUser};
use oneclaw_services::{Mailer, SecretText};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

fn sender() -> Sender {
    Sender::parse("oneclaw <noreply@oneclaw.test>").unwrap()
}

/// SMTP to that address under this name, logging in.
pub(crate) fn smtp(host: &str, address: SocketAddr, tls: SmtpTls) -> Arc<dyn Mailer> {
    let settings = SmtpSettings {
        host: host.to_owned(),
        port: address.port(),
        tls,
        user: Some(SmtpUser {
            name: "oneclaw".to_owned(),
            password: SecretText::new("the mail server's password".to_owned()),
        }),
        from: sender(),
    };
    Arc::new(SmtpMailer::new(settings).unwrap())
}

/// Files in a folder.
pub(crate) fn folder(folder: PathBuf) -> Arc<dyn Mailer> {
    Arc::new(FolderMailer::new(folder, sender()))
}
