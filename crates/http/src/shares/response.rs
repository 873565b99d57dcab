//! A share on the wire.

use crate::answer::Audience;
use crate::auth::exposed;
use oneclaw_domain::{MaxAccessCount, Recipient, Share, ShareState, Timestamp};
use oneclaw_services::{Listed, SecretText, SharePreview, SharedValue};
use serde::Serialize;
use utoipa::ToSchema;

/// The one right that a share gives.
const PERMISSIONS: [&str; 1] = ["read"];

/// A share that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShareResponse {
    /// Its id. Whoever has that of a share by link can read what is shared.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The page behind the link, to pass on.
    #[schema(format = "uri")]
    share_url: String,
    /// `user`, `agent`, `creator`, `external_email` or `anyone_with_link`.
    recipient_type: &'static str,
    /// The address that it is for.
    recipient_email: Option<String>,
    /// When it stops.
    #[schema(format = DateTime)]
    expires_at: String,
    /// How often it may be read.
    max_access_count: Option<i64>,
    /// Who it is for, where that is a person or an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    #[expect(
        clippy::option_option,
        reason = "left out, `null` and an id are three things"
    )]
    recipient_id: Option<Option<String>>,
    /// The secret's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    secret_id: Option<String>,
    /// Where it lies in its vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_path: Option<String>,
    /// The vault's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    vault_id: Option<String>,
    /// How often it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_count: Option<i64>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<String>,
    /// `pending`, `active`, `declined`, `expired` or `exhausted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// What it gives: `read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<[&'static str; 1]>,
}

/// A share in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShareItemResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where the secret lies in its vault.
    secret_path: String,
    /// `user`, `agent`, `creator`, `external_email` or `anyone_with_link`.
    recipient_type: &'static str,
    /// The address that it is for.
    recipient_email: Option<String>,
    /// How often it was read.
    access_count: i64,
    /// How often it may be read.
    max_access_count: Option<i64>,
    /// When it stops.
    #[schema(format = DateTime)]
    expires_at: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Whether its time is over.
    is_expired: bool,
    /// Whether its recipient took it; always so for a link.
    is_accepted: bool,
    /// The secret's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    secret_id: Option<String>,
    /// The vault's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    vault_id: Option<String>,
    /// Who it is for, where that is a person or an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    #[expect(
        clippy::option_option,
        reason = "left out, `null` and an id are three things"
    )]
    recipient_id: Option<Option<String>>,
    /// The page behind the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    share_url: Option<String>,
    /// `pending`, `active`, `declined`, `expired` or `exhausted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Who shares: `user:<uuid>` or `agent:<uuid>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// Whether a passphrase is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_passphrase: Option<bool>,
}

/// Shares, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShareListResponse {
    /// The shares.
    shares: Vec<ShareItemResponse>,
    /// Where the next page begins; only with `limit`, and not on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What was shared, with its value.
#[derive(Serialize, ToSchema)]
pub(crate) struct SharedSecretResponse {
    /// The secret's id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where it lies in its vault.
    path: String,
    /// What kind of value it is.
    #[serde(rename = "type")]
    kind: String,
    /// The value, byte for byte as it was put.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    value: SecretText,
    /// How often the share was read, with this time.
    access_count: i64,
    /// How often it may be read.
    max_access_count: Option<i64>,
    /// The share's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    share_id: Option<String>,
    /// The version's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// Whether the value is encrypted by the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    cmek_encrypted: Option<bool>,
    /// When the share stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// The name of who shares: told to a recipient whom the share names, and to others where its
    /// maker says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    #[expect(
        clippy::option_option,
        reason = "left out, `null` and a name are three things"
    )]
    shared_by: Option<Option<String>>,
}

/// What a reader is shown before the value.
#[derive(Serialize, ToSchema)]
pub(crate) struct SharePreviewResponse {
    /// Where the secret lies in its vault.
    path: String,
    /// What kind of value it is.
    #[serde(rename = "type")]
    kind: String,
    /// When the share stops.
    #[schema(format = DateTime)]
    expires_at: String,
    /// How often it may be read.
    max_access_count: Option<i64>,
    /// How often it was read.
    access_count: i64,
    /// Whether the value is encrypted by the client.
    cmek_encrypted: bool,
    /// The name of who shares: told to a recipient whom the share names, and to others where its
    /// maker says so.
    shared_by: Option<String>,
}

