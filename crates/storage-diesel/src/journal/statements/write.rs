//! The statement that writes all rows of a batch.

use super::columns::{EventColumns, HeadColumns, MonthColumns, UsageColumns, bind};
use crate::journal::write::Rows;
use crate::types::sql::{Document, Id, Moment};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text};

/// Events in their order, the ends of their chains, and what was used.
#[derive(Debug, QueryId, Default)]
pub(in crate::journal) struct WriteBatch {
    events: EventColumns,
    heads: HeadColumns,
    usage: UsageColumns,
    months: MonthColumns,
}

impl WriteBatch {
    /// The rows, column by column.
    pub(in crate::journal) fn of(rows: Rows) -> Self {
        let mut write = Self::default();
        for row in rows.events {
            write.events.push(row);
        }
        for row in rows.heads {
            write.heads.push(row);
        }
        for row in rows.usage {
            write.usage.push(row);
        }
        for change in rows.months {
            write.months.push(change);
        }
        write
    }
}

impl QueryFragment<Pg> for WriteBatch {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH ended AS (");
        self.heads.walk(&mut out)?;
        out.push_sql("), metered AS (");
        self.usage.walk(&mut out)?;
        out.push_sql("), counted AS (");
        self.months.walk(&mut out)?;
        out.push_sql(") ");
        self.events.walk(&mut out)
    }
}

impl HeadColumns {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE audit_chains c SET length = h.length, last_event_id = h.last_event_id, \
            last_hash = h.last_hash, key_id = h.key_id, mac = h.mac FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.chain)?;
        bind::<BigInt, _>(out, &self.length)?;
        bind::<Nullable<Id>, _>(out, &self.last_event_id)?;
        bind::<Binary, _>(out, &self.last_hash)?;
        bind::<Text, _>(out, &self.key_id)?;
        bind::<Binary, _>(out, &self.mac)?;
        out.push_sql(
            ") AS h (chain, length, last_event_id, last_hash, key_id, mac) \
            WHERE c.chain = h.chain",
        );
        Ok(())
    }
}

impl UsageColumns {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO usage_events (id, org_id, principal_type, principal_id, method, endpoint, \
            status, priced, price, is_paid, created_at) SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.id)?;
        bind::<Id, _>(out, &self.org_id)?;
        bind::<Text, _>(out, &self.principal_type)?;
        bind::<Text, _>(out, &self.principal_id)?;
        bind::<Text, _>(out, &self.method)?;
        bind::<Text, _>(out, &self.endpoint)?;
        bind::<BigInt, _>(out, &self.status)?;
        bind::<Nullable<Text>, _>(out, &self.priced)?;
        bind::<BigInt, _>(out, &self.price)?;
        bind::<Bool, _>(out, &self.is_paid)?;
        bind::<Moment, _>(out, &self.created_at)?;
        out.push_sql(")");
        Ok(())
    }
}

impl MonthColumns {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO usage_months AS m (org_id, month, requests, paid, cost) \
            SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&self.org_id)?;
        for column in [&self.month, &self.requests, &self.paid, &self.cost] {
            bind::<BigInt, _>(out, column)?;
        }
        out.push_sql(
            ") ON CONFLICT (org_id, month) DO UPDATE SET requests = m.requests + excluded.requests, \
            paid = m.paid + excluded.paid, cost = m.cost + excluded.cost",
        );
        Ok(())
    }
}

impl EventColumns {
    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO audit_events (seq, id, org_id, action, actor_type, actor_id, \
            resource_type, resource_id, details, outcome, ip_address, request_id, created_at, \
            prev_event_id, integrity_hash, chain_position, chain_key) SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<BigInt>, _>(&self.seq)?;
        bind::<Id, _>(out, &self.id)?;
        bind::<Nullable<Id>, _>(out, &self.org_id)?;
        bind::<Text, _>(out, &self.action)?;
        bind::<Text, _>(out, &self.actor_type)?;
        bind::<Text, _>(out, &self.actor_id)?;
        bind::<Text, _>(out, &self.resource_type)?;
        bind::<Text, _>(out, &self.resource_id)?;
        bind::<Document, _>(out, &self.details)?;
        bind::<Text, _>(out, &self.outcome)?;
        bind::<Nullable<Text>, _>(out, &self.ip_address)?;
        bind::<Text, _>(out, &self.request_id)?;
        bind::<Moment, _>(out, &self.created_at)?;
        bind::<Nullable<Id>, _>(out, &self.prev_event_id)?;
        bind::<Nullable<Binary>, _>(out, &self.integrity_hash)?;
        bind::<Nullable<BigInt>, _>(out, &self.chain_position)?;
        bind::<Nullable<Text>, _>(out, &self.chain_key)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for WriteBatch {}
