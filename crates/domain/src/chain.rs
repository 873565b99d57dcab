//! The hash chain of audit events: what is linked, in which encoding.
//!
//! Each organization has a chain, and the installation one. An event's hash covers the hash before
//! it and every field of the event; the chain's head is kept apart from the events, under the key.

use crate::{AuditEvent, EventId, OrgId, Outcome, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// Whose chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Chain {
    /// The installation's own: of what belongs to no organization.
    Installation,
    /// An organization's.
    Org(OrgId),
}

impl Chain {
    /// The chain of events of this organization.
    pub const fn of(org: Option<OrgId>) -> Self {
        match org {
            Some(org) => Self::Org(org),
            None => Self::Installation,
        }
    }

    /// The organization, where it is one's.
    pub const fn org(self) -> Option<OrgId> {
        match self {
            Self::Installation => None,
            Self::Org(org) => Some(org),
        }
    }

    /// Its name in the store: the organization's id, nil for the installation.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Installation => Uuid::nil(),
            Self::Org(org) => org.uuid(),
        }
    }

    /// The chain of that name.
    pub const fn from_uuid(id: Uuid) -> Self {
        if id.is_nil() {
            Self::Installation
        } else {
            Self::Org(OrgId::from_uuid(id))
        }
    }
}

/// An event with its fields as they are stored and read back: the one form that is hashed.
#[derive(Clone, PartialEq, Debug)]
pub struct EventRecord {
    /// Its id.
    pub id: EventId,
    /// Whose chain it belongs to.
    pub org: Option<OrgId>,
    /// What was done.
    pub action: String,
    /// Who, by kind.
    pub actor_type: String,
    /// Who, by id.
    pub actor_id: String,
    /// What it was done to, by kind.
    pub resource_type: String,
    /// What it was done to, by id.
    pub resource_id: String,
    /// What else is known; an object.
    pub details: Value,
    /// `ok` or `denied`.
    pub outcome: String,
    /// From where.
    pub ip_address: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// When.
    pub created_at: Timestamp,
}

impl From<&AuditEvent> for EventRecord {
    fn from(event: &AuditEvent) -> Self {
        Self {
            id: event.id,
            org: event.org,
            action: event.action.to_owned(),
            actor_type: event.actor.kind().to_owned(),
            actor_id: event.actor.id(),
            resource_type: event.resource.kind.as_str().to_owned(),
            resource_id: event.resource.id.clone(),
            details: event.full_details(),
            outcome: match event.outcome {
                Outcome::Ok => "ok",
                Outcome::Denied(_) => "denied",
            }
            .to_owned(),
            ip_address: event.request.ip.map(|ip| ip.to_string()),
            request_id: event.request.request_id.clone(),
            created_at: event.created_at,
        }
    }
}

impl EventRecord {
    /// Every field in a fixed order, each with its length before it (8 bytes, big-endian), so that no
    /// two events have one encoding; what may be missing says in a byte of its own whether it is.
    /// Details are JSON with sorted keys.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Canonical::default();
        out.item(self.id.uuid().as_bytes());
        out.optional(
            self.org
                .map(|org| org.uuid().into_bytes())
                .as_ref()
                .map(|id| &id[..]),
        );
        out.item(self.action.as_bytes());
        out.item(self.actor_type.as_bytes());
        out.item(self.actor_id.as_bytes());
        out.item(self.resource_type.as_bytes());
        out.item(self.resource_id.as_bytes());
        out.item(sorted(&self.details).as_bytes());
        out.item(self.outcome.as_bytes());
        out.optional(self.ip_address.as_deref().map(str::as_bytes));
        out.item(self.request_id.as_bytes());
        out.item(&self.created_at.millis().to_be_bytes());
        out.0
    }
}

/// Where an event stands in its chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainLink {
    /// Its row's number in the store: rises along every chain.
    pub seq: i64,
    /// Its place in the chain: 1, 2, 3 and on without a gap.
    pub position: i64,
    /// The event before it; `None` = it is the first.
    pub previous: Option<EventId>,
    /// The key that its hash is made with.
    pub key: String,
    /// HMAC-SHA-256 of the hash before it, its place and the event.
    pub hash: [u8; 32],
}

