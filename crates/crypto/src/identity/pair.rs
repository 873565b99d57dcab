//! Making the pairs.

use super::point::{is_scalar, public_point};
use crate::{CryptoError, Plaintext, SigningKey, random};

/// Most draws of a scalar. One in 2^32 is out of range, so that a second is never seen.
const DRAWS: usize = 8;

/// A fresh key pair. Its private half is zeroized on drop.
#[derive(Debug)]
pub struct IdentityPair<const PUBLIC: usize> {
    private: Plaintext,
    public: [u8; PUBLIC],
}

impl<const PUBLIC: usize> IdentityPair<PUBLIC> {
    /// The 32 bytes of the private half. Each call is a line that a reviewer reads.
    pub fn expose_private(&self) -> &[u8] {
        self.private.expose()
    }

    /// The public half.
    pub const fn public(&self) -> [u8; PUBLIC] {
        self.public
    }
}

impl IdentityPair<32> {
    /// Ed25519: the private half is the seed (RFC 8032 section 5.1.5).
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn ed25519() -> Result<Self, CryptoError> {
        let key = SigningKey::generate()?;
        Ok(Self {
            private: Plaintext::new(key.expose_seed().to_vec()),
            public: key.public_raw(),
        })
    }
}

impl IdentityPair<65> {
    /// P-256: the private half is the scalar, the public one the uncompressed point (SEC 1, 2.3.3).
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn p256() -> Result<Self, CryptoError> {
        for _ in 0..DRAWS {
            // drawn anew when it is out of range, so that each is as likely (FIPS 186-5, A.2.2)
            let scalar = random::<32>()?;
            if is_scalar(&scalar) {
                return Ok(Self {
                    public: public_point(&scalar)?,
                    private: Plaintext::new(scalar.to_vec()),
                });
            }
        }
        Err(CryptoError::Random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair,
        Ed25519KeyPair, UnparsedPublicKey,
    };

    #[test]
    fn both_halves_of_an_ed25519_pair_are_one_key() {
        let pair = IdentityPair::ed25519().unwrap();
        let signer = Ed25519KeyPair::from_seed_unchecked(pair.expose_private()).unwrap();
        let signature = signer.sign(b"words");
        let public = UnparsedPublicKey::new(&ED25519, pair.public());
        assert!(public.verify(b"words", signature.as_ref()).is_ok());
        assert_ne!(pair.public(), IdentityPair::ed25519().unwrap().public());
    }

    #[test]
    fn both_halves_of_a_p256_pair_are_one_key() {
        let random = SystemRandom::new();
        for _ in 0..64 {
            let pair = IdentityPair::p256().unwrap();
            assert_eq!(pair.expose_private().len(), 32);
            let signer = EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_ASN1_SIGNING,
                pair.expose_private(),
                &pair.public(),
                &random,
            )
            .unwrap();
            let signature = signer.sign(&random, b"words").unwrap();
            let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, pair.public());
            assert!(public.verify(b"words", signature.as_ref()).is_ok());
        }
    }

    #[test]
    fn cry_08_debug_of_a_pair_hides_its_private_half() {
        let pair = IdentityPair::ed25519().unwrap();
        assert!(format!("{pair:?}").starts_with("IdentityPair { private: Plaintext(redacted)"));
    }
}
