//! The two statements of a batch on Postgres. Each has one text whatever the batch's size, because
//! its rows come as arrays, and so is prepared once per connection; `sql_query` and an insert of
//! many rows are parsed and planned anew with every batch, at a round trip more.

use crate::audit::NewEvent;
use crate::types::{StoredId, StoredJson, StoredTime, sql};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable, Text};

/// Locks the versions in the order of their ids, grants what their maximum allows, and counts it.
/// A row that somebody else counted meanwhile is read again after the wait.
#[derive(Debug, QueryId)]
pub(super) struct CountReads {
    pub(super) orgs: Vec<StoredId>,
    pub(super) versions: Vec<StoredId>,
    pub(super) reads: Vec<i64>,
}

impl Query for CountReads {
    type SqlType = (sql::Id, BigInt);
}

impl QueryFragment<Pg> for CountReads {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH wanted AS (SELECT * FROM unnest(");
        out.push_bind_param::<Array<sql::Id>, _>(&self.orgs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Id>, _>(&self.versions)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.reads)?;
        out.push_sql(
            ") AS w (org_id, id, reads)), \
            locked AS (\
            SELECT v.id, CASE WHEN v.max_access_count IS NULL THEN w.reads \
            ELSE GREATEST(LEAST(w.reads, v.max_access_count - v.access_count), 0) END AS granted \
            FROM secret_versions v JOIN wanted w ON v.id = w.id AND v.org_id = w.org_id \
            ORDER BY v.id FOR NO KEY UPDATE OF v) \
            UPDATE secret_versions v SET access_count = v.access_count + l.granted \
            FROM locked l WHERE v.id = l.id RETURNING v.id, l.granted",
        );
        Ok(())
    }
}

/// Adds events, in their order.
#[derive(Debug, QueryId, Default)]
pub(super) struct InsertEvents {
    id: Vec<StoredId>,
    org_id: Vec<Option<StoredId>>,
    action: Vec<&'static str>,
    actor_type: Vec<&'static str>,
    actor_id: Vec<String>,
    resource_type: Vec<&'static str>,
    resource_id: Vec<String>,
    details: Vec<StoredJson>,
    outcome: Vec<&'static str>,
    ip_address: Vec<Option<String>>,
    request_id: Vec<String>,
    created_at: Vec<StoredTime>,
}

impl InsertEvents {
    /// The rows, column by column.
    pub(super) fn of(rows: Vec<NewEvent>) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.id.push(row.id);
            columns.org_id.push(row.org_id);
            columns.action.push(row.action);
            columns.actor_type.push(row.actor_type);
            columns.actor_id.push(row.actor_id);
            columns.resource_type.push(row.resource_type);
            columns.resource_id.push(row.resource_id);
            columns.details.push(row.details);
            columns.outcome.push(row.outcome);
            columns.ip_address.push(row.ip_address);
            columns.request_id.push(row.request_id);
            columns.created_at.push(row.created_at);
        }
        columns
    }
}

impl QueryFragment<Pg> for InsertEvents {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "INSERT INTO audit_events (id, org_id, action, actor_type, actor_id, resource_type, \
            resource_id, details, outcome, ip_address, request_id, created_at) \
            SELECT * FROM unnest(",
        );
        out.push_bind_param::<Array<sql::Id>, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<sql::Id>>, _>(&self.org_id)?;
        for texts in [&self.action, &self.actor_type] {
            out.push_sql(", ");
            out.push_bind_param::<Array<Text>, _>(texts)?;
        }
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.actor_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.resource_type)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.resource_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Document>, _>(&self.details)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.outcome)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Nullable<Text>>, _>(&self.ip_address)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.request_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Moment>, _>(&self.created_at)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for CountReads {}
impl<Conn> diesel::RunQueryDsl<Conn> for InsertEvents {}
