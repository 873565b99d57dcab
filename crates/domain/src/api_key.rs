//! Personal API keys.

use crate::{ApiKeyId, ApiKeyName, KeyPrefix, OrgId, Scopes, Timestamp, UserId};

/// A key that stands for its owner, perhaps limited. The key itself is shown once and not kept.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The organization.
    pub org: OrgId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: ApiKeyName,
    /// What may be shown of it.
    pub prefix: KeyPrefix,
    /// What it is limited to.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it works at `now`: expired at the very moment of `expires_at`.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}
