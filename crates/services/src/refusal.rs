//! Why a use case did not do what it was asked.

use oneclaw_crypto::CryptoError;
use oneclaw_domain::{CmekFingerprint, Invalid, Priced, Quota, Resource, Tier, VersionState};
use oneclaw_policy::{Denial, Missing};
use oneclaw_storage::StorageError;
use std::error::Error;

/// One field that was refused, and why. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as the caller named it.
    pub field: String,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl FieldError {
    /// A field with a parser's reason.
    pub fn new(field: impl Into<String>, invalid: &Invalid) -> Self {
        Self {
            field: field.into(),
            reason: invalid.reason().to_owned(),
        }
    }
}

/// Why a credential is worth nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthFailure {
    /// No credential, or none that can be read.
    Missing,
    /// A token that does not verify, or names nobody.
    InvalidToken,
    /// A token whose time is over.
    Expired,
    /// A token, session or key that was ended before its time.
    Revoked,
    /// E-mail and password do not fit.
    Credentials,
    /// No such API key, or one that no longer works.
    ApiKey,
    /// An agent's key where a personal one is wanted.
    AgentKey,
    /// No such agent key, one that no longer works, or that of another agent.
    AgentCredentials,
    /// The current password is not this one.
    CurrentPassword,
    /// A refresh token that is unknown or expired.
    RefreshToken,
    /// A refresh token that was used before: its session is over.
    RefreshReuse,
    /// A wrong second factor, or a token for it that is unknown, spent or expired.
    SecondFactor,
    /// An issuer's token that does not hold.
    IdToken,
}

impl AuthFailure {
    /// Whether the credential that comes with a request is worth nothing, so that nobody asks; the
    /// others are about what somebody tries to prove.
    pub const fn is_of_credential(self) -> bool {
        match self {
            Self::Missing
            | Self::InvalidToken
            | Self::Expired
            | Self::Revoked
            | Self::ApiKey
            | Self::AgentKey
            | Self::AgentCredentials => true,
            Self::Credentials
            | Self::CurrentPassword
            | Self::RefreshToken
            | Self::RefreshReuse
            | Self::SecondFactor
            | Self::IdToken => false,
        }
    }

    /// One word for audit events.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "missing_credential",
            Self::InvalidToken => "invalid_token",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Credentials => "invalid_credentials",
            Self::ApiKey => "invalid_api_key",
            Self::AgentKey => "agent_key",
            Self::AgentCredentials => "invalid_agent_credentials",
            Self::CurrentPassword => "wrong_password",
            Self::RefreshToken => "invalid_refresh_token",
            Self::RefreshReuse => "refresh_reuse",
            Self::SecondFactor => "wrong_second_factor",
            Self::IdToken => "invalid_id_token",
        }
    }
}

/// Why a share is not to be read any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareEnd {
    /// Its time is over.
    Expired,
    /// It was read as often as it may be.
    UsedUp,
    /// Who shares may not read the secret any more.
    MakerLostAccess,
    /// Its secret is not readable any more.
    Secret(VersionState),
}

impl ShareEnd {
    /// One word for audit events, and for programs.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Expired => "share_expired",
            Self::UsedUp => "share_used_up",
            Self::MakerLostAccess => "share_withdrawn",
            Self::Secret(_) => "share_secret_gone",
        }
    }
}

