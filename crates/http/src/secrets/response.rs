//! A secret on the wire: with its value only where that was asked for.

use crate::answer::Audience;
use crate::auth::exposed;
use oneclaw_domain::SecretVersion;
use oneclaw_services::{Revealed, SecretText};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A version of a secret, without its value.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretMetadataResponse {
    /// The secret's id, the same for all its versions.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where it lies in its vault.
    path: String,
    /// What kind of value it holds.
    #[serde(rename = "type")]
    kind: String,
    /// The version's number.
    version: i64,
    /// What is attached to the version.
    #[schema(value_type = Object)]
    metadata: Value,
    /// When the version was written.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops being readable.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Whether it was disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_disabled: Option<bool>,
    /// The same as `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_type: Option<String>,
    /// The same as `created_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    updated_at: Option<String>,
    /// How often the value may be given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    #[expect(
        clippy::option_option,
        reason = "left out, `null` and a number are three things"
    )]
    max_access_count: Option<Option<i64>>,
    /// How often it was given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_count: Option<i64>,
}

/// A version of a secret, with its value.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecretResponse {
    #[serde(flatten)]
    version: SecretMetadataResponse,
    /// The value, byte for byte as it was put.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    value: SecretText,
    /// Who wrote it: `user:<uuid>` or `agent:<uuid>`.
    created_by: String,
    /// Whether the value is encrypted by the client.
    cmek_encrypted: bool,
    /// The fingerprint of the client's key that it is encrypted under.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    #[expect(
        clippy::option_option,
        reason = "left out, `null` and a fingerprint are three things"
    )]
    cmek_fingerprint: Option<Option<String>>,
}

impl SecretMetadataResponse {
    pub(super) fn new(version: &SecretVersion, audience: Audience) -> Self {
        let kind = version.kind.as_str().to_owned();
        let created_at = version.created_at.to_string();
        let max_access_count = version
            .max_access_count
            .map(oneclaw_domain::MaxAccessCount::get);
        Self {
            id: version.secret.to_string(),
            path: version.path.to_string(),
            kind: kind.clone(),
            version: version.number.get(),
            metadata: version.metadata.to_value(),
            created_at: created_at.clone(),
            expires_at: version.expires_at.map(|end| end.to_string()),
            is_disabled: audience.superset(version.disabled),
            secret_type: audience.superset(kind),
            updated_at: audience.superset(created_at),
            max_access_count: audience.superset(max_access_count),
            access_count: audience.superset(version.access_count),
        }
    }
}

impl SecretResponse {
    pub(super) fn new(revealed: Revealed, audience: Audience) -> Self {
        let (version, value) = revealed.into_parts();
        Self {
            created_by: version.created_by.to_string(),
            version: SecretMetadataResponse::new(&version, audience),
            value,
            cmek_encrypted: version.cmek.is_some(),
            cmek_fingerprint: audience
                .superset(version.cmek.as_ref().map(|key| key.as_str().to_owned())),
        }
    }
}
