//! Mail that waits to be sent, written together with the change that it tells of.

use crate::{AttemptKey, Attempts, StorageError};
use async_trait::async_trait;
use oneclaw_domain::{MailId, Timestamp};
use oneclaw_policy::InAccount;
use uuid::Uuid;

/// What a mail is about, where the mail is worth nothing without it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailSubject {
    /// An invitation into an organization, by id.
    Invite(Uuid),
    /// An agent that asks to be enrolled, by id.
    Enrollment(Uuid),
    /// A share, by id.
    Share(Uuid),
    /// What proves something about a person's account, by the person's id.
    Proof(Uuid),
}

impl MailSubject {
    /// The word in the store.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Invite(_) => "invite",
            Self::Enrollment(_) => "enrollment",
            Self::Share(_) => "share",
            Self::Proof(_) => "proof",
        }
    }

    /// The bare id.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Invite(id) | Self::Enrollment(id) | Self::Share(id) | Self::Proof(id) => id,
        }
    }
}

/// A mail to put into the outbox.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its id.
    pub id: MailId,
    /// Which mail it is, in one word.
    pub kind: &'static str,
    /// What it is about, so that it can be cancelled with it.
    pub about: Option<MailSubject>,
    /// Keyed hash of the address, so that what waits for an address can be found.
    pub recipient: [u8; 32],
    /// Address and message, sealed.
    pub sealed: Vec<u8>,
    /// When it was caused; it is due from then on.
    pub created_at: Timestamp,
    /// From when on it is not to be sent any more.
    pub not_after: Option<Timestamp>,
}

/// A mail that is somebody's to send.
#[derive(Clone, Debug)]
pub struct ClaimedMail {
    /// Its id.
    pub id: MailId,
    /// Which mail it is, in one word.
    pub kind: String,
    /// Address and message, sealed.
    pub sealed: Vec<u8>,
    /// Tries, this one included.
    pub attempts: i64,
    /// When it was caused.
    pub created_at: Timestamp,
    /// From when on it is not to be sent any more.
    pub not_after: Option<Timestamp>,
}

/// What became of a mail. All but [`MailOutcome::Later`] end it and empty its row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailOutcome {
    /// It was handed over.
    Sent,
    /// It is not to be tried again.
    Parked,
    /// Its time was over before it could be sent.
    Expired,
    /// It is tried again from this moment on.
    Later(Timestamp),
}

/// Writes to the outbox. They ask for no proof of their own: a mail is a part of the change that
/// causes it, which showed its proof, and is committed with that change or not at all.
#[async_trait]
pub trait WriteOutbox: Send {
    /// Counts a mail to an address as [`Store::count_attempt`](crate::Store::count_attempt) does,
    /// but within this unit of work: what is not committed was not counted.
    async fn count_mail(
        &mut self,
        key: AttemptKey,
        now: Timestamp,
        tries: i64,
        window_seconds: i64,
    ) -> Result<Attempts, StorageError>;

    /// Adds a mail.
    async fn enqueue(&mut self, mail: &NewMail) -> Result<(), StorageError>;

    /// Cancels and empties what waits about a subject; tells how many mails that were.
    async fn cancel(&mut self, about: MailSubject, now: Timestamp) -> Result<u64, StorageError>;

    /// Cancels and empties what waits about the invitations of a member who is about to be removed,
    /// and they with them; tells how many mails that were.
    async fn cancel_invitations_of(
        &mut self,
        account: InAccount,
        now: Timestamp,
    ) -> Result<u64, StorageError>;

    /// Cancels and empties what waits for an address and is about something; tells how many mails
    /// that were. Notices of what was done to an account are about nothing, and still go out.
    async fn cancel_for(
        &mut self,
        recipient: &[u8; 32],
        now: Timestamp,
    ) -> Result<u64, StorageError>;
}
