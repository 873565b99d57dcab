//! Checking access tokens.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jws::JwsVerifier;
use josekit::jws::alg::eddsa::{EddsaJwsAlgorithm, EddsaJwsVerifier};
use serde_json::Value;

use super::strict_json;
use super::{Claims, TokenError, VerifyingKey};
use crate::CryptoError;

/// Bytes of the longest token that is looked at.
const MAX_TOKEN_LEN: usize = 8 * 1024;
/// Bytes of the longest `kid` that is looked up.
const MAX_KID_LEN: usize = 128;
/// Bytes of an Ed25519 signature (RFC 8032 section 5.1.6).
const SIGNATURE_LEN: usize = 64;
/// How far `iat` and `nbf` may lie ahead, in seconds: clocks of instances differ. `exp` has no leeway.
const LEEWAY_SECONDS: i64 = 30;
/// `SubjectPublicKeyInfo` for Ed25519 (RFC 8410 section 4) up to the raw key, which ends it.
const SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Checks tokens against the public keys that it holds, by `kid`.
#[derive(Debug)]
pub struct Verifier {
    keys: HashMap<String, EddsaJwsVerifier>,
}

impl Verifier {
    /// A verifier for these keys and no others.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when a key is not a public key of Ed25519.
    pub fn new<'a>(keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Result<Self, CryptoError> {
        let keys = keys
            .into_iter()
            .map(|key| {
                let der = [SPKI_PREFIX.as_slice(), &key.public_raw()].concat();
                let verifier = EddsaJwsAlgorithm::Eddsa
                    .verifier_from_der(der)
                    .map_err(|_| CryptoError::Opaque)?;
                Ok((key.kid().to_owned(), verifier))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    /// Checks everything that a token itself can say: shape, header, key, signature, claims, time, issuer and
    /// audience. Whether it was revoked is not here. `now_unix` is in seconds since 1970.
    ///
    /// The algorithm is that of the key. Nothing is fetched, whatever the header says.
    ///
    /// # Errors
    /// The first [`TokenError`] that applies.
    pub fn verify(
        &self,
        token: &str,
        now_unix: i64,
        issuer: &str,
        audience: &str,
    ) -> Result<Claims, TokenError> {
        let payload = self.authenticate(token)?;
        let payload = strict_json::object(&payload).ok_or(TokenError::Malformed)?;
        let (claims, not_before) = Claims::from_json(payload)?;
        if claims.iss != issuer || claims.aud != audience {
            return Err(TokenError::WrongIssuerOrAudience);
        }
        if now_unix >= claims.exp {
            return Err(TokenError::Expired);
        }
        let latest = now_unix.saturating_add(LEEWAY_SECONDS);
        if claims.iat > latest || not_before > latest {
            return Err(TokenError::NotYetValid);
        }
        Ok(claims)
    }

    /// The payload, once its signature was checked; what costs little comes first.
    fn authenticate(&self, token: &str) -> Result<Vec<u8>, TokenError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(TokenError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Malformed)?;
        // The engine takes no padding, no white space and no unused bits, so a fourth part fails here, too.
        let [header, payload, signature] = [header, payload, signature].map(|part| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| TokenError::Malformed)
        });
        let (header, payload, signature) = (header?, payload?, signature?);
        if signature.len() != SIGNATURE_LEN {
            return Err(TokenError::Malformed);
        }
        let key = self
            .keys
            .get(&key_id(&header)?)
            .ok_or(TokenError::UnknownKey)?;
        key.verify(message.as_bytes(), &signature)
            .map_err(|_| TokenError::BadSignature)?;
        Ok(payload)
    }
}

/// The `kid` of a header that says what ours say and nothing else: `jwk`, `jku`, `x5u`, `x5c`, `crit`, `b64` and
/// whatever will be invented are refused unread (RFC 8725 sections 3.1 and 3.10).
fn key_id(header: &[u8]) -> Result<String, TokenError> {
    let mut header = strict_json::object(header).ok_or(TokenError::Malformed)?;
    let algorithm = header.remove("alg");
    let kind = header.remove("typ");
    let key_id = header.remove("kid");
    let (Some(Value::String(algorithm)), Some(Value::String(key_id))) = (algorithm, key_id) else {
        return Err(TokenError::Malformed);
    };
    let is_ours = algorithm == "EdDSA"
        && kind.is_none_or(|kind| kind == "JWT")
        && !key_id.is_empty()
        && key_id.len() <= MAX_KID_LEN
        && header.is_empty();
    is_ours.then_some(key_id).ok_or(TokenError::Malformed)
}
