//! Whether two halves are one key, by another implementation than the one that made them.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};

/// Whether a raw Ed25519 public key belongs to a seed.
pub fn ed25519_fits(seed: &[u8], public: &[u8]) -> bool {
    Ed25519KeyPair::from_seed_unchecked(seed).is_ok_and(|pair| pair.public_key().as_ref() == public)
}

/// Whether an uncompressed P-256 point belongs to a scalar.
pub fn p256_fits(scalar: &[u8], point: &[u8]) -> bool {
    let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
    EcdsaKeyPair::from_private_key_and_public_key(kind, scalar, point, &random).is_ok()
}
