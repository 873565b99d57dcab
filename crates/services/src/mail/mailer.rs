//! The seam through which mail leaves.

use async_trait::async_trait;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{Email, MailId, Timestamp};

/// Delivers mail. One letter at a time, but several at once.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a letter over for good; it is asked again with the same letter after
    /// [`DeliveryError::Later`], and also if it was cut off before it returned.
    ///
    /// # Errors
    /// Why the letter did not leave.
    async fn deliver(&self, letter: &Letter) -> Result<(), DeliveryError>;

    /// Where mail goes, for people: no credentials.
    fn describe(&self) -> String;

    /// Whether what is delivered reaches the person it is addressed to by itself.
    fn reaches_people(&self) -> bool;
}

/// Why a letter did not leave. The text goes into the log: it must hold neither the address nor
/// anything of the letter, so nothing of what a mail server answered but its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Another try may succeed.
    #[error("{0}")]
    Later(String),
    /// No other try can succeed.
    #[error("{0}")]
    Never(String),
}

/// A letter, rendered. Its text may carry a link that must not be known to others.
#[derive(Debug)]
pub struct Letter {
    /// The id of the mail, the same for every try.
    pub id: MailId,
    /// `Message-ID` (RFC 5322 3.6.4) with its angle brackets, the same for every try.
    pub message_id: String,
    /// When it was caused, the same for every try.
    pub date: Timestamp,
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: SecretText,
    /// As HTML.
    pub html: SecretText,
}
