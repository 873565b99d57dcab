//! Audit events as they are read back: leniently, because what somebody changed behind the server's
//! back is to be found out and not to fail the query.

use crate::schema::audit_events;
use crate::types::sql::{Document, Id, Moment};
use crate::types::{StoredId, StoredJson, StoredTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::sqlite::{Sqlite, SqliteValue};
use oneclaw_domain::{ChainLink, ChainedEvent, EventId, EventRecord, OrgId, Timestamp};
use serde_json::Value;

/// An id, or nothing where what is stored is none.
#[derive(Clone, Copy, Debug, FromSqlRow)]
pub(crate) struct LenientId(Option<StoredId>);

impl<DB: Backend> FromSql<Id, DB> for LenientId
where
    StoredId: FromSql<Id, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(StoredId::from_sql(value).ok()))
    }
}

/// A moment, and whether it is one of whole milliseconds: the server writes no others.
#[derive(Clone, Copy, Debug, FromSqlRow)]
pub(crate) struct ExactTime {
    at: Timestamp,
    is_whole: bool,
}

/// Microseconds in a millisecond.
const MILLI: i64 = 1000;

impl FromSql<Moment, Pg> for ExactTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        // both epochs are whole milliseconds
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        let StoredTime(at) = FromSql::<Moment, Pg>::from_sql(value)?;
        Ok(Self {
            at,
            is_whole: micros % MILLI == 0,
        })
    }
}

impl FromSql<Moment, Sqlite> for ExactTime {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = value.read_long();
        Ok(Self {
            at: Timestamp::from_micros(micros),
            is_whole: micros % MILLI == 0,
        })
    }
}

/// Details, and whether they stand there as the server writes them; nothing where what is stored is
/// no document.
#[derive(Clone, Debug, FromSqlRow)]
pub(crate) struct ExactJson {
    document: Option<Value>,
    is_exact: bool,
}

impl ExactJson {
    fn of(read: Option<(StoredJson, bool)>) -> Self {
        Self {
            is_exact: read.as_ref().is_some_and(|(_, is_exact)| *is_exact),
            document: read.map(|(json, _)| json.0),
        }
    }
}

impl FromSql<Document, Pg> for ExactJson {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        // `jsonb` keeps no text
        let read = <StoredJson as FromSql<Document, Pg>>::from_sql(value);
        Ok(Self::of(read.ok().map(|json| (json, true))))
    }
}

impl FromSql<Document, Sqlite> for ExactJson {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::of(StoredJson::read_exactly(value.read_text()).ok()))
    }
}

/// An event with its place.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(Pg, Sqlite))]
pub(crate) struct EventRow {
    pub(crate) seq: i64,
    id: StoredId,
    org_id: Option<LenientId>,
    action: String,
    actor_type: String,
    actor_id: String,
    resource_type: String,
    resource_id: String,
    details: ExactJson,
    outcome: String,
    ip_address: Option<String>,
    request_id: String,
    created_at: ExactTime,
    prev_event_id: Option<LenientId>,
    integrity_hash: Option<Vec<u8>>,
    chain_position: Option<i64>,
    chain_key: Option<String>,
}

impl EventRow {
    /// The event. What cannot be read of it has a hash that nothing has: it is not what was hashed.
    pub(crate) fn parse(self) -> ChainedEvent {
        let mut is_ours = self.created_at.is_whole && self.details.is_exact;
        let mut id = |stored: Option<LenientId>| {
            let read = stored.and_then(|id| id.0);
            is_ours &= stored.is_some() == read.is_some();
            read
        };
        let org = id(self.org_id).map(OrgId::from);
        let previous = id(self.prev_event_id).map(EventId::from);
        let hash = self.integrity_hash.filter(|_| is_ours);
        let link = self.chain_position.map(|position| ChainLink {
            seq: self.seq,
            position,
            previous,
            key: self.chain_key.unwrap_or_default(),
            hash: hash
                .and_then(|hash| hash.try_into().ok())
                .unwrap_or_default(),
        });
        let details = self.details.document;
        ChainedEvent {
            seq: self.seq,
            event: EventRecord {
                id: self.id.into(),
                org,
                action: self.action,
                actor_type: self.actor_type,
                actor_id: self.actor_id,
                resource_type: self.resource_type,
                resource_id: self.resource_id,
                details: details.unwrap_or_else(|| Value::Object(serde_json::Map::new())),
                outcome: self.outcome,
                ip_address: self.ip_address,
                request_id: self.request_id,
                created_at: self.created_at.at,
            },
            link,
        }
    }
}
