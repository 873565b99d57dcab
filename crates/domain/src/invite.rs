//! Invitations into an organization.

use crate::{Email, InviteId, OrgId, Role, Timestamp, UserId};

/// How long an invitation stands, in seconds: 7 days (contract 3.1).
pub const INVITE_TTL: i64 = 7 * 86_400;

/// An invitation that was not accepted yet.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Its id.
    pub id: InviteId,
    /// The organization.
    pub org: OrgId,
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it stops standing.
    pub expires_at: Timestamp,
    /// Whether its link went out by mail alone, so that whoever has it has proved the address.
    pub mailed: bool,
}
