//! From a message to the words of a letter.

use super::Message;
use super::letters::{
    Pair, account_deleted, api_key_created, enrollment_request, invitation, invited_elsewhere,
    password_changed, second_factor_off, second_factor_on, welcome,
};
use oneclaw_crypto::SecretText;
use oneclaw_domain::Timestamp;

/// Characters of a name that a mail repeats: room for any honest one, and none for a text.
const NAME: usize = 64;
/// Characters of a description that a mail repeats.
const DESCRIPTION: usize = 200;

/// What a letter says.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) text: SecretText,
    pub(super) html: SecretText,
}

/// Puts a message into words. Every link in it begins with `public_url`.
pub(super) fn render(message: &Message, public_url: &str) -> askama::Result<Words> {
    let (text, html) = match message {
        Message::Welcome {
            display_name,
            org_name,
        } => {
            let (name, org) = (&name(display_name), &name(org_name));
            let link = public_url;
            welcome::Text { name, org, link }.both()
        }
        Message::ApiKeyCreated {
            display_name,
            key_name,
            prefix,
        } => api_key_created::Text {
            name: &name(display_name),
            key: &name(key_name),
            prefix: &name(prefix),
            link: public_url,
        }
        .both(),
        Message::PasswordChanged { display_name } => {
            let (name, link) = (&name(display_name), public_url);
            password_changed::Text { name, link }.both()
        }
        Message::SecondFactorOn { display_name }
        | Message::SecondFactorOff { display_name }
        | Message::AccountDeleted { display_name } => {
            notice(message, &name(display_name), public_url)
        }
        Message::Account(message) => message.words(public_url),
        Message::Entry(message) => message.words(public_url),
        Message::Billing(message) => message.words(public_url),
        Message::Share(message) => message.words(public_url),
        with_link => asking(with_link, public_url),
    }?;
    let (text, html) = (SecretText::new(text), SecretText::new(html));
    let (subject, text) = text.expose().split_once("\n\n").unwrap_or_default();
    Ok(Words {
        subject: subject.to_owned(),
        text: SecretText::new(text.to_owned()),
        html,
    })
}

/// The mails that tell somebody what became of their account.
fn notice(message: &Message, name: &str, link: &str) -> askama::Result<(String, String)> {
    match message {
        Message::SecondFactorOn { .. } => second_factor_on::Text { name, link }.both(),
        Message::SecondFactorOff { .. } => second_factor_off::Text { name, link }.both(),
        Message::AccountDeleted { .. } => account_deleted::Text { name, link }.both(),
        _ => Err(askama::Error::Fmt),
    }
}

/// The mails that ask for something.
fn asking(message: &Message, public_url: &str) -> askama::Result<(String, String)> {
    match message {
        Message::Invitation {
            org_name,
            inviter_name,
            role,
            token,
            expires_at,
        } => invitation::Text {
            org: &name(org_name),
            inviter: &name(inviter_name),
            role: &name(role),
            link: link(public_url, "accept-invite", token).expose(),
            until: &until(*expires_at),
        }
        .both(),
        Message::InvitedElsewhere {
            org_name,
            inviter_name,
        } => invited_elsewhere::Text {
            org: &name(org_name),
            inviter: &name(inviter_name),
            link: public_url,
        }
        .both(),
        Message::EnrollmentRequest {
            agent_name,
            description,
            fingerprint,
            token,
            expires_at,
        } => enrollment_request::Text {
            agent: &name(agent_name),
            description: &one_line(description, DESCRIPTION),
            fingerprint: &fingerprint.as_deref().map(name).unwrap_or_default(),
            link: link(public_url, "enroll", token).expose(),
            until: &until(*expires_at),
        }
        .both(),
        Message::Welcome { .. }
        | Message::Account(_)
        | Message::Entry(_)
        | Message::Billing(_)
        | Message::Share(_)
        | Message::ApiKeyCreated { .. }
        | Message::PasswordChanged { .. }
        | Message::SecondFactorOn { .. }
        | Message::SecondFactorOff { .. }
        | Message::AccountDeleted { .. } => Err(askama::Error::Fmt),
    }
}

pub(super) fn link(public_url: &str, page: &str, token: &SecretText) -> SecretText {
    SecretText::new(format!("{public_url}/{page}?token={}", token.expose()))
}

/// To the minute, in UTC: who reads it may be anywhere.
pub(super) fn until(end: Timestamp) -> String {
    let text = end.to_string();
    match text.split_at_checked(16) {
        Some((minute, _)) => format!("{} UTC", minute.replace('T', " ")),
        None => text,
    }
}

pub(super) fn name(text: &str) -> String {
    one_line(text, NAME)
}

