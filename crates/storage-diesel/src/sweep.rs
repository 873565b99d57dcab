//! Deleting what time has made meaningless.

use crate::query::execute;
use crate::schema::{
    account_proofs, attempts, device_grants, enrollments, invites, mail_outbox, pending_signups,
    refresh_tokens, revoked_agent_tokens, revoked_tokens, sessions, shares,
};
use crate::session::Session;
use crate::types::StoredTime;
use diesel::prelude::*;
use oneclaw_domain::Timestamp;
use oneclaw_storage::StorageError;

/// How long requests, invitations, shares and the rows of mails are kept after their end, in seconds: 30
/// days, so that who asks late is told that they are over.
const KEPT_AFTER_END: i64 = 30 * 86_400;

/// How long what stands for minutes or hours is kept after its end, in seconds: a day, for the same.
const KEPT_SHORTLY: i64 = 86_400;

impl Session {
    /// Deletes and counts expired revocations, windows, refresh tokens and sessions; what people
    /// prove something with, and devices' questions, a day later; and requests, invitations, shares
    /// and mails that were done with long ago.
    pub(crate) async fn sweep_expired(&mut self, now: Timestamp) -> Result<u64, StorageError> {
        let long_ago = StoredTime(now.plus_seconds(-KEPT_AFTER_END));
        let a_day_ago = StoredTime(now.plus_seconds(-KEPT_SHORTLY));
        let now = StoredTime(now);
        let mut swept = 0;
        let over = attempts::table.filter(attempts::window_ends_at.le(now));
        swept += execute!(self, "attempts", diesel::delete(over))?;
        let over = revoked_tokens::table.filter(revoked_tokens::expires_at.le(now));
        swept += execute!(self, "revoked_tokens", diesel::delete(over))?;
        let over = revoked_agent_tokens::table.filter(revoked_agent_tokens::expires_at.le(now));
        swept += execute!(self, "revoked_agent_tokens", diesel::delete(over))?;
        let over = refresh_tokens::table.filter(refresh_tokens::expires_at.le(now));
        swept += execute!(self, "refresh_tokens", diesel::delete(over))?;
        let over = sessions::table.filter(sessions::expires_at.le(now));
        swept += execute!(self, "sessions", diesel::delete(over))?;
        let over = pending_signups::table.filter(pending_signups::expires_at.le(a_day_ago));
        swept += execute!(self, "pending_signups", diesel::delete(over))?;
        let over = account_proofs::table.filter(account_proofs::expires_at.le(a_day_ago));
        swept += execute!(self, "account_proofs", diesel::delete(over))?;
        let over = device_grants::table.filter(device_grants::expires_at.le(a_day_ago));
        swept += execute!(self, "device_grants", diesel::delete(over))?;
        let over = shares::table.filter(shares::expires_at.le(long_ago));
        swept += execute!(self, "shares", diesel::delete(over))?;
        let over = enrollments::table.filter(enrollments::expires_at.le(long_ago));
        swept += execute!(self, "enrollments", diesel::delete(over))?;
        let over = invites::table.filter(invites::expires_at.le(long_ago));
        swept += execute!(self, "invites", diesel::delete(over))?;
        let over = mail_outbox::table.filter(mail_outbox::finished_at.le(long_ago));
        swept += execute!(self, "mail_outbox", diesel::delete(over))?;
        Ok(swept as u64)
    }
}
