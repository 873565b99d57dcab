//! From whom mail comes.

use lettre::message::Mailbox;
use std::fmt;

/// The sender of all mail: an address, perhaps with a name: `oneclaw <oneclaw@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

/// This is no sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address, or a name with one in angle brackets")]
pub struct InvalidSender;

impl Sender {
    /// Reads an address, perhaps with a name before it.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidSender> {
        let one_line = !text.chars().any(char::is_control);
        match text.parse() {
            Ok(mailbox) if one_line => Ok(Self(mailbox)),
            _ => Err(InvalidSender),
        }
    }

    /// The part of the address after the `@`.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.0
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_01_a_sender_is_one_address_on_one_line() {
        for good in ["a@b.test", "One Claw <a@b.test>", "<a@b.test>"] {
            assert_eq!(Sender::parse(good).unwrap().domain(), "b.test", "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b.test, c@d.test",
            "a@b.test\r\nBcc: c@d.test",
            "x\n<a@b.test>",
            "<a@b.test",
        ] {
            assert_eq!(Sender::parse(bad), Err(InvalidSender), "{bad:?}");
        }
    }
}
