//! HMAC-SHA-256 for what is stored to be looked up or checked later: API keys, refresh tokens, audit events.

use std::fmt;

use ring::hmac;

use crate::context::push_item;
use crate::{CryptoError, SymmetricKey, constant_time_eq};

/// A key for [`KeyedHash`]es, 256 bits, zeroized on drop.
pub struct MacKey(SymmetricKey);

impl MacKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn generate() -> Result<Self, CryptoError> {
        SymmetricKey::generate().map(Self)
    }

    /// The key with these bytes, for example what a key provider unwrapped.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when there are not exactly 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        SymmetricKey::from_bytes(bytes).map(Self)
    }

    /// The bytes, to wrap them. Each call is a line that a reviewer reads.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    pub(crate) fn symmetric(&self) -> &SymmetricKey {
        &self.0
    }

    /// HMAC-SHA-256 (RFC 2104) of `label` with its length (8 bytes, big-endian) before it, then `data`. The label
    /// keeps uses of one key apart.
    pub fn mac(&self, label: &str, data: &[u8]) -> KeyedHash {
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(self.tag(label, data).as_ref()) {
            *to = *from;
        }
        KeyedHash(bytes)
    }

    /// Whether `stored` is the hash of `label` and `data`, in constant time.
    pub fn verify(&self, label: &str, data: &[u8], stored: &[u8]) -> bool {
        constant_time_eq(self.tag(label, data).as_ref(), stored)
    }

    fn tag(&self, label: &str, data: &[u8]) -> hmac::Tag {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose());
        let mut prefix = Vec::with_capacity(8 + label.len());
        push_item(&mut prefix, label.as_bytes());
        let mut context = hmac::Context::with_key(&key);
        context.update(&prefix);
        context.update(data);
        context.sign()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MacKey(redacted)")
    }
}

/// A keyed hash as it is stored, 32 bytes. It has no `==`: [`KeyedHash::matches`] takes constant time.
pub struct KeyedHash([u8; 32]);

impl KeyedHash {
    /// The hash with these bytes, as they were stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to store them or to look them up.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes, to store them or to look them up.
    pub const fn into_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Whether both are the same, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        constant_time_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyedHash(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> MacKey {
        MacKey::from_bytes(&[3; 32]).unwrap()
    }

    #[test]
    fn cry_10_hashes_compare_by_all_bytes_and_in_constant_time_only() {
        let hash = key().mac("api key", b"1ck_x");
        assert!(hash.matches(&key().mac("api key", b"1ck_x")));
        assert!(key().verify("api key", b"1ck_x", hash.as_bytes()));
        for at in 0..32 {
            let mut bytes = *hash.as_bytes();
            bytes[at] ^= 1;
            assert!(!hash.matches(&KeyedHash::from_bytes(bytes)));
            assert!(!key().verify("api key", b"1ck_x", &bytes));
            assert!(!key().verify("api key", b"1ck_x", &hash.as_bytes()[..at]));
        }
    }

    #[test]
    fn key_label_and_data_all_count() {
        let hash = key().mac("api key", b"1ck_x");
        assert!(!hash.matches(&key().mac("refresh token", b"1ck_x")));
        assert!(!hash.matches(&key().mac("api key", b"1ck_y")));
        assert!(!hash.matches(&key().mac("api key1", b"ck_x")));
        assert!(!hash.matches(&MacKey::generate().unwrap().mac("api key", b"1ck_x")));
    }

    #[test]
    fn cry_08_debug_of_key_and_hash_is_redacted() {
        assert_eq!(format!("{:?}", key()), "MacKey(redacted)");
        assert_eq!(format!("{:?}", key().mac("a", b"b")), "KeyedHash(redacted)");
    }
}
