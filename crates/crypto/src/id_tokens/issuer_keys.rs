//! The public keys of an issuer.

use serde_json::Value;

use super::issuer_key::IssuerKey;
use super::{IdClaims, IdToken};
use crate::TokenError;
use crate::tokens::object_within;

/// Keys of one issuer that are looked at; issuers have two or three.
const MAX_KEYS: usize = 64;
/// A set, its list, a key, and the list of certificates in it.
const MAX_DEPTH: usize = 5;

/// The public keys of an issuer that can be used, by `kid`.
#[derive(Debug)]
pub struct IssuerKeys(Vec<(String, IssuerKey)>);

impl IssuerKeys {
    /// Reads a JWK set (RFC 7517 section 5). Keys that are weak, symmetric, for something else, of a kind that is not
    /// known here or without a `kid` are passed over (RFC 7517 section 5, RFC 8725 section 3.5). `None` if it is no
    /// such set.
    pub fn parse(jwks: &[u8]) -> Option<Self> {
        let set = object_within(jwks, MAX_DEPTH)?;
        let keys = set.get("keys")?.as_array()?.iter();
        let usable = keys.take(MAX_KEYS).filter_map(|key| {
            let key = key.as_object()?;
            let kid = key.get("kid").and_then(Value::as_str)?;
            Some((kid.to_owned(), IssuerKey::of_jwk(key)?))
        });
        Some(Self(usable.collect()))
    }

    /// Whether there is such a key.
    pub fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|(known, _)| known == kid)
    }

    /// What a token says, once its signature was checked by the key that it names. The algorithm is that of the key.
    ///
    /// # Errors
    /// [`TokenError::UnknownKey`], or [`TokenError::BadSignature`] for that of another key or by another algorithm.
    pub fn verify(&self, token: IdToken) -> Result<IdClaims, TokenError> {
        if !self.has(token.kid()) {
            return Err(TokenError::UnknownKey);
        }
        let named = self.0.iter().filter(|(kid, _)| kid == token.kid());
        let mut fitting = named.filter(|(_, key)| key.algorithm() == token.algorithm);
        let message = token.message.as_bytes();
        let verifies = fitting.any(|(_, key)| key.verifies(message, &token.signature));
        verifies
            .then_some(token.claims)
            .ok_or(TokenError::BadSignature)
    }
}
