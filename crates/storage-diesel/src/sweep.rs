//! Deleting what time has made meaningless.

use crate::query::execute;
use crate::schema::{attempts, refresh_tokens, revoked_tokens, sessions};
use crate::session::Session;
use crate::types::StoredTime;
use diesel::prelude::*;
use oneclaw_domain::Timestamp;
use oneclaw_storage::StorageError;

impl Session {
    /// Deletes and counts expired revocations, windows, refresh tokens and sessions.
    pub(crate) async fn sweep_expired(&mut self, now: Timestamp) -> Result<u64, StorageError> {
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
        Ok(swept as u64)
    }
}
