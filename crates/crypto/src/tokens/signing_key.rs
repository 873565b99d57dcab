//! The key that signs access tokens, and signing.

use std::fmt;

use josekit::jwk::KeyPair;
use josekit::jwk::alg::ed::EdKeyPair;
use josekit::jws::alg::eddsa::{EddsaJwsAlgorithm, EddsaJwsSigner};
use josekit::jws::{self, JwsHeader};
use zeroize::Zeroizing;

use super::{Claims, VerifyingKey};
use crate::{CryptoError, Plaintext, SecretText, random};

const SEED_LEN: usize = 32;
/// `PrivateKeyInfo` of PKCS#8 version 1 for Ed25519 (RFC 8410 section 7) up to the seed, which ends it.
const PKCS8_V1_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A key that signs access tokens, Ed25519. Its private half is zeroized on drop.
pub struct SigningKey {
    seed: Plaintext,
    signer: EddsaJwsSigner,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn generate() -> Result<Self, CryptoError> {
        Self::from_seed(&*random::<SEED_LEN>()?)
    }

    /// The key of a stored seed (RFC 8032 section 5.1.5), for example what a key provider unwrapped.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when there are not exactly 32 bytes.
    pub fn from_seed(seed: &[u8]) -> Result<Self, CryptoError> {
        if seed.len() != SEED_LEN {
            return Err(CryptoError::Opaque);
        }
        let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_V1_PREFIX.len() + SEED_LEN));
        der.extend_from_slice(&PKCS8_V1_PREFIX);
        der.extend_from_slice(seed);
        let pair = EdKeyPair::from_der(&*der).map_err(|_| CryptoError::Opaque)?;
        // The raw public key ends its SubjectPublicKeyInfo (RFC 8410 section 4).
        let raw = *pair
            .to_der_public_key()
            .last_chunk()
            .ok_or(CryptoError::Opaque)?;
        let verifying = VerifyingKey::from_raw(raw);
        let mut signer = EddsaJwsAlgorithm::Eddsa
            .signer_from_der(&*der)
            .map_err(|_| CryptoError::Opaque)?;
        signer.set_key_id(verifying.kid());
        Ok(Self {
            seed: Plaintext::new(seed.to_vec()),
            signer,
            verifying,
        })
    }

    /// The 32 bytes to wrap and store. Each call is a line that a reviewer reads.
    pub fn expose_seed(&self) -> &[u8] {
        self.seed.expose()
    }

    /// The key id, [`VerifyingKey::kid`].
    pub fn kid(&self) -> &str {
        self.verifying.kid()
    }

    /// The 32 raw bytes of the public half.
    pub fn public_raw(&self) -> [u8; 32] {
        self.verifying.public_raw()
    }

    /// The public half.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({}, redacted)", self.kid())
    }
}

/// Signs `claims` into a compact JWS (RFC 7515) with the header `{"alg":"EdDSA","kid":"..","typ":"JWT"}`.
///
/// # Errors
/// [`CryptoError::Opaque`] when the library refuses, which no input is known to cause.
pub fn sign(key: &SigningKey, claims: &Claims) -> Result<SecretText, CryptoError> {
    let mut header = JwsHeader::new();
    header.set_token_type("JWT");
    let payload = claims.to_json().to_string();
    jws::serialize_compact(payload.as_bytes(), &header, &key.signer)
        .map(SecretText::new)
        .map_err(|_| CryptoError::Opaque)
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    #[test]
    fn public_half_agrees_with_another_implementation() {
        let key = SigningKey::generate().unwrap();
        let other = Ed25519KeyPair::from_seed_unchecked(key.expose_seed()).unwrap();
        assert_eq!(key.public_raw(), other.public_key().as_ref());
        let again = SigningKey::from_seed(key.expose_seed()).unwrap();
        assert_eq!(again.kid(), key.kid());
        assert_eq!(again.verifying_key(), key.verifying_key());
    }

    #[test]
    fn a_seed_has_32_bytes() {
        for length in [0, 31, 33, 64] {
            let error = SigningKey::from_seed(&vec![1; length]).unwrap_err();
            assert_eq!(error, CryptoError::Opaque);
        }
    }

    #[test]
    fn cry_08_debug_of_a_signing_key_shows_its_id_alone() {
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey({}, redacted)", key.kid())
        );
    }
}
