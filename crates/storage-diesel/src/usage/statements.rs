//! The statement on Postgres that reads how organizations stand.

use crate::orgs::OrgRow;
use crate::types::{StoredId, StoredTime, sql};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};

/// Organizations in months: what each may use, how much it has used, and its credits at a moment.
#[derive(Debug, Default, QueryId)]
pub(super) struct ReadFacts {
    pub(super) orgs: Vec<StoredId>,
    pub(super) months: Vec<i64>,
    pub(super) at: Vec<StoredTime>,
    /// Credits that end until then end soon.
    pub(super) soon: Vec<StoredTime>,
}

/// The month, the organization, its own limit, whether it is sponsored, how it pays, what it used,
/// what it can spend, and what of that ends soon.
pub(super) type FactsRow = (i64, OrgRow, Option<i64>, bool, String, i64, i64, i64);

impl Query for ReadFacts {
    type SqlType = (
        BigInt,
        (
            sql::Id,
            Text,
            Bool,
            sql::Moment,
            Nullable<Text>,
            Nullable<sql::Moment>,
            Nullable<Bool>,
            Nullable<Text>,
            Bool,
        ),
        Nullable<BigInt>,
        Bool,
        Text,
        BigInt,
        BigInt,
        BigInt,
    );
}

impl QueryFragment<Pg> for ReadFacts {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT w.month, o.id, o.name, o.is_platform, o.created_at, o.plan, o.plan_ends_at, \
            o.plan_is_yearly, o.plan_status, o.plan_cancels, o.request_limit, o.is_sponsored, \
            o.overage_method, COALESCE(m.requests, 0), c.spendable, c.expiring FROM unnest(",
        );
        out.push_bind_param::<Array<sql::Id>, _>(&self.orgs)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.months)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Moment>, _>(&self.at)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<sql::Moment>, _>(&self.soon)?;
        out.push_sql(
            ") AS w (org_id, month, at, soon) JOIN orgs o ON o.id = w.org_id \
            LEFT JOIN usage_months m ON m.org_id = w.org_id AND m.month = w.month \
            CROSS JOIN LATERAL (SELECT COALESCE(sum(l.remaining), 0)::bigint AS spendable, \
            COALESCE(sum(l.remaining) FILTER (WHERE l.expires_at <= w.soon), 0)::bigint AS expiring \
            FROM credit_lots l \
            WHERE l.org_id = w.org_id AND l.remaining > 0 AND l.expires_at > w.at) c",
        );
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for ReadFacts {}
