//! The statements of a batch on Postgres. Each has one text whatever the batch's size, because
//! its rows come as arrays, and so is prepared once per connection; `sql_query` and an insert of
//! many rows are parsed and planned anew with every batch, at a round trip more.

use super::batch::Taken;
use crate::audit::NewEvent;
use crate::types::{StoredId, StoredJson, StoredTime, sql};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use std::collections::{BTreeMap, BTreeSet};

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

/// Locks rows in the order of their ids and tells what each maximum leaves of it, `NULL` = as much as
/// is wanted. A row that somebody else wrote meanwhile is read again after the wait.
#[derive(Debug)]
pub(super) struct LockLeft {
    pub(super) table: &'static str,
    living: &'static str,
    ids: Vec<StoredId>,
    orgs: Vec<StoredId>,
}

impl LockLeft {
    /// Versions, each with its organization.
    pub(super) fn versions(rows: impl IntoIterator<Item = (StoredId, StoredId)>) -> Self {
        let (ids, orgs) = rows.into_iter().unzip();
        Self {
            table: "secret_versions",
            living: "",
            ids,
            orgs,
        }
    }

    /// Shares that have not ended, each with its organization.
    pub(super) fn shares(rows: BTreeSet<(StoredId, StoredId)>) -> Self {
        let (ids, orgs) = rows.into_iter().unzip();
        Self {
            table: "shares",
            living: "WHERE r.revoked_at IS NULL AND r.declined_at IS NULL ",
            ids,
            orgs,
        }
    }
}

/// Two texts, so each is found by itself and not by its type.
impl QueryId for LockLeft {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for LockLeft {
    type SqlType = (sql::Id, Nullable<BigInt>);
}

impl QueryFragment<Pg> for LockLeft {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT r.id, r.max_access_count - r.access_count FROM ");
        out.push_sql(self.table);
        out.push_sql(" r JOIN unnest(");
        out.push_bind_param::<Array<sql::Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Id>, _>(&self.orgs)?;
        out.push_sql(") AS w (id, org_id) ON r.id = w.id AND r.org_id = w.org_id ");
        out.push_sql(self.living);
        out.push_sql("ORDER BY r.id FOR NO KEY UPDATE OF r");
        Ok(())
    }
}

/// Rows that are locked, and what is counted of each.
#[derive(Debug, Default)]
struct Counts {
    ids: Vec<StoredId>,
    orgs: Vec<StoredId>,
    reads: Vec<i64>,
    at: Vec<StoredTime>,
}

impl Counts {
    fn of(taken: &BTreeMap<StoredId, Taken>) -> Self {
        let mut counts = Self::default();
        for (id, taken) in taken {
            counts.ids.push(*id);
            counts.orgs.push(taken.org);
            counts.reads.push(taken.reads);
            counts.at.push(taken.at);
        }
        counts
    }

    fn walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<sql::Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Id>, _>(&self.orgs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.reads)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Moment>, _>(&self.at)?;
        out.push_sql(") AS t (id, org_id, reads, at) WHERE r.id = t.id AND r.org_id = t.org_id");
        Ok(())
    }
}

/// Counts reads of versions that are locked.
#[derive(Debug, QueryId)]
pub(super) struct CountVersions(Counts);

impl CountVersions {
    pub(super) fn of(taken: &BTreeMap<StoredId, Taken>) -> Self {
        Self(Counts::of(taken))
    }
}

impl QueryFragment<Pg> for CountVersions {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("UPDATE secret_versions r SET access_count = r.access_count + t.reads");
        self.0.walk(&mut out)
    }
}

/// Counts reads of shares that are locked, and notes that they were taken.
#[derive(Debug, QueryId)]
pub(super) struct CountShares(Counts);

impl CountShares {
    pub(super) fn of(taken: &BTreeMap<StoredId, Taken>) -> Self {
        Self(Counts::of(taken))
    }
}

impl QueryFragment<Pg> for CountShares {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "UPDATE shares r SET access_count = r.access_count + t.reads, \
            accepted_at = COALESCE(r.accepted_at, t.at)",
        );
        self.0.walk(&mut out)
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
impl<Conn> diesel::RunQueryDsl<Conn> for LockLeft {}
impl<Conn> diesel::RunQueryDsl<Conn> for CountVersions {}
impl<Conn> diesel::RunQueryDsl<Conn> for CountShares {}