/// The page's address, told apart from the API's by its path.
fn link(public_url: &str, share: &Share) -> String {
    format!("{public_url}/share/{}", share.id)
}

fn most(share: &Share) -> Option<i64> {
    share.max_access_count.map(MaxAccessCount::get)
}

fn recipient_id(recipient: &Recipient) -> Option<String> {
    recipient.principal().map(|whom| whom.uuid().to_string())
}

fn recipient_email(recipient: &Recipient) -> Option<String> {
    recipient.email().map(ToString::to_string)
}

impl ShareResponse {
    pub(super) fn new(share: &Share, public_url: &str, now: Timestamp, audience: Audience) -> Self {
        Self {
            id: share.id.to_string(),
            share_url: link(public_url, share),
            recipient_type: share.recipient.kind().as_str(),
            recipient_email: recipient_email(&share.recipient),
            expires_at: share.expires_at.to_string(),
            max_access_count: most(share),
            recipient_id: audience.superset(recipient_id(&share.recipient)),
            secret_id: audience.superset(share.secret.to_string()),
            secret_path: audience.superset(share.path.to_string()),
            vault_id: audience.superset(share.vault.to_string()),
            access_count: audience.superset(share.access_count),
            created_at: audience.superset(share.created_at.to_string()),
            status: audience.superset(share.state(now).as_str()),
            permissions: audience.superset(PERMISSIONS),
        }
    }
}

impl ShareItemResponse {
    fn new(share: &Share, public_url: &str, now: Timestamp, audience: Audience) -> Self {
        let is_taken = share.accepted || share.recipient == Recipient::Link;
        Self {
            id: share.id.to_string(),
            secret_path: share.path.to_string(),
            recipient_type: share.recipient.kind().as_str(),
            recipient_email: recipient_email(&share.recipient),
            access_count: share.access_count,
            max_access_count: most(share),
            expires_at: share.expires_at.to_string(),
            created_at: share.created_at.to_string(),
            is_expired: share.expires_at <= now,
            is_accepted: is_taken && share.state(now) != ShareState::Declined,
            secret_id: audience.superset(share.secret.to_string()),
            vault_id: audience.superset(share.vault.to_string()),
            recipient_id: audience.superset(recipient_id(&share.recipient)),
            share_url: audience.superset(link(public_url, share)),
            status: audience.superset(share.state(now).as_str()),
            created_by: audience.superset(share.created_by.to_string()),
            has_passphrase: audience.superset(share.has_passphrase),
        }
    }
}

impl ShareListResponse {
    pub(super) fn new(
        listed: Listed<Share>,
        public_url: &str,
        now: Timestamp,
        audience: Audience,
    ) -> Self {
        let shares = listed.items.iter();
        Self {
            shares: shares
                .map(|share| ShareItemResponse::new(share, public_url, now, audience))
                .collect(),
            next_cursor: listed.next_cursor,
        }
    }
}

impl SharedSecretResponse {
    pub(super) fn new(shared: SharedValue, audience: Audience) -> Self {
        let (share, version) = (&shared.share, &shared.version);
        Self {
            id: share.secret.to_string(),
            path: share.path.to_string(),
            kind: version.kind.as_str().to_owned(),
            access_count: share.access_count,
            max_access_count: most(share),
            share_id: audience.superset(share.id.to_string()),
            version: audience.superset(version.number.get()),
            cmek_encrypted: audience.superset(version.cmek.is_some()),
            expires_at: audience.superset(share.expires_at.to_string()),
            shared_by: audience.superset(shared.shared_by.clone()),
            value: shared.into_value(),
        }
    }
}

impl From<SharePreview> for SharePreviewResponse {
    fn from(preview: SharePreview) -> Self {
        let (share, version) = (preview.share, preview.version);
        Self {
            path: share.path.to_string(),
            kind: version.kind.as_str().to_owned(),
            expires_at: share.expires_at.to_string(),
            max_access_count: most(&share),
            access_count: share.access_count,
            cmek_encrypted: version.cmek.is_some(),
            shared_by: preview.shared_by,
        }
    }
}
