//! Rows of one commit, column by column, as arrays are bound.

use crate::audit::NewEvent;
use crate::chains::HeadRow;
use crate::types::{StoredId, StoredJson, StoredTime};
use crate::usage::{MonthChange, NewUsage};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType};

/// Binds an array behind a comma.
pub(super) fn bind<'b, ST, T>(out: &mut AstPass<'_, 'b, Pg>, column: &'b Vec<T>) -> QueryResult<()>
where
    ST: 'static,
    Pg: HasSqlType<Array<ST>>,
    Vec<T>: ToSql<Array<ST>, Pg>,
{
    out.push_sql(", ");
    out.push_bind_param::<Array<ST>, _>(column)
}

/// Events.
#[derive(Debug, Default)]
pub(super) struct EventColumns {
    pub(super) seq: Vec<i64>,
    pub(super) id: Vec<StoredId>,
    pub(super) org_id: Vec<Option<StoredId>>,
    pub(super) action: Vec<String>,
    pub(super) actor_type: Vec<String>,
    pub(super) actor_id: Vec<String>,
    pub(super) resource_type: Vec<String>,
    pub(super) resource_id: Vec<String>,
    pub(super) details: Vec<StoredJson>,
    pub(super) outcome: Vec<String>,
    pub(super) ip_address: Vec<Option<String>>,
    pub(super) request_id: Vec<String>,
    pub(super) created_at: Vec<StoredTime>,
    pub(super) prev_event_id: Vec<Option<StoredId>>,
    pub(super) integrity_hash: Vec<Option<Vec<u8>>>,
    pub(super) chain_position: Vec<Option<i64>>,
    pub(super) chain_key: Vec<Option<String>>,
}

impl EventColumns {
    pub(super) fn push(&mut self, row: NewEvent) {
        self.seq.push(row.seq);
        self.id.push(row.id);
        self.org_id.push(row.org_id);
        self.action.push(row.action);
        self.actor_type.push(row.actor_type);
        self.actor_id.push(row.actor_id);
        self.resource_type.push(row.resource_type);
        self.resource_id.push(row.resource_id);
        self.details.push(row.details);
        self.outcome.push(row.outcome);
        self.ip_address.push(row.ip_address);
        self.request_id.push(row.request_id);
        self.created_at.push(row.created_at);
        self.prev_event_id.push(row.prev_event_id);
        self.integrity_hash.push(row.integrity_hash);
        self.chain_position.push(row.chain_position);
        self.chain_key.push(row.chain_key);
    }
}

/// Ends of chains; what was pruned does not change with a batch.
#[derive(Debug, Default)]
pub(super) struct HeadColumns {
    pub(super) chain: Vec<StoredId>,
    pub(super) length: Vec<i64>,
    pub(super) last_event_id: Vec<Option<StoredId>>,
    pub(super) last_hash: Vec<Vec<u8>>,
    pub(super) key_id: Vec<String>,
    pub(super) mac: Vec<Vec<u8>>,
}

impl HeadColumns {
    pub(super) fn push(&mut self, row: HeadRow) {
        self.chain.push(row.chain);
        self.length.push(row.length);
        self.last_event_id.push(row.last_event_id);
        self.last_hash.push(row.last_hash);
        self.key_id.push(row.key_id);
        self.mac.push(row.mac);
    }
}

/// Metered requests.
#[derive(Debug, Default)]
pub(super) struct UsageColumns {
    pub(super) id: Vec<StoredId>,
    pub(super) org_id: Vec<StoredId>,
    pub(super) principal_type: Vec<&'static str>,
    pub(super) principal_id: Vec<String>,
    pub(super) method: Vec<&'static str>,
    pub(super) endpoint: Vec<&'static str>,
    pub(super) status: Vec<i64>,
    pub(super) priced: Vec<Option<&'static str>>,
    pub(super) price: Vec<i64>,
    pub(super) is_paid: Vec<bool>,
    pub(super) created_at: Vec<StoredTime>,
}

impl UsageColumns {
    pub(super) fn push(&mut self, row: NewUsage) {
        self.id.push(row.id);
        self.org_id.push(row.org_id);
        self.principal_type.push(row.principal_type);
        self.principal_id.push(row.principal_id);
        self.method.push(row.method);
        self.endpoint.push(row.endpoint);
        self.status.push(row.status);
        self.priced.push(row.priced);
        self.price.push(row.price);
        self.is_paid.push(row.is_paid);
        self.created_at.push(row.created_at);
    }
}

/// What is added to months.
#[derive(Debug, Default)]
pub(super) struct MonthColumns {
    pub(super) org_id: Vec<StoredId>,
    pub(super) month: Vec<i64>,
    pub(super) requests: Vec<i64>,
    pub(super) paid: Vec<i64>,
    pub(super) cost: Vec<i64>,
}

impl MonthColumns {
    pub(super) fn push(&mut self, change: MonthChange) {
        self.org_id.push(change.org.into());
        self.month.push(change.month.get());
        self.requests.push(change.requests);
        self.paid.push(change.paid);
        self.cost.push(change.cost);
    }
}
