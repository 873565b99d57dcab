//! Deleting what time has made meaningless, a few rows at a time.

use crate::query::{execute, find, load, run};
use crate::schema::{
    account_proofs, attempts, audit_chains, audit_events, device_grants, enrollments, invites,
    mail_outbox, orgs, payment_events, pending_signups, refresh_tokens, revoked_agent_tokens,
    revoked_tokens, secret_versions, sessions, shares, usage_events,
};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::dsl::{exists, not, sql};
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
            Stale::LeftUsage => self.sweep_left_usage(many).await?,
            Stale::SpentValues => self.empty_spent(end, many).await?,
            other => return Err(StorageError::Backend(format!("{other:?}").into())),
        };
        Ok(taken as u64)
    }

    /// Deletes what was metered of organizations that are gone: their chains are there still, and
    /// are few, so nobody has to look through all that was metered.
    async fn sweep_left_usage(&mut self, many: i64) -> Result<usize, StorageError> {
        let org = orgs::table.filter(orgs::id.eq(audit_chains::chain));
        let metered = usage_events::table.filter(usage_events::org_id.eq(audit_chains::chain));
        let gone: Vec<StoredId> = load!(
            self,
            "audit_chains",
            audit_chains::table
                .filter(not(exists(org)))
                .filter(exists(metered))
                .order(audit_chains::chain)
                .limit(many)
                .select(audit_chains::chain)
        )?;
        if gone.is_empty() {
            return Ok(0);
        }
        let left = usage_events::table
            .filter(usage_events::org_id.eq_any(gone))
            .limit(many)
            .select(usage_events::seq);
        let found = run!(self, get_results, left, left.for_update().skip_locked());
        let found: Vec<i64> = self.settle("usage_events", found)?;
        let taken = usage_events::table.filter(usage_events::seq.eq_any(found));
        execute!(self, "usage_events", diesel::delete(taken))
    }

    /// Versions that will not be read again, and are not noted as such: for an end of their own, by a
    /// decision, by their count.
    pub(crate) async fn spent_versions(
        &mut self,
        now: Timestamp,
        many: i64,
    ) -> Result<Vec<StoredId>, StorageError> {
        let now = StoredTime(now);
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
        Ok(spent)
    }

    /// Notes that these will not be read again: nothing makes a spent version another.
    pub(crate) async fn note_spent(
        &mut self,
        spent: Vec<StoredId>,
        now: Timestamp,
    ) -> Result<u64, StorageError> {
        let spent = self.free_versions(spent).await?;
        let noted = secret_versions::table
            .filter(secret_versions::id.eq_any(spent))
            .filter(secret_versions::spent_since.is_null());
        let since = secret_versions::spent_since.eq(Some(StoredTime(now)));
        Ok(execute!(self, "secret_versions", diesel::update(noted).set(since))? as u64)
    }

    /// Empties what was noted long enough ago. Such a version is under no customer's key any more,
    /// as there is nothing to open: rotations pass it by.
    async fn empty_spent(&mut self, before: StoredTime, many: i64) -> Result<usize, StorageError> {
        let kept = sql::<Bool>("(spent_since IS NOT NULL AND NOT is_emptied)");
        let ids: Vec<StoredId> = load!(
            self,
            "secret_versions",
            secret_versions::table
                .filter(kept)
                .filter(secret_versions::spent_since.le(before))
                .limit(many)
                .select(secret_versions::id)
        )?;
        let ids = self.free_versions(ids).await?;
        let emptied = secret_versions::table.filter(secret_versions::id.eq_any(ids));
        let nothing = (
            secret_versions::envelope.eq(Vec::<u8>::new()),
            secret_versions::cmek_fingerprint.eq(None::<String>),
            secret_versions::is_emptied.eq(true),
        );
        execute!(
            self,
            "secret_versions",
            diesel::update(emptied).set(nothing)
        )
    }

    /// Those of some versions that nobody works at, held, in the order in which the journal locks
    /// them.
    async fn free_versions(&mut self, ids: Vec<StoredId>) -> Result<Vec<StoredId>, StorageError> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let wanted = secret_versions::table
            .filter(secret_versions::id.eq_any(ids))
            .order(secret_versions::id)
            .select(secret_versions::id);
        let free = run!(
            self,
            get_results,
            wanted,
            wanted.for_no_key_update().skip_locked()
        );
        self.settle("secret_versions", free)
    }

    /// When the newest event was written.
    pub(crate) async fn newest_event(&mut self) -> Result<Option<Timestamp>, StorageError> {
        let newest: Option<StoredTime> = find!(
            self,
            "audit_events",
            audit_events::table
                .order(audit_events::seq.desc())
                .limit(1)
                .select(audit_events::created_at)
        )?;
        Ok(newest.map(|at| at.0))
    }
}
