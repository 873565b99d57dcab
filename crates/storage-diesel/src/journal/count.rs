//! Counting what a batch reads, and locking it first where it is not yet known what counts.

use super::batch::{Admitted, Left, Wanted, left_of};
use super::statements::{CountReads, CountShares, CountVersions, LockLeft};
use crate::schema::{secret_versions, shares};
use crate::session::{Conn, Session};
use crate::types::StoredId;
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_storage::StorageError;
use std::collections::{BTreeSet, HashMap};

/// Runs a statement of Postgres alone.
macro_rules! on_postgres {
    ($session:expr, $table:expr, $method:ident, $statement:expr) => {{
        $session.count();
        let outcome = match &mut $session.conn {
            Conn::Postgres(lease) => match lease.connection() {
                Ok(connection) => diesel_async::RunQueryDsl::$method($statement, connection).await,
                Err(error) => Err(error),
            },
            Conn::Sqlite(_) => Err(diesel::result::Error::BrokenTransactionManager),
        };
        $session.settle($table, outcome)
    }};
}

impl Session {
    /// Counts at once, on Postgres, as many reads of each version as its maximum allows.
    pub(super) async fn count_reads(&mut self, wanted: &[Wanted]) -> Result<Left, StorageError> {
        let count = CountReads {
            orgs: wanted.iter().map(|want| want.org).collect(),
            versions: wanted.iter().map(|want| want.version).collect(),
            reads: wanted.iter().map(|want| want.reads).collect(),
        };
        let rows: Vec<(StoredId, i64)> = on_postgres!(self, "secret_versions", get_results, count)?;
        Ok(Left {
            versions: rows.into_iter().collect(),
            ..Left::default()
        })
    }

    /// Locks versions and shares, and tells what is left of each.
    pub(super) async fn lock_left(
        &mut self,
        wanted: &[Wanted],
        by_shares: BTreeSet<(StoredId, StoredId)>,
    ) -> Result<Left, StorageError> {
        if let Conn::Sqlite(lease) = &mut self.conn {
            let left = lease
                .connection()
                .and_then(|conn| left_here(conn, wanted, by_shares));
            return self.settle("secret_versions", left);
        }
        let versions = wanted.iter().map(|want| (want.version, want.org));
        let versions = self.lock_rows(LockLeft::versions(versions)).await?;
        let shares = if by_shares.is_empty() {
            HashMap::new()
        } else {
            self.lock_rows(LockLeft::shares(by_shares)).await?
        };
        Ok(Left { versions, shares })
    }

    async fn lock_rows(&mut self, lock: LockLeft) -> Result<HashMap<StoredId, i64>, StorageError> {
        let table = lock.table;
        let rows: Vec<(StoredId, Option<i64>)> = on_postgres!(self, table, get_results, lock)?;
        let left = |(id, left)| (id, left_of(left));
        Ok(rows.into_iter().map(left).collect())
    }

    /// Both counters, whose rows are locked.
    pub(super) async fn count_taken(
        &mut self,
        admitted: &Admitted<'_>,
    ) -> Result<(), StorageError> {
        if let Conn::Sqlite(lease) = &mut self.conn {
            let counted = lease
                .connection()
                .and_then(|conn| count_here(conn, admitted));
            return self.settle("secret_versions", counted);
        }
        if !admitted.versions.is_empty() {
            let versions = CountVersions::of(&admitted.versions);
            on_postgres!(self, "secret_versions", execute, versions)?;
        }
        if !admitted.shares.is_empty() {
            let shares = CountShares::of(&admitted.shares);
            on_postgres!(self, "shares", execute, shares)?;
        }
        Ok(())
    }
}

fn left_here(
    connection: &mut SqliteConnection,
    wanted: &[Wanted],
    by_shares: BTreeSet<(StoredId, StoredId)>,
) -> QueryResult<Left> {
    let mut left = Left::default();
    for want in wanted {
        let row: Option<(Option<i64>, i64)> = secret_versions::table
            .filter(secret_versions::org_id.eq(want.org))
            .filter(secret_versions::id.eq(want.version))
            .select((
                secret_versions::max_access_count,
                secret_versions::access_count,
            ))
            .get_result(connection)
            .optional()?;
        if let Some((max, count)) = row {
            let reads = left_of(max.map(|max| max - count));
            left.versions.insert(want.version, reads);
        }
    }
    for (share, org) in by_shares {
        let row: Option<(Option<i64>, i64)> = shares::table
            .filter(shares::org_id.eq(org))
            .filter(shares::id.eq(share))
            .filter(shares::revoked_at.is_null())
            .filter(shares::declined_at.is_null())
            .select((shares::max_access_count, shares::access_count))
            .get_result(connection)
            .optional()?;
        if let Some((max, count)) = row {
            left.shares
                .insert(share, left_of(max.map(|max| max - count)));
        }
    }
    Ok(left)
}

fn count_here(connection: &mut SqliteConnection, admitted: &Admitted<'_>) -> QueryResult<()> {
    for (version, taken) in &admitted.versions {
        let own = secret_versions::table
            .filter(secret_versions::org_id.eq(taken.org))
            .filter(secret_versions::id.eq(version));
        let count = secret_versions::access_count + taken.reads;
        diesel::update(own)
            .set(secret_versions::access_count.eq(count))
            .execute(connection)?;
    }
    for (share, taken) in &admitted.shares {
        let own = shares::table
            .filter(shares::org_id.eq(taken.org))
            .filter(shares::id.eq(share));
        diesel::update(own)
            .set(shares::access_count.eq(shares::access_count + taken.reads))
            .execute(connection)?;
        diesel::update(own.filter(shares::accepted_at.is_null()))
            .set(shares::accepted_at.eq(taken.at))
            .execute(connection)?;
    }
    Ok(())
}
