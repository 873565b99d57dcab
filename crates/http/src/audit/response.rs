//! An event on the wire.

use oneclaw_domain::{ChainedEvent, OrgId};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that was done, or refused.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct AuditEventResponse {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: String,
    /// What.
    #[schema(example = "secret.read")]
    action: String,
    /// By whom: an id, or `anonymous` or `system`.
    actor_id: String,
    /// `user`, `agent`, `anonymous` or `system`.
    actor_type: String,
    /// What it was done to, by kind.
    resource_type: String,
    /// What it was done to: an id; the organization's where it was nothing in particular.
    resource_id: String,
    /// The organization.
    #[schema(value_type = Uuid)]
    org_id: String,
    /// What else is known; `outcome` is `ok` or `denied`.
    #[schema(value_type = Object)]
    details: Value,
    /// From where.
    ip_address: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    created_at: String,
    /// The event before it in the chain; null for the first.
    #[schema(value_type = Option<Uuid>)]
    prev_event_id: Option<String>,
    /// The hash of it and all before it, 64 hexadecimal digits.
    integrity_hash: String,
    /// The same as `created_at`.
    #[schema(format = DateTime)]
    timestamp: String,
    /// The same as `details`.
    #[schema(value_type = Object)]
    metadata: Value,
}

impl From<ChainedEvent> for AuditEventResponse {
    fn from(found: ChainedEvent) -> Self {
        let ChainedEvent { event, link, .. } = found;
        let created_at = event.created_at.to_string();
        let previous = link.as_ref().and_then(|link| link.previous);
        Self {
            id: event.id.to_string(),
            action: event.action,
            actor_id: event.actor_id,
            actor_type: event.actor_type,
            resource_type: event.resource_type,
            resource_id: event.resource_id,
            org_id: event.org.map_or(Uuid::nil(), OrgId::uuid).to_string(),
            metadata: event.details.clone(),
            details: event.details,
            ip_address: event.ip_address,
            timestamp: created_at.clone(),
            created_at,
            prev_event_id: previous.map(|id| id.to_string()),
            integrity_hash: hex(&link.map(|link| link.hash).unwrap_or_default()),
        }
    }
}

fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        // writing to a text does not fail
        let _written = write!(text, "{byte:02x}");
        text
    })
}
