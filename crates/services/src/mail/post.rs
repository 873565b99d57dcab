//! Putting a mail into the outbox, within the change that causes it.

use super::Message;
use super::message;
use crate::Refusal;
use crate::core::Core;
use oneclaw_crypto::Context;
use oneclaw_domain::{Email, MailId, Timestamp};
use oneclaw_storage::{AttemptKey, MailSubject, NewMail, Tx};
use std::sync::Arc;
use tokio::sync::Notify;

/// A mail to post.
#[derive(Clone, Copy)]
pub(crate) struct Post<'a> {
    to: &'a Email,
    message: &'a Message,
    about: Option<MailSubject>,
    not_after: Option<Timestamp>,
}

impl<'a> Post<'a> {
    /// A message to an address.
    pub(crate) const fn new(to: &'a Email, message: &'a Message) -> Self {
        Self {
            to,
            message,
            about: None,
            not_after: None,
        }
    }

    /// Says what it is about, so that it can be cancelled with that: `tx.outbox().cancel(about, now)`.
    pub(crate) const fn about(mut self, about: MailSubject) -> Self {
        self.about = Some(about);
        self
    }

    /// Says from when on it is worth nothing, such as the end of the token in it.
    pub(crate) const fn not_after(mut self, end: Timestamp) -> Self {
        self.not_after = Some(end);
        self
    }
}

/// Wakes whoever delivers when it is dropped: to be held until the commit.
#[must_use = "held until after the commit, so that the mail leaves right then"]
pub(crate) struct Posted {
    waker: Arc<Notify>,
    leaves: bool,
}

impl Posted {
    /// Whether there is a mail: over the cap of its address there is none.
    pub(crate) const fn leaves(&self) -> bool {
        self.leaves
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        self.waker.notify_one();
    }
}

impl Core {
    /// Adds a mail to a unit of work. It is sent if that is committed, and never otherwise. Over
    /// the cap of its address, which notices of an account do not share with what strangers cause,
    /// it is left out, of which the caller learns nothing.
    pub(crate) async fn post(&self, tx: &mut dyn Tx, post: Post<'_>) -> Result<Posted, Refusal> {
        let now = self.now();
        let mut posted = Posted {
            waker: self.outbox.waker(),
            leaves: false,
        };
        let cap = self.settings.mails_per_address;
        let label = post.message.counted_as();
        let key = AttemptKey(self.keys.lookup_hash(label, post.to.as_str()));
        let sent = tx
            .outbox()
            .count_mail(key, now, cap.tries, cap.seconds)
            .await?;
        if sent.count > cap.tries {
            tracing::info!(
                kind = post.message.kind(),
                "a mail is left out: its address is over the cap"
            );
            return Ok(posted);
        }
        let id = self.id(MailId::from_uuid);
        let plain = message::write(post.to, post.message)
            .map_err(|error| Refusal::Internal(Box::new(error)))?;
        let mail = NewMail {
            id,
            kind: post.message.kind(),
            about: post.about,
            recipient: self.recipient_hash(post.to),
            sealed: self.keys.mac.seal(&row(id), plain.expose())?,
            created_at: now,
            not_after: post.not_after,
        };
        tx.outbox().enqueue(&mail).await?;
        posted.leaves = true;
        Ok(posted)
    }

    /// Under which what waits for an address is found: `tx.outbox().cancel_for(hash, now)`.
    pub(crate) fn recipient_hash(&self, to: &Email) -> [u8; 32] {
        self.keys.lookup_hash("mail recipient", to.as_str())
    }
}

/// What the sealed part of a row belongs to.
pub(super) fn row(id: MailId) -> Context {
    Context::new("mail").with(id.uuid().as_bytes())
}