impl ChainLink {
    /// What is hashed of an event at this place, behind `previous_hash`.
    pub fn canonical(&self, previous_hash: &[u8; 32], event: &EventRecord) -> Vec<u8> {
        let mut out = Canonical::default();
        out.item(previous_hash);
        out.item(&self.seq.to_be_bytes());
        out.item(&self.position.to_be_bytes());
        out.optional(
            self.previous
                .map(|id| id.uuid().into_bytes())
                .as_ref()
                .map(|id| &id[..]),
        );
        out.item(self.key.as_bytes());
        out.0.extend(event.canonical());
        out.0
    }
}

/// An event as it stands in the store. One without a link was written before chains were.
#[derive(Clone, PartialEq, Debug)]
pub struct ChainedEvent {
    /// Its row's number in the store.
    pub seq: i64,
    /// The event.
    pub event: EventRecord,
    /// Its place in the chain.
    pub link: Option<ChainLink>,
}

/// The end of a chain, and where it begins: kept apart from the events, under the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainHead {
    /// Which chain.
    pub chain: Chain,
    /// How many events were ever in it.
    pub length: i64,
    /// The last of them; `None` = none yet.
    pub last: Option<EventId>,
    /// Its hash; of an empty chain, zeros.
    pub hash: [u8; 32],
    /// How many of the first were taken away by retention.
    pub pruned: i64,
    /// The hash of the last that was taken away; of none, zeros.
    pub pruned_hash: [u8; 32],
    /// The last that was taken away.
    pub pruned_last: Option<EventId>,
    /// The key of `mac`.
    pub key: String,
    /// HMAC-SHA-256 of all the others. Empty where what was there before did not hold: then nobody
    /// signs it again, and the chain stays broken.
    pub mac: Vec<u8>,
}

impl ChainHead {
    /// A chain without events, not yet signed.
    pub fn empty(chain: Chain) -> Self {
        Self {
            chain,
            length: 0,
            last: None,
            hash: [0; 32],
            pruned: 0,
            pruned_hash: [0; 32],
            pruned_last: None,
            key: String::new(),
            mac: Vec::new(),
        }
    }

    /// What `mac` is made of.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Canonical::default();
        out.item(self.chain.uuid().as_bytes());
        out.item(&self.length.to_be_bytes());
        out.optional(
            self.last
                .map(|id| id.uuid().into_bytes())
                .as_ref()
                .map(|id| &id[..]),
        );
        out.item(&self.hash);
        out.item(&self.pruned.to_be_bytes());
        out.item(&self.pruned_hash);
        out.optional(
            self.pruned_last
                .map(|id| id.uuid().into_bytes())
                .as_ref()
                .map(|id| &id[..]),
        );
        out.item(self.key.as_bytes());
        out.0
    }
}

#[derive(Default)]
struct Canonical(Vec<u8>);

impl Canonical {
    fn item(&mut self, bytes: &[u8]) {
        self.0.extend((bytes.len() as u64).to_be_bytes());
        self.0.extend(bytes);
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.0.push(u8::from(bytes.is_some()));
        self.item(bytes.unwrap_or_default());
    }
}

/// JSON with sorted keys and no blanks, whatever order a map keeps.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), sorted(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record() -> EventRecord {
        EventRecord {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            org: Some(OrgId::from_uuid(Uuid::from_u128(2))),
            action: "a|b".to_owned(),
            actor_type: "c".to_owned(),
            actor_id: "d".to_owned(),
            resource_type: "e".to_owned(),
            resource_id: "f".to_owned(),
            details: json!({ "b": 1, "a": [1.5, "é", null] }),
            outcome: "ok".to_owned(),
            ip_address: None,
            request_id: "r".to_owned(),
            created_at: Timestamp::from_millis(5),
        }
    }

    #[test]
    fn aud_03_what_is_distinct_is_encoded_so() {
        let base = record();
        let moved = EventRecord {
            action: "a".to_owned(),
            actor_type: "b|c".to_owned(),
            ..base.clone()
        };
        let empty = EventRecord {
            ip_address: Some(String::new()),
            ..base.clone()
        };
        let number = EventRecord {
            details: json!({ "b": 1.0, "a": [1.5, "é", null] }),
            ..base.clone()
        };
        for other in [moved, empty, number] {
            assert_ne!(base.canonical(), other.canonical(), "{other:?}");
        }
        let reordered: Value = serde_json::from_str(r#"{"a":[1.5,"é",null],"b":1}"#).unwrap();
        let reordered = EventRecord {
            details: reordered,
            ..base.clone()
        };
        assert_eq!(base.canonical(), reordered.canonical());
    }
}
