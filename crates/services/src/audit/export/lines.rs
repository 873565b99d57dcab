//! The lines of an export: a header with what is needed to check it, an event each, and an end. Each
//! carries a MAC over the export's id, the MAC before it and all of itself.

use super::begin::Begun;
use crate::audit::keys::ChainKeys;
use base64::{Engine, engine::general_purpose::STANDARD};
use oneclaw_domain::{
    Chain, ChainHead, ChainLink, ChainedEvent, EventId, EventRecord, OrgId, Timestamp,
};
use oneclaw_storage::{EventFilter, StoredChainKey, WrappedKey};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

/// The form of the file.
pub(super) const FORM: &str = "oneclaw-audit-1";
/// What stands before a line's MAC.
const MAC_OPENS: &str = r#","mac":""#;
/// What stands behind it.
const MAC_CLOSES: &str = "\"}";
/// Digits of a MAC.
const DIGITS: usize = 64;

/// The first line.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) n: u64,
    pub(super) format: String,
    pub(super) export_id: Uuid,
    pub(super) org_id: Option<Uuid>,
    pub(super) exported_at: String,
    pub(super) filters: Map<String, Value>,
    /// The chain's end, and where it begins; `None` = the store had lost it.
    pub(super) chain: Option<Ends>,
    /// The key of the lines' MACs.
    pub(super) key: String,
    /// The keys of the chain, each under the master key.
    pub(super) keys: Vec<KeyLine>,
}

/// The two ends of a chain as they were stored, and what they are signed with.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Ends {
    length: i64,
    last_event_id: Option<Uuid>,
    last_hash: String,
    pruned: i64,
    pruned_hash: String,
    pruned_event_id: Option<Uuid>,
    /// The key of `mac`.
    key: String,
    /// Empty where nobody signed them any more.
    mac: String,
}

/// A wrapped key.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeyLine {
    id: String,
    wrapped: String,
    starts_at: i64,
    adopts_until: i64,
}

/// An event with its place.
#[derive(Serialize, Deserialize)]
pub(super) struct EventLine {
    pub(super) n: u64,
    pub(super) seq: i64,
    pub(super) event: EventFields,
    pub(super) link: Option<LinkFields>,
}

/// An event's fields, as they are hashed.
#[derive(Serialize, Deserialize)]
pub(super) struct EventFields {
    id: Uuid,
    org_id: Option<Uuid>,
    action: String,
    actor_type: String,
    actor_id: String,
    resource_type: String,
    resource_id: String,
    details: Value,
    outcome: String,
    ip_address: Option<String>,
    request_id: String,
    created_at: String,
}

/// An event's place.
#[derive(Serialize, Deserialize)]
pub(super) struct LinkFields {
    position: i64,
    prev_event_id: Option<Uuid>,
    key: String,
    integrity_hash: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(super) struct End {
    pub(super) n: u64,
    /// Events in the file.
    pub(super) events: u64,
}

impl Header {
    /// `head`: the chain's end as it is stored, whether it holds or not.
    pub(super) fn new(begun: &Begun, head: Option<&ChainHead>, stored: &[StoredChainKey]) -> Self {
        let key = |key: &StoredChainKey| KeyLine {
            id: key.id.clone(),
            wrapped: STANDARD.encode(&key.wrapped.bytes),
            starts_at: key.starts_at.millis(),
            adopts_until: key.adopts_until.millis(),
        };
        Self {
            n: 0,
            format: FORM.to_owned(),
            export_id: begun.id,
            org_id: begun.access.on().chain.org().map(OrgId::uuid),
            exported_at: begun.at.to_string(),
            filters: Self::filters(&begun.command.filter),
            chain: head.map(Ends::new),
            key: String::new(),
            keys: stored.iter().map(key).collect(),
        }
    }

    /// The filters that were given.
    pub(super) fn filters(filter: &EventFilter) -> Map<String, Value> {
        let texts = [
            ("action", filter.action.clone()),
            ("actor_id", filter.actor.clone()),
            ("resource_id", filter.resource.clone()),
            ("resource_type", filter.resource_type.clone()),
            ("vault_id", filter.vault.map(|id| id.to_string())),
            ("from", filter.from.map(|at| at.to_string())),
            ("to", filter.to.map(|at| at.to_string())),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| {
            let text = text?;
            Some((name.to_owned(), Value::from(text)))
        });
        given.collect()
    }
}

impl Ends {
    fn new(head: &ChainHead) -> Self {
        Self {
            length: head.length,
            last_event_id: head.last.map(EventId::uuid),
            last_hash: hex(&head.hash),
            pruned: head.pruned,
            pruned_hash: hex(&head.pruned_hash),
            pruned_event_id: head.pruned_last.map(EventId::uuid),
            key: head.key.clone(),
            mac: hex(&head.mac),
        }
    }

