//! Deleting what time has made meaningless, a few rows at a time.

use crate::query::{execute, find, load, run};
use crate::schema::{
    account_proofs, attempts, audit_events, device_grants, enrollments, invites, mail_outbox,
    payment_events, pending_signups, refresh_tokens, revoked_agent_tokens, revoked_tokens,
    secret_versions, sessions, shares, usage_events,
};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use oneclaw_domain::Timestamp;
use oneclaw_storage::{Stale, StorageError};

/// Deletes rows whose end is over, those that ended first before the others. On Postgres, rows that
/// somebody holds are passed by: housekeeping waits for nobody.
macro_rules! take {
    ($session:expr, $table:ident, $key:ident: $Key:ty, $end:ident, $before:expr, $many:expr) => {{
        let over = $table::table
            .filter($table::$end.le($before))
            .order($table::$end)
            .limit($many)
            .select($table::$key);
        let found = run!($session, get_results, over, over.for_update().skip_locked());
        let keys: Vec<$Key> = $session.settle(stringify!($table), found)?;
        if keys.is_empty() {
            return Ok(0);
        }
        let gone = $table::table.filter($table::$key.eq_any(keys));
        execute!($session, "stale", diesel::delete(gone))?
    }};
}

impl Session {
    /// Takes up to `many` rows of one kind, and tells how many.
    pub(crate) async fn sweep_stale(
        &mut self,
        stale: Stale,
        before: Timestamp,
        many: i64,
    ) -> Result<u64, StorageError> {
        let end = StoredTime(before);
        let taken = match stale {
            Stale::Attempts => {
                take!(self, attempts, attempt_key: Vec<u8>, window_ends_at, end, many)
            }
            Stale::RevokedTokens => {
                take!(self, revoked_tokens, token_id: StoredId, expires_at, end, many)
            }
            Stale::RevokedAgentTokens => {
                take!(self, revoked_agent_tokens, token_id: StoredId, expires_at, end, many)
            }
            Stale::RefreshTokens => {
                take!(self, refresh_tokens, token_hash: Vec<u8>, expires_at, end, many)
            }
            Stale::Sessions => take!(self, sessions, id: StoredId, expires_at, end, many),
            Stale::Signups => take!(self, pending_signups, id: StoredId, expires_at, end, many),
            Stale::Proofs => {
                take!(self, account_proofs, token_hash: Vec<u8>, expires_at, end, many)
            }
            Stale::Devices => take!(self, device_grants, id: StoredId, expires_at, end, many),
            Stale::Shares => take!(self, shares, id: StoredId, expires_at, end, many),
            Stale::Enrollments => take!(self, enrollments, id: StoredId, expires_at, end, many),
            Stale::Invites => take!(self, invites, id: StoredId, expires_at, end, many),
            Stale::Mails => take!(self, mail_outbox, id: StoredId, finished_at, end, many),
            Stale::Payments => take!(self, payment_events, id: String, handled_at, end, many),
            Stale::UsageEvents => take!(self, usage_events, seq: i64, created_at, end, many),
            Stale::SpentVersions => self.note_spent(end, many).await?,
            Stale::SpentValues => self.empty_spent(end, many).await?,
            other => return Err(StorageError::Backend(format!("{other:?}").into())),
        };
        Ok(taken as u64)
    }

    /// Notes which versions will not be read again: for an end of their own, by a decision, by their
    /// count.
    async fn note_spent(&mut self, now: StoredTime, many: i64) -> Result<usize, StorageError> {
        let unknown = secret_versions::table
            .filter(secret_versions::spent_since.is_null())
            .limit(many)
            .select(secret_versions::id);
        let mut spent: Vec<StoredId> = load!(
            self,
            "secret_versions",
            unknown.filter(secret_versions::expires_at.le(now))
        )?;
        // written out, for only then the embedded store finds the index of the same condition
        let stopped: Vec<StoredId> = load!(
            self,
            "secret_versions",
            unknown.filter(sql::<Bool>("(deleted OR disabled)"))
        )?;
        let counted: Vec<StoredId> = load!(
            self,
            "secret_versions",
            unknown
                .filter(secret_versions::max_access_count.is_not_null())
                .filter(
                    secret_versions::access_count
                        .nullable()
                        .ge(secret_versions::max_access_count)
                )
        )?;
        spent.extend(stopped);
        spent.extend(counted);
        spent.truncate(usize::try_from(many).unwrap_or(usize::MAX));
        self.hold_free(spent, |found| {
            diesel::update(secret_versions::table.filter(secret_versions::id.eq_any(found)))
        }, now)
        .await
    }
}
