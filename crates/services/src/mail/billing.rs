//! The mails about what an organization pays.

use super::letters::{Pair, credits_end};
use super::render::{name, until};
use oneclaw_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What is said about what an organization pays.
#[derive(Serialize, Deserialize)]
#[serde(tag = "billing", rename_all = "snake_case")]
pub(crate) enum BillingMessage {
    /// Credits end before long.
    CreditsEnd {
        display_name: String,
        org_name: String,
        /// How much, with its currency.
        amount: String,
        /// When the first of them end.
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
}

impl BillingMessage {
    /// Which mail it is, for the store and for the log.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::CreditsEnd { .. } => "credits_end",
        }
    }

    /// Under which its address's cap counts it; see [`super::Message::counted_as`].
    pub(super) const fn counted_as(&self) -> &'static str {
        match self {
            Self::CreditsEnd { .. } => "attempts credit notice to",
        }
    }

    /// Plain text, subject first, and HTML.
    pub(super) fn words(&self, public_url: &str) -> askama::Result<(String, String)> {
        match self {
            Self::CreditsEnd {
                display_name,
                org_name,
                amount,
                expires_at,
            } => credits_end::Text {
                name: &name(display_name),
                org: &name(org_name),
                amount,
                until: &until(*expires_at),
                link: public_url,
            }
            .both(),
        }
    }
}
