//! What a person's authenticator app and the server share.

use std::fmt;

use zeroize::Zeroizing;

use super::code;
use crate::random::random;
use crate::{CryptoError, SecretText, base32};

/// Bytes of a secret: as many as the hash gives (RFC 4226, 4, R6).
const BYTES: usize = 20;

/// A shared secret, 160 bits, zeroized on drop.
pub struct TotpSecret(Zeroizing<[u8; BYTES]>);

impl TotpSecret {
    /// A fresh random secret.
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the random generator of the system fails.
    pub fn generate() -> Result<Self, CryptoError> {
        random().map(Self)
    }

    /// The secret with these bytes, for example what a sealed row held.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when there are not exactly 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        let bytes = bytes.try_into().map_err(|_| CryptoError::Opaque)?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// The bytes, to seal them. Each call is a line that a reviewer reads.
    pub fn expose(&self) -> &[u8] {
        &*self.0
    }

    /// As apps and people read it: 32 characters of base32.
    pub fn to_base32(&self) -> SecretText {
        base32(self.expose())
    }

    /// The time step whose code this is, of the present one, the one before and the one after;
    /// `None` = it is none of theirs. Takes the same time for every code.
    pub fn step_of(&self, code: &str, seconds: i64) -> Option<i64> {
        code::step_of(self.expose(), code, seconds)
    }

    /// The code of a time step.
    pub fn code_of(&self, step: i64) -> SecretText {
        code::code_of(self.expose(), step)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TotpSecret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_32_characters_and_does_not_talk() {
        let secret = TotpSecret::generate().unwrap();
        assert_eq!(secret.to_base32().len(), 32);
        assert_eq!(format!("{secret:?}"), "TotpSecret(redacted)");
        let again = TotpSecret::from_bytes(secret.expose()).unwrap();
        assert_eq!(again.to_base32().expose(), secret.to_base32().expose());
        assert!(TotpSecret::from_bytes(&[1; 19]).is_err());
        assert!(TotpSecret::from_bytes(&[1; 21]).is_err());
    }
}
