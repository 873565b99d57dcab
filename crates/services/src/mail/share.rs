//! The mails about shares: none holds what is shared.

use super::letters::{Pair, secret_shared, shared_secret_read};
use super::render::{name, until};
use oneclaw_domain::Timestamp;
use serde::{Deserialize, Serialize};

/// What is said about a share.
#[derive(Serialize, Deserialize)]
#[serde(tag = "share", rename_all = "snake_case")]
pub(crate) enum ShareMessage {
    /// A secret is shared with an address.
    Shared {
        sharer_name: String,
        org_name: String,
        share_id: String,
        #[serde(with = "super::message::as_millis")]
        expires_at: Timestamp,
    },
    /// What somebody shares was read.
    Read {
        display_name: String,
        path: String,
        reader: String,
        address: Option<String>,
        /// How often it was read by then.
        reads: i64,
        #[serde(with = "super::message::as_millis")]
        at: Timestamp,
    },
}

impl ShareMessage {
    /// Which mail it is, for the store and for the log.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Shared { .. } => "secret_shared",
            Self::Read { .. } => "shared_secret_read",
        }
    }

    /// Under which its address's cap counts it; see [`super::Message::counted_as`].
    pub(super) const fn counted_as(&self) -> &'static str {
        match self {
            Self::Shared { .. } => "attempts mail to",
            Self::Read { .. } => "attempts share notice to",
        }
    }

    /// Plain text, subject first, and HTML.
    pub(super) fn words(&self, public_url: &str) -> askama::Result<(String, String)> {
        match self {
            Self::Shared {
                sharer_name,
                org_name,
                share_id,
                expires_at,
            } => secret_shared::Text {
                sharer: &name(sharer_name),
                org: &name(org_name),
                link: &format!("{public_url}/share/{share_id}"),
                until: &until(*expires_at),
            }
            .both(),
            Self::Read {
                display_name,
                path,
                reader,
                address,
                reads,
                at,
            } => shared_secret_read::Text {
                name: &name(display_name),
                path: &name(path),
                reader: &name(reader),
                address: address.as_deref().unwrap_or("an address that is not known"),
                reads: &match reads {
                    1 => "once".to_owned(),
                    many => format!("{many} times"),
                },
                at: &until(*at),
                link: public_url,
            }
            .both(),
        }
    }
}