    /// The end of that chain; `None` = a hash of it does not read.
    pub(super) fn parse(self, chain: Chain) -> Option<ChainHead> {
        Some(ChainHead {
            chain,
            length: self.length,
            last: self.last_event_id.map(EventId::from_uuid),
            hash: unhex(self.last_hash.as_bytes())?,
            pruned: self.pruned,
            pruned_hash: unhex(self.pruned_hash.as_bytes())?,
            pruned_last: self.pruned_event_id.map(EventId::from_uuid),
            key: self.key,
            // one of another length signs nothing
            mac: unhex(self.mac.as_bytes()).map_or_else(Vec::new, Vec::from),
        })
    }
}

impl KeyLine {
    pub(super) fn parse(self) -> Option<StoredChainKey> {
        Some(StoredChainKey {
            id: self.id,
            wrapped: WrappedKey {
                master_key: [0; 16],
                bytes: STANDARD.decode(self.wrapped).ok()?,
            },
            starts_at: Timestamp::from_millis(self.starts_at),
            adopts_until: Timestamp::from_millis(self.adopts_until),
        })
    }
}

impl EventLine {
    pub(super) fn new(n: u64, event: ChainedEvent) -> Self {
        let ChainedEvent { seq, event, link } = event;
        Self {
            n,
            seq,
            event: EventFields {
                id: event.id.uuid(),
                org_id: event.org.map(OrgId::uuid),
                action: event.action,
                actor_type: event.actor_type,
                actor_id: event.actor_id,
                resource_type: event.resource_type,
                resource_id: event.resource_id,
                details: event.details,
                outcome: event.outcome,
                ip_address: event.ip_address,
                request_id: event.request_id,
                created_at: event.created_at.to_string(),
            },
            link: link.map(|link| LinkFields {
                position: link.position,
                prev_event_id: link.previous.map(EventId::uuid),
                key: link.key,
                integrity_hash: hex(&link.hash),
            }),
        }
    }

    /// The event; `None` = a field of it does not read.
    pub(super) fn parse(self) -> Option<ChainedEvent> {
        let fields = self.event;
        let link = match self.link {
            None => None,
            Some(link) => Some(ChainLink {
                seq: self.seq,
                position: link.position,
                previous: link.prev_event_id.map(EventId::from_uuid),
                key: link.key,
                hash: unhex(link.integrity_hash.as_bytes())?,
            }),
        };
        Some(ChainedEvent {
            seq: self.seq,
            event: EventRecord {
                id: EventId::from_uuid(fields.id),
                org: fields.org_id.map(OrgId::from_uuid),
                action: fields.action,
                actor_type: fields.actor_type,
                actor_id: fields.actor_id,
                resource_type: fields.resource_type,
                resource_id: fields.resource_id,
                details: fields.details,
                outcome: fields.outcome,
                ip_address: fields.ip_address,
                request_id: fields.request_id,
                created_at: Timestamp::parse(&fields.created_at).ok()?,
            },
            link,
        })
    }
}

/// Puts MACs on lines, or checks them.
pub(super) struct Sealer {
    pub(super) keys: Arc<ChainKeys>,
    pub(super) key: String,
    export: Uuid,
    mac: [u8; 32],
}

impl Sealer {
    pub(super) const fn new(keys: Arc<ChainKeys>, key: String, export: Uuid) -> Self {
        Self {
            keys,
            key,
            export,
            mac: [0; 32],
        }
    }

    /// The line of a thing, with its MAC and its end; `None` = there is no key.
    pub(super) fn seal(&mut self, line: &impl Serialize) -> Option<Vec<u8>> {
        let mut text = serde_json::to_string(line).ok()?;
        text.pop();
        self.mac = self
            .keys
            .get(&self.key)?
            .export(&self.data(text.as_bytes()));
        text.push_str(MAC_OPENS);
        text.push_str(&hex(&self.mac));
        text.push_str(MAC_CLOSES);
        text.push('\n');
        Some(text.into_bytes())
    }

    /// Whether a line, without its end, follows on the one before it.
    pub(super) fn follows(&mut self, line: &[u8]) -> bool {
        let Some((content, mac)) = split(line) else {
            return false;
        };
        let data = self.data(content);
        let key = self.keys.get(&self.key);
        let follows = key.is_some_and(|key| key.verifies_export(&data, &mac));
        if follows {
            self.mac = mac;
        }
        follows
    }

    fn data(&self, content: &[u8]) -> Vec<u8> {
        let mut data = Vec::with_capacity(48 + content.len());
        data.extend(self.export.as_bytes());
        data.extend(self.mac);
        data.extend(content);
        data
    }
}

/// What a line says, and its MAC.
fn split(line: &[u8]) -> Option<(&[u8], [u8; 32])> {
    let line = line.strip_suffix(MAC_CLOSES.as_bytes())?;
    let (line, digits) = line.split_at_checked(line.len().checked_sub(DIGITS)?)?;
    let content = line.strip_suffix(MAC_OPENS.as_bytes())?;
    Some((content, unhex(digits)?))
}

/// Lower-case hex.
pub(in crate::audit) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // writing to a text does not fail
        let _written = write!(text, "{byte:02x}");
    }
    text
}

/// The 32 bytes of lower-case hex.
pub(super) fn unhex(digits: &[u8]) -> Option<[u8; 32]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|[high, low]| Some(value(*high)? * 16 + value(*low)?))
        .collect();
    bytes?.try_into().ok().filter(|_| rest.is_empty())
}
