//! Deleting what time has made meaningless.

use crate::query::execute;
use crate::schema::{attempts, mail_outbox, refresh_tokens, revoked_tokens, sessions};
use crate::session::Session;
use crate::types::StoredTime;
use diesel::prelude::*;
use oneclaw_domain::Timestamp;
use oneclaw_storage::StorageError;

/// How long the row of a mail that was done with is kept, in seconds: 30 days.
const KEEP_MAIL: i64 = 30 * 86_400;

impl Session {
    /// Deletes and counts expired revocations, windows, refresh tokens and sessions, and
    /// mails that were done with long ago.
    pub(crate) async fn sweep_expired(&mut self, now: Timestamp) -> Result<u64, StorageError> {
        let long_ago = StoredTime(now.plus_seconds(-KEEP_MAIL));
        let now = StoredTime(now);
        let mut swept = 0;
        let over = attempts::table.filter(attempts::window_ends_at.le(now));
        swept += execute!(self, "attempts", diesel::delete(over))?;
        let over = revoked_tokens::table.filter(revoked_tokens::expires_at.le(now));
        swept += execute!(self, "revoked_tokens", diesel::delete(over))?;
        let over = refresh_tokens::table.filter(refresh_tokens::expires_at.le(now));
        swept += execute!(self, "refresh_tokens", diesel::delete(over))?;
        let over = sessions::table.filter(sessions::expires_at.le(now));
        swept += execute!(self, "sessions", diesel::delete(over))?;
        let over = mail_outbox::table.filter(mail_outbox::finished_at.le(long_ago));
        swept += execute!(self, "mail_outbox", diesel::delete(over))?;
        Ok(swept as u64)
    }
}
