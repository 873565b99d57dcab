//! The statements that count what a batch reads.

use crate::journal::batch::Taken;
use crate::types::{StoredId, StoredTime, sql};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Nullable};
use std::collections::{BTreeMap, BTreeSet};

/// Locks the versions in the order of their ids, grants what their maximum allows, and counts it.
/// A row that somebody else counted meanwhile is read again after the wait.
#[derive(Debug, QueryId)]
pub(in crate::journal) struct CountReads {
    pub(in crate::journal) orgs: Vec<StoredId>,
    pub(in crate::journal) versions: Vec<StoredId>,
    pub(in crate::journal) reads: Vec<i64>,
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
pub(in crate::journal) struct LockLeft {
    pub(in crate::journal) table: &'static str,
    living: &'static str,
    ids: Vec<StoredId>,
    orgs: Vec<StoredId>,
}

impl LockLeft {
    /// Versions, each with its organization.
    pub(in crate::journal) fn versions(
        rows: impl IntoIterator<Item = (StoredId, StoredId)>,
    ) -> Self {
        let (ids, orgs) = rows.into_iter().unzip();
        Self {
            table: "secret_versions",
            living: "",
            ids,
            orgs,
        }
    }

    /// Shares that have not ended, each with its organization.
    pub(in crate::journal) fn shares(rows: BTreeSet<(StoredId, StoredId)>) -> Self {
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
pub(in crate::journal) struct CountVersions(Counts);

impl CountVersions {
    pub(in crate::journal) fn of(taken: &BTreeMap<StoredId, Taken>) -> Self {
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
pub(in crate::journal) struct CountShares(Counts);

impl CountShares {
    pub(in crate::journal) fn of(taken: &BTreeMap<StoredId, Taken>) -> Self {
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

impl<Conn> diesel::RunQueryDsl<Conn> for CountReads {}
impl<Conn> diesel::RunQueryDsl<Conn> for LockLeft {}
impl<Conn> diesel::RunQueryDsl<Conn> for CountVersions {}
impl<Conn> diesel::RunQueryDsl<Conn> for CountShares {}
