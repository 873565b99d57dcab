//! The end of a chain, as it is stored.

use crate::audit::hash_of;
use crate::schema::audit_chains;
use crate::types::StoredId;
use diesel::Insertable;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{Chain, ChainHead};

/// One head.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = audit_chains, primary_key(chain), check_for_backend(Pg, Sqlite))]
#[diesel(treat_none_as_null = true)]
pub(crate) struct HeadRow {
    pub(crate) chain: StoredId,
    pub(crate) length: i64,
    pub(crate) last_event_id: Option<StoredId>,
    pub(crate) last_hash: Vec<u8>,
    pub(crate) pruned: i64,
    pub(crate) pruned_hash: Vec<u8>,
    pub(crate) pruned_event_id: Option<StoredId>,
    pub(crate) key_id: String,
    pub(crate) mac: Vec<u8>,
}

impl HeadRow {
    /// The head.
    pub(crate) fn parse(self) -> ChainHead {
        ChainHead {
            chain: Chain::from_uuid(self.chain.0),
            length: self.length,
            last: self.last_event_id.map(Into::into),
            hash: hash_of(self.last_hash),
            pruned: self.pruned,
            pruned_hash: hash_of(self.pruned_hash),
            pruned_last: self.pruned_event_id.map(Into::into),
            key: self.key_id,
            mac: self.mac,
        }
    }
}

impl From<&ChainHead> for HeadRow {
    fn from(head: &ChainHead) -> Self {
        Self {
            chain: StoredId(head.chain.uuid()),
            length: head.length,
            last_event_id: head.last.map(Into::into),
            last_hash: head.hash.to_vec(),
            pruned: head.pruned,
            pruned_hash: head.pruned_hash.to_vec(),
            pruned_event_id: head.pruned_last.map(Into::into),
            key_id: head.key.clone(),
            mac: head.mac.clone(),
        }
    }
}
