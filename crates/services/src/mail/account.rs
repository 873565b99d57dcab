//! The mails about an account's address and password.

use super::letters::{
    Pair, account_exists, account_reclaimed, email_change_code, email_change_taken, email_changed,
    password_reset, verify_address, welcome_unproved,
};
use super::render::{link, name, until};
use oneclaw_crypto::SecretText;
use oneclaw_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What is said about an account's address or password.
#[derive(Serialize, Deserialize)]
#[serde(tag = "account", rename_all = "snake_case")]
pub(crate) enum AccountMessage {
    /// An account was made whose address was not proved.
    WelcomeUnproved {
        display_name: String,
        org_name: String,
        #[serde(with = "super::message::in_sealed_row")]
        token: SecretText,
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
    /// An address is to be proved.
    VerifyAddress {
        display_name: String,
        #[serde(with = "super::message::in_sealed_row")]
        token: SecretText,
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
    /// Somebody wanted to sign up with an address that has an account.
    AccountExists { display_name: String },
    /// A new password may be set.
    PasswordReset {
        display_name: String,
        #[serde(with = "super::message::in_sealed_row")]
        token: SecretText,
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
    /// An address is to become that of an account.
    EmailChangeCode {
        display_name: String,
        #[serde(with = "super::message::in_sealed_row")]
        code: SecretText,
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
    /// Somebody wanted to give their account an address that has one.
    EmailChangeTaken { display_name: String },
    /// An account has another address; told to the one before.
    EmailChanged { display_name: String },
    /// An address was proved for the first time, without the credentials of before.
    AccountReclaimed {
        display_name: String,
        dropped: Dropped,
    },
}

/// What was taken from an account whose address was proved by somebody else than who made it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Dropped {
    /// Whether a password was set.
    pub(crate) password: bool,
    /// Whether a second factor was on.
    pub(crate) second_factor: bool,
    /// Personal API keys.
    pub(crate) api_keys: u64,
    /// Agents whose keys and tokens are dead.
    pub(crate) agents: u64,
    /// Shares.
    pub(crate) shares: u64,
    /// Who the account was to issuers.
    pub(crate) identities: u64,
    /// Addresses of clients that it knew.
    pub(crate) login_addresses: u64,
    /// Rules about addresses, which could have kept the owner out.
    pub(crate) ip_rules: u64,
    /// Other members of the organization, who stay.
    pub(crate) others: u64,
}

impl AccountMessage {
    /// Which mail it is, for the store and for the log.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::WelcomeUnproved { .. } => "welcome",
            Self::VerifyAddress { .. } => "verify_address",
            Self::AccountExists { .. } => "account_exists",
            Self::PasswordReset { .. } => "password_reset",
            Self::EmailChangeCode { .. } => "email_change_code",
            Self::EmailChangeTaken { .. } => "email_change_taken",
            Self::EmailChanged { .. } => "email_changed",
            Self::AccountReclaimed { .. } => "account_reclaimed",
        }
    }

    /// Under which its address's cap counts it; see [`super::Message::counted_as`].
    pub(super) const fn counted_as(&self) -> &'static str {
        match self {
            Self::EmailChanged { .. } => "attempts address notice to",
            Self::AccountReclaimed { .. } => "attempts reclaim notice to",
            Self::WelcomeUnproved { .. }
            | Self::VerifyAddress { .. }
            | Self::AccountExists { .. }
            | Self::PasswordReset { .. }
            | Self::EmailChangeCode { .. }
            | Self::EmailChangeTaken { .. } => "attempts mail to",
        }
    }

    /// Plain text, subject first, and HTML.
    pub(super) fn words(&self, public_url: &str) -> askama::Result<(String, String)> {
        match self {
            Self::WelcomeUnproved {
                display_name,
                org_name,
                token,
                expires_at,
            } => welcome_unproved::Text {
                name: &name(display_name),
                org: &name(org_name),
                link: link(public_url, "verify-email", token).expose(),
                until: &until(*expires_at),
            }
            .both(),
            Self::VerifyAddress {
                display_name,
                token,
                expires_at,
            } => verify_address::Text {
                name: &name(display_name),
                link: link(public_url, "verify-email", token).expose(),
                until: &until(*expires_at),
            }
            .both(),
            Self::PasswordReset {
                display_name,
                token,
                expires_at,
            } => password_reset::Text {
                name: &name(display_name),
                link: link(public_url, "reset-password", token).expose(),
                until: &until(*expires_at),
            }
            .both(),
            Self::EmailChangeCode {
                display_name,
                code,
                expires_at,
            } => email_change_code::Text {
                name: &name(display_name),
                code: code.expose(),
                until: &until(*expires_at),
                link: public_url,
            }
            .both(),
            without_token => without_token.notice(public_url),
        }
    }

    /// The mails that only tell something.
    fn notice(&self, link: &str) -> askama::Result<(String, String)> {
        match self {
            Self::AccountExists { display_name } => account_exists::Text {
                name: &name(display_name),
                link,
            }
            .both(),
            Self::EmailChangeTaken { display_name } => email_change_taken::Text {
                name: &name(display_name),
                link,
            }
            .both(),
            Self::EmailChanged { display_name } => email_changed::Text {
                name: &name(display_name),
                link,
            }
            .both(),
            Self::AccountReclaimed {
                display_name,
                dropped,
            } => account_reclaimed::Text {
                name: &name(display_name),
                dropped: &dropped.in_words(),
                others: &dropped.others_in_words(),
                link,
            }
            .both(),
            Self::WelcomeUnproved { .. }
            | Self::VerifyAddress { .. }
            | Self::PasswordReset { .. }
            | Self::EmailChangeCode { .. } => Err(askama::Error::Fmt),
        }
    }
}

impl Dropped {
    /// As a part of a sentence: sessions always end.
    fn in_words(self) -> String {
        let many = |count: u64, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {one}s")),
        };
        let agents = many(self.agents, "agent").map(|agents| format!("the keys of {agents}"));
        let parts = [
            Some("all logins".to_owned()),
            self.password.then(|| "the password".to_owned()),
            self.second_factor.then(|| "the second factor".to_owned()),
            many(self.api_keys, "API key"),
            agents,
            many(self.shares, "share"),
            many(self.identities, "issuer login"),
            many(self.ip_rules, "IP rule"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn others_in_words(self) -> String {
        match self.others {
            0 => String::new(),
            1 => "One other member is".to_owned(),
            many => format!("{many} other members are"),
        }
    }
}
