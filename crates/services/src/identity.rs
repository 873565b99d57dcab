//! The seam to those who say who people are: OpenID Connect issuers.

use async_trait::async_trait;
use oneclaw_crypto::SecretText;
use oneclaw_domain::{DisplayName, Email, FederatedIdentity, Timestamp};

/// Somebody whom an issuer vouches for, by a token that holds.
#[derive(Debug)]
pub struct VerifiedIdentity {
    /// Who they are to the issuer.
    pub identity: FederatedIdentity,
    /// Their address, which the issuer says was proved.
    pub email: Email,
    /// What the issuer calls them, where that is a name.
    pub display_name: Option<DisplayName>,
    /// The nonce in the token, by which it is used once.
    pub nonce: Option<String>,
    /// When the token ends for good: from then on it does not hold.
    pub expires_at: Timestamp,
}

/// Why nobody is vouched for.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No issuer is configured.
    #[error("no issuer is configured")]
    NotConfigured,
    /// The token does not hold, for whatever reason.
    #[error("the token does not hold")]
    Invalid,
    /// The issuer's keys cannot be had, so nothing can be said of the token.
    #[error("the issuer's keys cannot be had: {0}")]
    Unavailable(String),
}

/// Verifies id tokens (OpenID Connect Core 3.1.3.7).
#[async_trait]
pub trait IdentityVerifier: Send + Sync {
    /// Checks a token, and the nonce where the caller sent one.
    ///
    /// # Errors
    /// [`IdentityError`]; the text never holds anything of the token.
    async fn verify(
        &self,
        id_token: &SecretText,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<VerifiedIdentity, IdentityError>;
}

/// Vouches for nobody: no issuer is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIssuers;

#[async_trait]
impl IdentityVerifier for NoIssuers {
    async fn verify(
        &self,
        _: &SecretText,
        _: Option<&str>,
        _: Timestamp,
    ) -> Result<VerifiedIdentity, IdentityError> {
        Err(IdentityError::NotConfigured)
    }
}
