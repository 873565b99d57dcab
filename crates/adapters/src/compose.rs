//! From a letter to a message.

use crate::Sender;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use oneclaw_services::{DeliveryError, Letter};
use std::time::{Duration, UNIX_EPOCH};

/// The message: one recipient, our headers, and the same words as text and as HTML.
pub(crate) fn message(letter: &Letter, from: &Sender) -> Result<Message, DeliveryError> {
    let to = letter.to.as_str().parse().map_err(|_| unfit())?;
    let millis = u64::try_from(letter.date.millis()).unwrap_or_default();
    let words = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, letter.text.expose())?)
        .singlepart(part(ContentType::TEXT_HTML, letter.html.expose())?);
    Message::builder()
        .from(from.mailbox().clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&letter.subject))
        .date(UNIX_EPOCH + Duration::from_millis(millis))
        .message_id(Some(letter.message_id.clone()))
        .multipart(words)
        .map_err(|_| unfit())
}

/// A part in base64, whatever is in it: no line of ours can be taken for the end of the message or
/// for a command, not even by a mail server that takes bare line feeds for line ends (MAIL-01).
fn part(kind: ContentType, text: &str) -> Result<SinglePart, DeliveryError> {
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::Base64)
        .map_err(|_| unfit())?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn unfit() -> DeliveryError {
    DeliveryError::Never("the letter does not make a message".to_owned())
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use oneclaw_domain::{Email, MailId, Timestamp};
    use oneclaw_services::SecretText;

    pub(crate) fn letter() -> Letter {
        Letter {
            id: MailId::parse("018f6f2e-7c1a-7a3b-9c1d-0123456789ab").unwrap(),
            message_id: "<018f6f2e@secrets.example.com>".to_owned(),
            date: Timestamp::parse("2026-03-01T12:00:00Z").unwrap(),
            to: Email::parse("ada@example.test").unwrap(),
            subject: "Hello".to_owned(),
            text: SecretText::new("Hello".to_owned()),
            html: SecretText::new("<p>Hello</p>".to_owned()),
        }
    }

    pub(crate) fn sender() -> Sender {
        Sender::parse("One Claw <noreply@example.com>").unwrap()
    }

    fn lines(letter: &Letter) -> Vec<String> {
        let bytes = message(letter, &sender()).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.is_ascii());
        text.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn mail_02_the_same_letter_has_the_same_id_and_date_every_time() {
        let of_id = |line: &String| line.starts_with("Message-ID:") || line.starts_with("Date:");
        let once: Vec<_> = lines(&letter()).into_iter().filter(of_id).collect();
        let again: Vec<_> = lines(&letter()).into_iter().filter(of_id).collect();
        assert_eq!(once, again);
        assert_eq!(once.len(), 2, "{once:?}");
        assert!(
            once.iter()
                .any(|line| line.contains("<018f6f2e@secrets.example.com>"))
        );
    }

    #[test]
    fn mail_01_no_line_of_a_body_is_a_dot_or_a_command() {
        let evil = "a\n.\nb\r\n.\r\nMAIL FROM:<e@evil.test>\r\n..\n";
        let letter = Letter {
            subject: "Hi\r\nBcc: e@evil.test\r\n\r\nx \u{1f600}".to_owned(),
            text: SecretText::new(evil.repeat(50)),
            html: SecretText::new(evil.repeat(50)),
            ..letter()
        };
        let lines = lines(&letter);
        for line in &lines {
            assert!(!line.starts_with('.') && !line.contains('\n'), "{line}");
            assert!(
                !line.starts_with("Bcc") && !line.starts_with("MAIL"),
                "{line}"
            );
            assert!(line.len() < 998, "{line}");
        }
        let encoded = |line: &&String| line.as_str() == "Content-Transfer-Encoding: base64";
        assert_eq!(lines.iter().filter(encoded).count(), 2);
    }
}
