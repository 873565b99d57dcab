//! A batch on SQLite: from beginning to commit on one thread that may wait.

use super::batch::{Wanted, admit, wanted};
use crate::audit::NewEvent;
use crate::error::failure;
use crate::schema::{audit_events, secret_versions};
use crate::sqlite::SqliteLease;
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_storage::{Admission, JournalEntry, StorageError};
use std::collections::HashMap;

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
    let mut granted = HashMap::new();
    for want in wanted(batch) {
        granted.insert(want.version, count(connection, want)?);
    }
    let (admissions, rows) = admit(batch, granted);
    for row in &rows {
        insert(connection, row)?;
    }
    lease.commit_here()?;
    Ok(admissions)
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

fn insert(connection: &mut SqliteConnection, row: &NewEvent) -> QueryResult<usize> {
    diesel::insert_into(audit_events::table)
        .values(row)
        .execute(connection)
}