/// Somebody's text as a part of ours: on one line, cut, and without a link that a mail program
/// would make of it.
fn one_line(text: &str, most: usize) -> String {
    let line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text: String = text
        .chars()
        .map(|c| if line(c) { ' ' } else { c })
        .collect();
    let text = text.trim().replace("://", ": //");
    if text.chars().count() <= most {
        return text;
    }
    let cut: String = text.chars().take(most - 1).collect();
    format!("{cut}\u{2026}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{AccountMessage, BillingMessage, Dropped, EntryMessage, ShareMessage};

    const URL: &str = "https://secrets.example.com";

    fn token() -> SecretText {
        SecretText::new("t0ken".to_owned())
    }

    /// Every mail, with this text wherever somebody's text goes.
    fn all(text: &str) -> Vec<Message> {
        let text = || text.to_owned();
        let expires_at = Timestamp::parse("2026-03-08T12:34:56Z").unwrap();
        vec![
            Message::Welcome {
                display_name: text(),
                org_name: text(),
            },
            Message::ApiKeyCreated {
                display_name: text(),
                key_name: text(),
                prefix: "1ck_abcd".to_owned(),
            },
            Message::PasswordChanged {
                display_name: text(),
            },
            Message::SecondFactorOn {
                display_name: text(),
            },
            Message::SecondFactorOff {
                display_name: text(),
            },
            Message::AccountDeleted {
                display_name: text(),
            },
            Message::Invitation {
                org_name: text(),
                inviter_name: text(),
                role: "member".to_owned(),
                token: token(),
                expires_at,
            },
            Message::InvitedElsewhere {
                org_name: text(),
                inviter_name: text(),
            },
            Message::EnrollmentRequest {
                agent_name: text(),
                description: text(),
                fingerprint: Some(text()),
                token: token(),
                expires_at,
            },
        ]
    }

    /// Those about shares, and about ways in.
    fn about_shares_and_entries(text: &str) -> Vec<Message> {
        let text = || text.to_owned();
        let expires_at = Timestamp::parse("2026-03-08T12:34:56Z").unwrap();
        vec![
            Message::Share(ShareMessage::Shared {
                sharer_name: text(),
                org_name: text(),
                share_id: "t0ken".to_owned(),
                expires_at,
            }),
            Message::Share(ShareMessage::Read {
                display_name: text(),
                path: text(),
                reader: text(),
                address: Some("192.0.2.1".to_owned()),
                reads: 3,
                at: expires_at,
            }),
            Message::Entry(EntryMessage::DeviceLetIn {
                display_name: text(),
                client: text(),
                address: "192.0.2.1".to_owned(),
                at: expires_at,
            }),
            Message::Entry(EntryMessage::IdentityLinked {
                display_name: text(),
                issuer: text(),
            }),
            Message::Billing(BillingMessage::CreditsEnd {
                display_name: text(),
                org_name: text(),
                amount: "12.50 USD".to_owned(),
                expires_at,
            }),
        ]
    }

    /// Those about an account's address and password.
    fn about_accounts(text: &str) -> Vec<Message> {
        let text = || text.to_owned();
        let expires_at = Timestamp::parse("2026-03-08T12:34:56Z").unwrap();
        vec![
            Message::Account(AccountMessage::WelcomeUnproved {
                display_name: text(),
                org_name: text(),
                token: token(),
                expires_at,
            }),
            Message::Account(AccountMessage::VerifyAddress {
                display_name: text(),
                token: token(),
                expires_at,
            }),
            Message::Account(AccountMessage::AccountExists {
                display_name: text(),
            }),
            Message::Account(AccountMessage::PasswordReset {
                display_name: text(),
                token: token(),
                expires_at,
            }),
            Message::Account(AccountMessage::EmailChangeCode {
                display_name: text(),
                code: token(),
                expires_at,
            }),
            Message::Account(AccountMessage::EmailChangeTaken {
                display_name: text(),
            }),
            Message::Account(AccountMessage::EmailChanged {
                display_name: text(),
            }),
            Message::Account(AccountMessage::AccountReclaimed {
                display_name: text(),
                dropped: Dropped::default(),
            }),
        ]
    }

    fn words(text: &str) -> Vec<Words> {
        all(text)
            .iter()
            .chain(&about_accounts(text))
            .chain(&about_shares_and_entries(text))
            .map(|message| render(message, URL).unwrap())
            .collect()
    }

    #[test]
    fn every_mail_has_a_subject_and_says_the_same_in_both_forms() {
        for words in words("Ada") {
            let (text, html) = (words.text.expose(), words.html.expose());
            assert!(!words.subject.is_empty() && !words.subject.contains('\n'));
            assert!(text.len() > 80 && html.contains("</html>"), "{text}");
            for part in ["t0ken", "2026-03-08 12:34 UTC", "Ada"] {
                assert_eq!(text.contains(part), html.contains(part), "{part}: {text}");
            }
        }
    }

    #[test]
    fn mail_01_markup_in_names_is_escaped() {
        for words in words("<a href=\"javascript:x\">&</a><img src=x>") {
            let html = words.html.expose();
            assert!(
                !html.contains("<a href=\"javascript") && !html.contains("<img"),
                "{html}"
            );
            assert!(html.contains("&#60;img"), "{html}");
        }
    }

    #[test]
    fn mail_01_names_break_no_line_and_make_no_link() {
        for evil in [
            "Ada\r\nBcc: e@evil.test\r\n\r\nhello",
            "Ada\n.\nMAIL FROM:<e@evil.test>",
            "https://evil.test/login\u{2028}x",
        ] {
            for words in words(evil) {
                assert!(!words.subject.contains(['\r', '\n']), "{}", words.subject);
                for form in [words.text.expose(), words.html.expose()] {
                    assert!(!form.contains("\nBcc") && !form.contains("\n.\n"), "{form}");
                    assert!(!form.contains("\nMAIL"), "{form}");
                    let links = form.matches("://").count();
                    assert_eq!(links, form.matches(URL).count(), "{form}");
                }
            }
        }
    }

    #[test]
    fn shr_12_long_names_are_cut() {
        for words in words(&"x".repeat(1000)) {
            assert!(!words.html.expose().contains(&"x".repeat(DESCRIPTION)));
            assert!(words.subject.chars().count() < 200);
        }
    }
}
