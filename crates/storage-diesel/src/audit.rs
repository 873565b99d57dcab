//! Audit events, as they are stored: one form goes in and is hashed.

use crate::schema::audit_events;
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::Insertable;
use oneclaw_domain::{AuditEvent, ChainLink, EventRecord};

/// An event in the form in which it is stored and read back.
pub(crate) fn record_of(event: &AuditEvent) -> EventRecord {
    let mut record = EventRecord::from(event);
    record.details = StoredJson::as_read_back(record.details);
    record
}

/// One event in its place.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = audit_events)]
pub(crate) struct NewEvent {
    pub(crate) seq: i64,
    pub(crate) id: StoredId,
    pub(crate) org_id: Option<StoredId>,
    pub(crate) action: String,
    pub(crate) actor_type: String,
    pub(crate) actor_id: String,
    pub(crate) resource_type: String,
    pub(crate) resource_id: String,
    pub(crate) details: StoredJson,
    pub(crate) outcome: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) request_id: String,
    pub(crate) created_at: StoredTime,
    pub(crate) prev_event_id: Option<StoredId>,
    pub(crate) integrity_hash: Option<Vec<u8>>,
    pub(crate) chain_position: Option<i64>,
    pub(crate) chain_key: Option<String>,
}

impl NewEvent {
    /// The row of an event; without a link it has no place in a chain.
    pub(crate) fn new(seq: i64, event: EventRecord, link: Option<ChainLink>) -> Self {
        let (previous, hash, position, key) = match link {
            Some(link) => (
                link.previous.map(Into::into),
                Some(link.hash.to_vec()),
                Some(link.position),
                Some(link.key),
            ),
            None => (None, None, None, None),
        };
        Self {
            seq,
            id: event.id.into(),
            org_id: event.org.map(Into::into),
            action: event.action,
            actor_type: event.actor_type,
            actor_id: event.actor_id,
            resource_type: event.resource_type,
            resource_id: event.resource_id,
            details: StoredJson(event.details),
            outcome: event.outcome,
            ip_address: event.ip_address,
            request_id: event.request_id,
            created_at: event.created_at.into(),
            prev_event_id: previous,
            integrity_hash: hash,
            chain_position: position,
            chain_key: key,
        }
    }
}

/// A stored hash; one of another length is none, and reads as zeros.
pub(crate) fn hash_of(bytes: Vec<u8>) -> [u8; 32] {
    bytes.try_into().unwrap_or_default()
}
