//! What administrators are shown, on the wire.

use oneclaw_domain::OrgId;
use oneclaw_services::{AdministeredUser, ChangedSetting};
use serde::Serialize;
use utoipa::ToSchema;

/// A setting that was changed while servers run.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingResponse {
    /// Its name.
    #[schema(example = "signup.mode")]
    key: String,
    /// Its value.
    #[schema(example = "invite")]
    value: String,
    /// Who changed it; null where that was done at the server's own machine.
    updated_by: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<&ChangedSetting> for SettingResponse {
    fn from(setting: &ChangedSetting) -> Self {
        Self {
            key: setting.key.clone(),
            value: setting.value.clone(),
            updated_by: setting.updated_by.map(|user| user.to_string()),
            updated_at: setting.updated_at.to_string(),
        }
    }
}

/// Somebody who has an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminUserResponse {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where they are reached.
    email: String,
    /// What others see.
    display_name: String,
    /// `owner`, `admin` or `member`.
    role: &'static str,
    /// `password` or `google`.
    auth_method: &'static str,
    /// Their organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// Its name.
    org_name: String,
    /// Its plan now.
    billing_tier: &'static str,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Requests a month that the organization has instead of its plan's.
    free_tier_override: Option<i64>,
    /// Whether the organization is neither limited nor charged.
    is_sponsored: bool,
    /// The organization's requests this month.
    current_month_requests: i64,
}

impl From<&AdministeredUser> for AdminUserResponse {
    fn from(found: &AdministeredUser) -> Self {
        let (listed, user) = (&found.listed, &found.listed.user);
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            display_name: user.display_name.as_str().to_owned(),
            role: user.role.as_str(),
            auth_method: user.auth_method.as_str(),
            org_id: user.org.to_string(),
            org_name: listed.org_name.as_str().to_owned(),
            billing_tier: found.tier.as_str(),
            created_at: user.created_at.to_string(),
            free_tier_override: listed.request_limit,
            is_sponsored: listed.is_sponsored,
            current_month_requests: listed.requests,
        }
    }
}

/// What an organization is allowed beside its plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrgLimitsResponse {
    /// The organization.
    #[schema(value_type = uuid::Uuid)]
    org_id: String,
    /// Requests a month instead of the plan's.
    free_tier_override: Option<i64>,
    /// Whether it is neither limited nor charged.
    is_sponsored: bool,
}

impl OrgLimitsResponse {
    pub(super) fn new(org: OrgId, free_tier_override: Option<i64>, is_sponsored: bool) -> Self {
        Self {
            org_id: org.to_string(),
            free_tier_override,
            is_sponsored,
        }
    }
}
