//! An invitation on the wire.

use oneclaw_domain::{Invite, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// An invitation that was not accepted yet. Its token is never shown again.
#[derive(Serialize, ToSchema)]
pub(crate) struct InviteResponse {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Who is invited.
    email: String,
    /// As what: `owner`, `admin` or `member`.
    role: &'static str,
    /// The id of the user who invited them.
    #[schema(value_type = uuid::Uuid)]
    invited_by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops standing.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whether that is past.
    is_expired: bool,
}

impl InviteResponse {
    pub(super) fn new(invite: &Invite, now: Timestamp) -> Self {
        Self {
            id: invite.id.to_string(),
            email: invite.email.to_string(),
            role: invite.role.as_str(),
            invited_by: invite.invited_by.to_string(),
            created_at: invite.created_at.to_string(),
            expires_at: invite.expires_at.to_string(),
            is_expired: invite.expires_at <= now,
        }
    }
}
