//! What a use case's refusal is on the wire. Exhaustive: a new kind does not compile without an answer.

use crate::problem::Problem;
use oneclaw_domain::{CmekFingerprint, Permission, Priced, Quota, Resource, Tier, VersionState};
use oneclaw_services::{AuthFailure, Missing, Refusal, ShareEnd};
use std::borrow::Cow;

const SETUP_CODE: &str =
    "The first account needs setup_code: the code that the server's start printed";
const INVITED_OTHER: &str = "The invitation is for another e-mail address";
const REQUESTED_OTHER: &str =
    "The agent asks another person: only the account with that e-mail address may decide";
const DEVICE_FOR_OTHER: &str =
    "The device asks another person: only the account with that e-mail address may decide";
const STEP_UP: &str = "This needs a fresh proof of who you are, in X-Auth-Confirm";
const SHARE_ADDRESS: &str = "The share may not be read from this address";
const SHARER_UNPAID: &str = "The organization that shares this has spent its month's requests";

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unavailable(cause) => Self::unavailable(Some(cause)),
            Refusal::Internal(cause) => Self::internal(cause),
            told => Self::told_of(&told),
        }
    }
}

/// The status that a refusal is answered with, for who meters requests.
pub fn status_of(refusal: &Refusal) -> u16 {
    Problem::told_of(refusal).status()
}

impl Problem {
    /// What is told, whatever caused it.
    fn told_of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Invalid(fields) => Self::invalid(fields.clone()),
            Refusal::Unauthenticated(failure) => Self::unauthenticated(unauthenticated(*failure)),
            Refusal::Denied(missing) => Self::forbidden(missing.reason(), denied(*missing)),
            Refusal::AddressDenied => Self::ip_denied(),
            Refusal::SignupClosed => Self::forbidden("signup_closed", "Signup is closed"),
            Refusal::SetupCodeNeeded => Self::forbidden("setup_code_needed", SETUP_CODE),
            Refusal::InvitedOther => Self::forbidden("invited_other", INVITED_OTHER),
            Refusal::RequestedOther => Self::forbidden("requested_other", REQUESTED_OTHER),
            Refusal::DeviceForOther => Self::forbidden("device_for_other", DEVICE_FOR_OTHER),
            Refusal::DeviceCodeUnknown => {
                Self::oauth("invalid_grant", "No device has this device_code")
            }
            Refusal::EmailUnverified => {
                Self::forbidden("email_unverified", "Email is not verified")
            }
            Refusal::StepUpNeeded => Self::forbidden_kind("reauth_required", STEP_UP),
            Refusal::SharedWithOther => {
                Self::forbidden("not_recipient", "The share is for somebody else")
            }
            Refusal::OtherSite => Self::other_site(),
            Refusal::ShareAddressDenied => Self::forbidden_kind("ip_denied", SHARE_ADDRESS),
            Refusal::PassphraseNeeded => {
                Self::forbidden_kind("passphrase_required", "The share asks for a passphrase")
            }
            Refusal::PassphraseWrong => {
                Self::forbidden_kind("passphrase_invalid", "The passphrase is wrong")
            }
            Refusal::ShareEnded(end) => Self::gone_as(end.reason(), share_ended(*end)),
            Refusal::NotInPlan(detail) => Self::forbidden("not_in_plan", *detail),
            Refusal::NotConfigured(detail) => Self::not_configured(detail),
            Refusal::NotFound => Self::not_found(),
            Refusal::Gone(state) => Self::gone(gone(*state)),
            Refusal::Conflict(detail) => Self::conflict(*detail),
            Refusal::RotationUnfinished { to } => Self::conflict(unfinished(to)),
            Refusal::PreconditionFailed => Self::precondition_failed(),
            Refusal::LimitReached {
                resource,
                limit,
                tier,
            } => Self::resource_limit_exceeded(limit_reached(*resource, *limit, *tier)),
            Refusal::QuotaSpent { quota, what } => {
                let what = what.map_or("", Priced::as_str);
                Self::payment_required(quota_spent(quota), what)
            }
            Refusal::SharerUnpaid => {
                Self::payment_required(SHARER_UNPAID.to_owned(), Priced::AccessShare.as_str())
            }
            Refusal::TooManyRequests { retry_after } => {
                Self::too_many_requests(u64::try_from(*retry_after).unwrap_or(1))
            }
            Refusal::Unavailable(_) => Self::unavailable(None),
            Refusal::Integrity => Self::integrity(),
            Refusal::Internal(_) => Self::internal("a fault of ours"),
        }
    }
}

