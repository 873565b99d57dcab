//! A member on the wire.

use oneclaw_domain::User;
use serde::Serialize;
use utoipa::ToSchema;

/// A member of an organization.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgMemberResponse {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The same.
    #[schema(value_type = uuid::Uuid)]
    user_id: String,
    /// Where they are reached.
    email: String,
    /// What others see.
    display_name: String,
    /// `owner`, `admin` or `member`.
    role: &'static str,
    /// `password` or `google`.
    auth_method: &'static str,
    /// When their account was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// The same: an account belongs to one organization from its first day on.
    #[schema(format = DateTime)]
    joined_at: String,
}

impl From<&User> for OrgMemberResponse {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            user_id: user.id.to_string(),
            email: user.email.to_string(),
            display_name: user.display_name.as_str().to_owned(),
            role: user.role.as_str(),
            auth_method: user.auth_method.as_str(),
            created_at: user.created_at.to_string(),
            joined_at: user.created_at.to_string(),
        }
    }
}
