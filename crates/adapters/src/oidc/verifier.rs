//! Id tokens of the issuers that the operator named.

use super::claims::vouched;
use super::fetch::KeySource;
use super::key_cache::KeyCache;
use super::{OidcIssuer, UnusableIssuer};
use async_trait::async_trait;
use oneclaw_domain::Timestamp;
use oneclaw_services::{IdToken, IdentityError, IdentityVerifier, SecretText, VerifiedIdentity};
use std::fmt;
use std::sync::Arc;

/// Believes the issuers that it was given, and no others.
pub struct OidcVerifier {
    issuers: Vec<(OidcIssuer, Arc<KeyCache>)>,
}

impl OidcVerifier {
    /// A verifier of these issuers' tokens. Connects only when there is a token.
    ///
    /// # Errors
    /// An issuer cannot be used.
    pub fn new(issuers: Vec<OidcIssuer>) -> Result<Self, UnusableIssuer> {
        let mut known: Vec<(OidcIssuer, Arc<KeyCache>)> = Vec::with_capacity(issuers.len());
        for issuer in issuers {
            if issuer.issuer.is_empty() {
                return Err(UnusableIssuer::Nameless);
            }
            if issuer.client_ids.is_empty() || issuer.client_ids.iter().any(String::is_empty) {
                return Err(UnusableIssuer::NoClients);
            }
            let other_way = |(other, _): &(OidcIssuer, Arc<KeyCache>)| {
                other.is_named(&issuer.issuer) || issuer.is_named(&other.issuer)
            };
            if known.iter().any(other_way) {
                return Err(UnusableIssuer::Twice);
            }
            let source = KeySource::new(&issuer.jwks_url)?;
            known.push((issuer, Arc::new(KeyCache::new(source))));
        }
        Ok(Self { issuers: known })
    }
}

#[async_trait]
impl IdentityVerifier for OidcVerifier {
    /// Whose keys to hold a token against is looked up by the issuer that it claims; everything
    /// else that it says counts once its signature holds. Nothing in it leads anywhere else.
    async fn verify(
        &self,
        id_token: &SecretText,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Result<VerifiedIdentity, IdentityError> {
        const REFUSED: IdentityError = IdentityError::Invalid;
        if self.issuers.is_empty() {
            return Err(IdentityError::NotConfigured);
        }
        let token = IdToken::parse(id_token.expose()).map_err(|_| REFUSED)?;
        let claimed = token.claimed_issuer().ok_or(REFUSED)?;
        let mut issuers = self.issuers.iter();
        let (issuer, keys) = issuers
            .find(|(issuer, _)| issuer.is_named(claimed))
            .ok_or(REFUSED)?;
        let keys = keys.keys_for(token.kid(), now).await?;
        let claims = keys.verify(token).map_err(|_| REFUSED)?;
        vouched(&claims, issuer, nonce, now).ok_or(REFUSED)
    }
}

impl fmt::Debug for OidcVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.issuers.iter().map(|(issuer, _)| &issuer.issuer);
        f.debug_list().entries(names).finish()
    }
}
