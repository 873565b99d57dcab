//! An API key on the wire.

use crate::answer::Audience;
use oneclaw_domain::{ApiKey, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// What is kept of an API key.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What it is for.
    name: String,
    /// Its first 12 characters.
    key_prefix: String,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    /// What it is limited to; empty = everything its owner may do.
    scopes: Vec<String>,
    /// Whether it works now.
    is_active: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops working.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was last used, to the minute.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl ApiKeyResponse {
    pub(super) fn new(key: &ApiKey, now: Timestamp, audience: Audience) -> Self {
        let prefix = key.prefix.as_str().to_owned();
        Self {
            id: key.id.to_string(),
            name: key.name.as_str().to_owned(),
            key_prefix: prefix.clone(),
            prefix: audience.superset(prefix),
            scopes: key.scopes.as_slice().to_vec(),
            is_active: key.is_active(now),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|end| end.to_string()),
            last_used_at: key.last_used_at.map(to_the_minute),
        }
    }
}

fn to_the_minute(moment: Timestamp) -> String {
    Timestamp::from_millis(moment.millis() - moment.millis().rem_euclid(60_000)).to_string()
}
