//! Counters of tries.

use crate::query::{execute, fetch, find};
use crate::schema::attempts;
use crate::session::Session;
use crate::types::StoredTime;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;
use oneclaw_domain::Timestamp;
use oneclaw_storage::{AttemptKey, Attempts, StorageError};

impl Session {
    /// Counts a try; a window that is over, at the very moment of its end, begins anew, and so does
    /// one whose limit is passed just now.
    pub(crate) async fn count_try(
        &mut self,
        key: AttemptKey,
        now: Timestamp,
        tries: i64,
        window_seconds: i64,
    ) -> Result<Attempts, StorageError> {
        let ends_at = StoredTime(now.plus_seconds(window_seconds));
        let now = StoredTime(now);
        let row: (i64, StoredTime) = fetch!(
            self,
            "attempts",
            diesel::insert_into(attempts::table)
                .values((
                    attempts::attempt_key.eq(key.0.as_slice()),
                    attempts::tries.eq(1),
                    attempts::window_ends_at.eq(ends_at),
                ))
                .on_conflict(attempts::attempt_key)
                .do_update()
                .set((
                    attempts::tries.eq(case_when(
                        attempts::window_ends_at.le(now),
                        excluded(attempts::tries)
                    )
                    .otherwise(attempts::tries + 1)),
                    attempts::window_ends_at.eq(case_when(
                        attempts::window_ends_at
                            .le(now)
                            .or(attempts::tries.eq(tries)),
                        excluded(attempts::window_ends_at)
                    )
                    .otherwise(attempts::window_ends_at)),
                ))
                .returning((attempts::tries, attempts::window_ends_at))
        )?;
        Ok(Attempts {
            count: row.0,
            window_ends_at: row.1.into(),
        })
    }

    /// The tries of a window that is not over.
    pub(crate) async fn tries_so_far(
        &mut self,
        key: AttemptKey,
        now: Timestamp,
    ) -> Result<i64, StorageError> {
        let tries: Option<i64> = find!(
            self,
            "attempts",
            attempts::table
                .filter(attempts::attempt_key.eq(key.0.as_slice()))
                .filter(attempts::window_ends_at.gt(StoredTime(now)))
                .select(attempts::tries)
        )?;
        Ok(tries.unwrap_or_default())
    }

    /// Takes one try off what was counted.
    pub(crate) async fn give_back_try(&mut self, key: AttemptKey) -> Result<(), StorageError> {
        let own = attempts::attempt_key.eq(key.0.as_slice());
        // a row is there for what was counted: with its last try it goes
        let last = attempts::table.filter(own).filter(attempts::tries.le(1));
        if execute!(self, "attempts", diesel::delete(last))? == 0 {
            // of two at once neither takes the last one away
            let counted = attempts::table.filter(own).filter(attempts::tries.gt(1));
            let less = attempts::tries.eq(attempts::tries - 1);
            execute!(self, "attempts", diesel::update(counted).set(less))?;
        }
        Ok(())
    }

    /// Forgets the tries.
    pub(crate) async fn forget_tries(&mut self, key: AttemptKey) -> Result<(), StorageError> {
        let own = attempts::table.filter(attempts::attempt_key.eq(key.0.as_slice()));
        execute!(self, "attempts", diesel::delete(own))?;
        Ok(())
    }
}