/// Why a use case refused. One kind per thing that a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The input is wrong, field by field.
    #[error("input is invalid")]
    Invalid(Vec<FieldError>),
    /// The caller did not prove who they are.
    #[error("not authenticated")]
    Unauthenticated(AuthFailure),
    /// The caller is known and may not.
    #[error("not allowed")]
    Denied(Missing),
    /// The organization's rules keep out the caller's address.
    #[error("address not allowed")]
    AddressDenied,
    /// Nobody may sign up now.
    #[error("signup is closed")]
    SignupClosed,
    /// The first account of an installation needs the code that its start printed.
    #[error("set-up code needed")]
    SetupCodeNeeded,
    /// The invitation is for another address.
    #[error("invitation for another address")]
    InvitedOther,
    /// The agent's request is for another person to decide.
    #[error("request for another person")]
    RequestedOther,
    /// The device asks another person to let it in.
    #[error("device for another person")]
    DeviceForOther,
    /// No device has this code.
    #[error("no such device code")]
    DeviceCodeUnknown,
    /// The address of the account was not proved yet.
    #[error("e-mail not verified")]
    EmailUnverified,
    /// What is asked for needs a fresh proof of who the caller is.
    #[error("step-up needed")]
    StepUpNeeded,
    /// The share is for somebody else.
    #[error("share for another")]
    SharedWithOther,
    /// The page of another site made a browser ask.
    #[error("asked by another site")]
    OtherSite,
    /// The share may not be read from this address.
    #[error("share not from here")]
    ShareAddressDenied,
    /// The share asks for a passphrase.
    #[error("passphrase needed")]
    PassphraseNeeded,
    /// The share asks for another passphrase.
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// The share was there, and is not to be read any more.
    #[error("share ended")]
    ShareEnded(ShareEnd),
    /// The organization's plan does not have it; the text is for the caller.
    #[error("not in plan: {0}")]
    NotInPlan(&'static str),
    /// It needs a setting that this installation does not have; the text is for the caller.
    #[error("not configured: {0}")]
    NotConfigured(&'static str),
    /// No such thing, or none that the caller may know of.
    #[error("not found")]
    NotFound,
    /// It was there, and is not to be had any more.
    #[error("gone")]
    Gone(VersionState),
    /// The state does not allow it; the text is for the caller.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Some of the vault's values are under the key of a rotation that was not finished.
    #[error("a rotation is unfinished")]
    RotationUnfinished {
        /// The fingerprint of that key.
        to: CmekFingerprint,
    },
    /// `If-Match` or `If-None-Match` does not hold.
    #[error("precondition failed")]
    PreconditionFailed,
    /// The plan allows no more of this.
    #[error("limit reached")]
    LimitReached {
        /// Of what.
        resource: Resource,
        /// How many the plan allows.
        limit: i64,
        /// The plan.
        tier: Tier,
    },
    /// The month's requests are spent, and credits do not cover one more.
    #[error("quota spent")]
    QuotaSpent {
        /// How the organization stands.
        quota: Box<Quota>,
        /// What is priced about the request.
        what: Option<Priced>,
    },
    /// The same of the organization that shares what somebody reads, who is not told how it stands.
    #[error("quota of who shares spent")]
    SharerUnpaid,
    /// Too many tries.
    #[error("too many requests")]
    TooManyRequests {
        /// Seconds until the next try can succeed.
        retry_after: i64,
    },
    /// The store or the key provider cannot be reached, or is too busy.
    #[error("unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A stored envelope does not open.
    #[error("a stored value does not open")]
    Integrity,
    /// A fault of ours.
    #[error("internal fault")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl Refusal {
    /// A single field that was refused.
    pub fn field(field: &str, invalid: &Invalid) -> Self {
        Self::Invalid(vec![FieldError::new(field, invalid)])
    }

    /// The same about an object that is itself a field: `fields` says where.
    #[must_use]
    pub fn within(self, field: &str) -> Self {
        match self {
            Self::Invalid(fields) => Self::Invalid(
                fields
                    .into_iter()
                    .map(|inner| FieldError {
                        field: format!("{field}.{}", inner.field),
                        ..inner
                    })
                    .collect(),
            ),
            other => other,
        }
    }

    /// Whether this is a refusal that leaves an audit event, and its one-word reason. Faults of the
    /// server are not.
    pub const fn audit_reason(&self) -> Option<&'static str> {
        match self {
            Self::Unavailable(_) | Self::Internal(_) => None,
            Self::Invalid(_) => Some("invalid_input"),
            Self::Unauthenticated(failure) => Some(failure.reason()),
            Self::Denied(missing) => Some(missing.reason()),
            Self::AddressDenied | Self::ShareAddressDenied => Some("ip_denied"),
            Self::SignupClosed => Some("signup_closed"),
            Self::SetupCodeNeeded => Some("setup_code_needed"),
            Self::InvitedOther => Some("invited_other"),
            Self::RequestedOther => Some("requested_other"),
            Self::DeviceForOther => Some("device_for_other"),
            Self::DeviceCodeUnknown => Some("invalid_grant"),
            Self::EmailUnverified => Some("email_unverified"),
            Self::StepUpNeeded => Some("reauth_required"),
            Self::SharedWithOther => Some("not_recipient"),
            Self::OtherSite => Some("cross_site"),
            Self::PassphraseNeeded => Some("passphrase_required"),
            Self::PassphraseWrong => Some("passphrase_invalid"),
            Self::ShareEnded(end) => Some(end.reason()),
            Self::NotInPlan(_) => Some("not_in_plan"),
            Self::NotConfigured(_) => Some("not_configured"),
            Self::NotFound => Some("not_found"),
            Self::Gone(state) => Some(state.reason()),
            Self::Conflict(_) | Self::RotationUnfinished { .. } => Some("conflict"),
            Self::PreconditionFailed => Some("precondition_failed"),
            Self::LimitReached { .. } => Some("limit_reached"),
            Self::QuotaSpent { .. } | Self::SharerUnpaid => Some("quota_spent"),
            Self::TooManyRequests { .. } => Some("rate_limited"),
            Self::Integrity => Some("integrity_error"),
        }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Concealed => Self::NotFound,
            Denial::Forbidden(missing) => Self::Denied(missing),
        }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::Unavailable(Box::new(error)),
            StorageError::Corrupt(_) => {
                // the place, which the answer does not tell
                tracing::error!(%error, "the store holds what it should not");
                Self::Integrity
            }
            StorageError::Unpaid(quota) => Self::QuotaSpent { quota, what: None },
            StorageError::Conflict(_) | StorageError::Backend(_) => Self::Internal(Box::new(error)),
        }
    }
}

impl From<CryptoError> for Refusal {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Opaque | CryptoError::UnknownKey(_) => Self::Integrity,
            CryptoError::Random | CryptoError::Provider(_) | CryptoError::Busy => {
                Self::Unavailable(Box::new(error))
            }
            CryptoError::Parameters(_) => Self::Internal(Box::new(error)),
        }
    }
}