/// Clients match `Token has been revoked` (contract 2.3).
const fn unauthenticated(failure: AuthFailure) -> &'static str {
    match failure {
        AuthFailure::Missing => "Authentication required",
        AuthFailure::InvalidToken => "Invalid token",
        AuthFailure::Expired => "Token has expired",
        AuthFailure::Revoked => "Token has been revoked",
        AuthFailure::Credentials => "Invalid credentials",
        AuthFailure::ApiKey => "Invalid API key",
        AuthFailure::AgentKey => {
            "Invalid API key: an agent's key is exchanged at /v1/auth/agent-token"
        }
        AuthFailure::AgentCredentials => "Invalid agent credentials",
        AuthFailure::CurrentPassword => "Current password is wrong",
        // whoever took one need not learn that it was good
        AuthFailure::RefreshToken | AuthFailure::RefreshReuse => "Invalid refresh token",
        AuthFailure::SecondFactor => "Invalid or expired code",
        AuthFailure::IdToken => "Invalid id_token",
    }
}

/// What the caller lacks, without telling what exists. Clients match the texts of scopes (contract
/// 2.3).
pub(crate) fn denied(missing: Missing) -> Cow<'static, str> {
    Cow::Borrowed(match missing {
        Missing::Grant | Missing::Binding => "Access denied",
        Missing::Permission(any_of) => return Cow::Owned(permission_needed(any_of)),
        Missing::System => "Insufficient permissions",
        Missing::PlatformAdministration => {
            "Only an owner or admin of the organization that runs the installation may do this"
        }
        Missing::OthersPolicy => "An agent may not give, change or take a policy about itself",
        Missing::Management => "Only who manages the vault may do this",
        Missing::Scope => "The API key's scopes do not cover this operation",
        Missing::AgentScope => "Agent has no scopes that allow this operation",
        Missing::PathScope => "Agent scopes do not cover this path",
        Missing::SecretKind => "Agent may not read values of this type",
        Missing::UnlimitedCredential => "An API key with scopes may not do this",
        Missing::Login => "Only a person who logged in may do this, not an API key",
        Missing::Person => "Only a person may do this, not an agent",
        Missing::Agent => "Only an agent may do this, not a person",
        Missing::Itself => "An agent may do this about itself alone",
        Missing::AgentKeeping => {
            "Only who registered the agent, or an owner or admin of the organization, may do this"
        }
        Missing::OrgManagement => "Only an owner or admin of the organization may do this",
        Missing::Ownership => "Only an owner of the organization may do this",
    })
}

fn permission_needed(any_of: &[Permission]) -> String {
    let words: Vec<&str> = any_of
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    format!(
        "Insufficient permissions: this needs {} on this path",
        words.join(" or ")
    )
}

const fn share_ended(end: ShareEnd) -> &'static str {
    match end {
        ShareEnd::Expired => "Share has expired",
        ShareEnd::UsedUp => "Share has been read as often as it may be",
        ShareEnd::MakerLostAccess => "Who shared this may not read it any more",
        ShareEnd::Secret(state) => gone(state),
    }
}

const fn gone(state: VersionState) -> &'static str {
    match state {
        VersionState::Readable => "Gone",
        VersionState::Deleted => "Secret has been deleted",
        VersionState::Disabled => "Secret version is disabled",
        VersionState::Expired => "Secret has expired",
        VersionState::UsedUp => "Secret has been read as often as it may be",
    }
}

fn unfinished(to: &CmekFingerprint) -> String {
    let to = to.as_str();
    format!("A rotation to {to} was not finished, and values are under that key: ask for it again")
}

/// What is spent, and what to do about it (contract 16.3).
fn quota_spent(quota: &Quota) -> String {
    let (used, tier) = (quota.used, quota.tier.as_str());
    let limit = quota.limit.unwrap_or_default();
    format!(
        "Monthly request limit reached ({used}/{limit} on {tier} tier). Add credits or upgrade."
    )
}

/// Clients match `Vault limit` (contract 2.3). What is counted is full when it is told.
fn limit_reached(resource: Resource, limit: i64, tier: Tier) -> String {
    let (noun, tier) = (resource.noun(), tier.as_str());
    format!("{noun} limit reached ({limit}/{limit} on {tier} tier). Upgrade your plan for more.")
}
