//! The mails about new ways into an account.

use super::letters::{Pair, device_let_in, identity_linked};
use super::render::{name, until};
use oneclaw_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What is said about a new way into an account.
#[derive(Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(crate) enum EntryMessage {
    /// A device was let in, and acts for the account.
    DeviceLetIn {
        display_name: String,
        client: String,
        /// Where the device asked from.
        address: String,
        #[serde(with = "super::message::as_millis")]
        at: Timestamp,
    },
    /// The account was tied to somebody at an issuer, who logs in to it from now on.
    IdentityLinked {
        display_name: String,
        issuer: String,
    },
}

impl EntryMessage {
    /// Which mail it is, for the store and for the log.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::DeviceLetIn { .. } => "device_let_in",
            Self::IdentityLinked { .. } => "identity_linked",
        }
    }

    /// Under which its address's cap counts it; see [`super::Message::counted_as`].
    pub(super) const fn counted_as(&self) -> &'static str {
        match self {
            Self::DeviceLetIn { .. } => "attempts device notice to",
            Self::IdentityLinked { .. } => "attempts identity notice to",
        }
    }

    /// Plain text, subject first, and HTML.
    pub(super) fn words(&self, public_url: &str) -> askama::Result<(String, String)> {
        match self {
            Self::DeviceLetIn {
                display_name,
                client,
                address,
                at,
            } => device_let_in::Text {
                name: &name(display_name),
                client: &name(client),
                address: &name(address),
                at: &until(*at),
                link: public_url,
            }
            .both(),
            Self::IdentityLinked {
                display_name,
                issuer,
            } => identity_linked::Text {
                name: &name(display_name),
                issuer: &name(issuer.trim_start_matches("https://")),
                link: public_url,
            }
            .both(),
        }
    }
}
