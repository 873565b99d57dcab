//! A 256-bit key.

use std::fmt;

use zeroize::Zeroizing;

use crate::{CryptoError, random};

/// A key of 256 bits for AES-256-GCM. On the heap, so that moving it leaves no copy; zeroized on drop.
pub struct SymmetricKey(Box<Zeroizing<[u8; 32]>>);

impl SymmetricKey {
    /// Length in bytes.
    pub const LEN: usize = 32;

    /// A fresh random key.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn generate() -> Result<Self, CryptoError> {
        Ok(Self(Box::new(random::<{ Self::LEN }>()?)))
    }

    /// The key with these bytes, for example what a key provider unwrapped.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when there are not exactly 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        if bytes.len() != Self::LEN {
            return Err(CryptoError::Opaque);
        }
        let mut key = Box::new(Zeroizing::new([0; Self::LEN]));
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// The bytes, to wrap them. Each call is a line that a reviewer reads.
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl fmt::Debug for SymmetricKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SymmetricKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_32_bytes_and_no_other_number() {
        assert_eq!(
            SymmetricKey::from_bytes(&[7; 32]).unwrap().expose(),
            [7; 32]
        );
        for length in [0, 16, 31, 33] {
            assert_eq!(
                SymmetricKey::from_bytes(&vec![7; length]).unwrap_err(),
                CryptoError::Opaque
            );
        }
    }

    #[test]
    fn cry_08_debug_of_a_key_is_redacted() {
        assert_eq!(
            format!("{:?}", SymmetricKey::from_bytes(&[7; 32]).unwrap()),
            "SymmetricKey(redacted)"
        );
    }
}
