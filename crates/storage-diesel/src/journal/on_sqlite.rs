//! A batch on SQLite: from beginning to commit on one thread that may wait.

use super::batch::{Admitted, Left, Wanted, admit, left_of, shares_of, wanted};
use crate::audit::NewEvent;
use crate::error::failure;
use crate::schema::{audit_events, secret_versions, shares};
use crate::sqlite::SqliteLease;
use crate::types::StoredId;
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_storage::{Admission, JournalEntry, StorageError};
use std::collections::{BTreeSet, HashMap};

impl SqliteLease {
    /// Writes a batch and commits it.
    pub(crate) async fn append(
        self,
        batch: &[JournalEntry],
    ) -> Result<Vec<Admission>, StorageError> {
        let batch = batch.to_vec();
        let written = self.blocking(move |lease| append_here(lease, &batch)).await;
        written
            .map(|(_, admissions)| admissions)
            .map_err(|error| failure("audit_events", error))
    }
}

fn append_here(lease: &mut SqliteLease, batch: &[JournalEntry]) -> QueryResult<Vec<Admission>> {
    lease.begin_here()?;
    let connection = lease.connection()?;
    let wanted = wanted(batch);
    let by_shares = shares_of(batch);
    let admitted = if by_shares.is_empty() {
        let mut versions = HashMap::new();
        for want in wanted {
            versions.insert(want.version, count(connection, want)?);
        }
        admit(
            batch,
            Left {
                versions,
                ..Left::default()
            },
        )
    } else {
        let left = left_here(connection, &wanted, by_shares)?;
        let admitted = admit(batch, left);
        count_taken(connection, &admitted)?;
        admitted
    };
    for row in &admitted.rows {
        insert(connection, row)?;
    }
    lease.commit_here()?;
    Ok(admitted.admissions)
}

fn count(connection: &mut SqliteConnection, want: Wanted) -> QueryResult<i64> {
    let version = secret_versions::table
        .filter(secret_versions::org_id.eq(want.org))
        .filter(secret_versions::id.eq(want.version));
    let row: Option<(i64, Option<i64>)> = version
        .select((
            secret_versions::access_count,
            secret_versions::max_access_count,
        ))
        .get_result(connection)
        .optional()?;
    let Some((before, max)) = row else {
        return Ok(0);
    };
    let granted = max.map_or(want.reads, |max| want.reads.min(max - before).max(0));
    if granted > 0 {
        diesel::update(version)
            .set(secret_versions::access_count.eq(before + granted))
            .execute(connection)?;
    }
    Ok(granted)
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

fn count_taken(connection: &mut SqliteConnection, admitted: &Admitted) -> QueryResult<()> {
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

fn insert(connection: &mut SqliteConnection, row: &NewEvent) -> QueryResult<usize> {
    diesel::insert_into(audit_events::table)
        .values(row)
        .execute(connection)
}
