//! A profile and settings on the wire.

use crate::answer::Audience;
use oneclaw_domain::{Role, Tier};
use oneclaw_services::{AccountSettings, Profile};
use serde::Serialize;
use utoipa::ToSchema;

/// A person's own profile.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserProfileResponse {
    /// Their id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Where they are reached.
    email: String,
    /// What others see.
    display_name: String,
    /// `password` or `google`.
    auth_method: &'static str,
    /// `owner`, `admin` or `member`.
    role: &'static str,
    /// Whether the address was proved.
    email_verified: bool,
    /// Whether they want news.
    marketing_emails: bool,
    /// Whether a second factor is on.
    totp_enabled: bool,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Their organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    org_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_name: Option<String>,
    /// Its plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_tier: Option<&'static str>,
    /// Whether a password is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    has_password: Option<bool>,
    /// Whether they run this installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_platform_admin: Option<bool>,
}

impl UserProfileResponse {
    pub(super) fn new(profile: Profile, tier: Tier, audience: Audience) -> Self {
        let Profile {
            user,
            org,
            has_password,
            has_second_factor,
        } = profile;
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            display_name: user.display_name.as_str().to_owned(),
            auth_method: user.auth_method.as_str(),
            role: user.role.as_str(),
            email_verified: user.email_verified,
            marketing_emails: user.marketing_emails,
            totp_enabled: has_second_factor,
            created_at: user.created_at.to_string(),
            org_id: audience.superset(org.id.to_string()),
            org_name: audience.superset(org.name.as_str().to_owned()),
            billing_tier: audience.superset(tier.as_str()),
            has_password: audience.superset(has_password),
            is_platform_admin: audience.superset(org.is_platform && user.role >= Role::Admin),
        }
    }
}

/// A person's own settings.
#[derive(Serialize, ToSchema)]
pub(crate) struct SettingsResponse {
    /// Whether vaults open to a passkey alone.
    require_passkey_for_vaults: bool,
    /// How many passkeys the person has.
    passkey_count: u32,
}

impl From<AccountSettings> for SettingsResponse {
    fn from(settings: AccountSettings) -> Self {
        Self {
            require_passkey_for_vaults: settings.requires_passkey,
            passkey_count: settings.passkeys,
        }
    }
}
