//! The statement on Postgres that holds chains.

use crate::types::{StoredId, sql};
use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};

/// Locks chains in the order of their ids, reads them as they are then, and takes as many numbers
/// for rows of events as each needs: after its lock, so that numbers rise along a chain. A chain that
/// is not there gets its numbers all the same.
#[derive(Debug, QueryId)]
pub(super) struct LockChains {
    pub(super) chains: Vec<StoredId>,
    pub(super) events: Vec<i64>,
}

/// A row of it: the chain, its numbers, and the head where there is one.
pub(super) type LockedChain = (
    StoredId,
    Vec<i64>,
    Option<i64>,
    Option<StoredId>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<StoredId>,
    Option<String>,
    Option<Vec<u8>>,
);

impl Query for LockChains {
    type SqlType = (
        sql::Id,
        Array<BigInt>,
        Nullable<BigInt>,
        Nullable<sql::Id>,
        Nullable<Binary>,
        Nullable<BigInt>,
        Nullable<Binary>,
        Nullable<sql::Id>,
        Nullable<Text>,
        Nullable<Binary>,
    );
}

impl QueryFragment<Pg> for LockChains {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH held AS MATERIALIZED (SELECT * FROM audit_chains WHERE chain = ANY(");
        out.push_bind_param::<Array<sql::Id>, _>(&self.chains)?;
        out.push_sql(
            ") ORDER BY chain FOR NO KEY UPDATE) \
            SELECT w.chain, ARRAY(SELECT nextval('audit_events_seq_seq') \
            FROM generate_series(1, w.events + 0 * COALESCE(h.length, 0))), h.length, \
            h.last_event_id, h.last_hash, h.pruned, h.pruned_hash, h.pruned_event_id, h.key_id, \
            h.mac FROM unnest(",
        );
        out.push_bind_param::<Array<sql::Id>, _>(&self.chains)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.events)?;
        out.push_sql(") AS w (chain, events) LEFT JOIN held h ON h.chain = w.chain");
        Ok(())
    }
}

impl<Conn> diesel::RunQueryDsl<Conn> for LockChains {}
