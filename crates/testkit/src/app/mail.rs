//! The mail of a test: sent by the product's own SMTP, received by a real listener.

use super::TestApp;
use crate::{Mailbox, Received};
use oneclaw_adapters::{Sender, SmtpMailer, SmtpSettings, SmtpTls};
use oneclaw_services::Mailer;
use std::sync::Arc;

impl TestApp {
    /// Where its mail arrives, once [`TestApp::deliver_mail`] was called.
    pub fn mailbox(&self) -> &Mailbox {
        &self.inner().mailbox
    }

    /// The product's own SMTP, into that mailbox.
    pub fn mailer(&self) -> Arc<dyn Mailer> {
        mailer_to(self.mailbox())
    }

    /// Sends what waits in the outbox, as the worker of a server would by itself, and gives how
    /// many mails were handed over.
    ///
    /// # Panics
    /// The store fails.
    pub async fn deliver_mail(&self) -> u64 {
        self.services()
            .deliver_mail()
            .await
            .unwrap_or_else(|error| panic!("the outbox: {error}"))
    }

    /// Delivers, and gives what one address has received so far.
    pub async fn mail_to(&self, address: &str) -> Vec<Received> {
        self.inner().first.mail_to(address).await
    }

    /// Every row of the outbox as `kind state attempts`, oldest first.
    pub async fn outbox(&self) -> Vec<String> {
        self.rows(
            "SELECT kind || ' ' || state || ' ' || CAST(attempts AS TEXT) AS text \
             FROM mail_outbox ORDER BY created_at, id",
        )
        .await
    }
}

/// The product's own SMTP, into that listener.
pub(super) fn mailer_to(mailbox: &Mailbox) -> Arc<dyn Mailer> {
    let settings = SmtpSettings {
        host: mailbox.address().ip().to_string(),
        port: mailbox.address().port(),
        tls: SmtpTls::None,
        user: None,
        from: Sender::parse("oneclaw <noreply@oneclaw.test>")
            .unwrap_or_else(|error| panic!("the sender: {error}")),
    };
    let mailer = SmtpMailer::new(settings).unwrap_or_else(|error| panic!("the mailer: {error}"));
    Arc::new(mailer)
}
