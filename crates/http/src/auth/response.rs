//! What every token endpoint answers.

use crate::answer::Audience;
use oneclaw_services::{LoginOutcome, SecretText, Tokens};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// An access token, and what gives the next one.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// The access token, for `Authorization: Bearer`.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String)]
    access_token: SecretText,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The access token's life, in seconds.
    expires_in: i64,
    /// What gives the next access token; each is good for one use.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    refresh_token: Option<SecretText>,
    /// Who logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<String>,
    /// Their organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    org_id: Option<String>,
}

impl TokenResponse {
    pub(crate) fn new(tokens: Tokens, audience: Audience) -> Self {
        Self {
            access_token: tokens.access_token,
            token_type: "Bearer",
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token,
            user_id: audience.superset(tokens.user.to_string()),
            org_id: audience.superset(tokens.org.to_string()),
        }
    }
}

/// The person is logged in, or their second factor is asked for: then `mfa_token` answers it at
/// `/v1/auth/mfa/verify`, and `access_token` is empty (contract 5.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginResponse {
    #[serde(flatten)]
    tokens: TokenResponse,
    /// Whether a second factor is still asked for.
    mfa_required: bool,
    /// With what it is answered, once.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "maybe_exposed"
    )]
    #[schema(value_type = Option<String>)]
    mfa_token: Option<SecretText>,
}

impl LoginResponse {
    pub(super) fn new(outcome: LoginOutcome, audience: Audience) -> Self {
        match outcome {
            LoginOutcome::Tokens(tokens) => Self {
                tokens: TokenResponse::new(tokens, audience),
                mfa_required: false,
                mfa_token: None,
            },
            LoginOutcome::SecondFactor(challenge) => Self {
                tokens: TokenResponse {
                    access_token: SecretText::new(String::new()),
                    token_type: "Bearer",
                    expires_in: challenge.expires_in,
                    refresh_token: None,
                    user_id: None,
                    org_id: None,
                },
                mfa_required: true,
                mfa_token: Some(challenge.token),
            },
        }
    }
}

/// It is done.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageResponse {
    /// In words.
    message: &'static str,
}

impl MessageResponse {
    pub(super) const fn new(message: &'static str) -> Self {
        Self { message }
    }
}

/// Writes a secret into an answer that is meant to hold it.
pub(crate) fn exposed<S: Serializer>(secret: &SecretText, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.expose())
}

/// Writes a secret into an answer, where there is one.
#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(crate) fn maybe_exposed<S: Serializer>(
    secret: &Option<SecretText>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => exposed(secret, to),
        None => to.serialize_none(),
    }
}
