//! Opaque credentials: a prefix that says the kind, then 256 random bits.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::{CryptoError, SecretText, random};

const RANDOM_BYTES: usize = 32;
/// Characters of 32 bytes in base64url without padding (RFC 4648 section 5).
const ENCODED_LEN: usize = 43;

/// `prefix` and 32 random bytes in base64url without padding: 43 characters after the prefix.
///
/// # Errors
/// [`CryptoError::Random`] when the random generator of the system fails.
pub fn random_token(prefix: &str) -> Result<SecretText, CryptoError> {
    let bytes = random::<RANDOM_BYTES>()?;
    let mut encoded = Zeroizing::new([0; ENCODED_LEN]);
    URL_SAFE_NO_PAD
        .encode_slice(bytes.as_slice(), &mut *encoded)
        .map_err(|_| CryptoError::Opaque)?;
    let encoded = std::str::from_utf8(&*encoded).map_err(|_| CryptoError::Opaque)?;
    let mut token = String::with_capacity(prefix.len() + ENCODED_LEN);
    token.push_str(prefix);
    token.push_str(encoded);
    Ok(SecretText::new(token))
}

/// Whether `text` could be a token that [`random_token`] made with `prefix`: a cheap check before a look-up. It
/// takes the one canonical encoding only.
pub fn token_shape(prefix: &str, text: &str) -> bool {
    let Some(encoded) = text.strip_prefix(prefix) else {
        return false;
    };
    let mut bytes = Zeroizing::new([0; RANDOM_BYTES]);
    encoded.len() == ENCODED_LEN
        && URL_SAFE_NO_PAD.decode_slice(encoded, &mut *bytes) == Ok(RANDOM_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_has_47_characters_and_its_shape() {
        let token = random_token("1ck_").unwrap();
        assert_eq!(token.len(), 47);
        assert!(token.expose().starts_with("1ck_"));
        assert!(token_shape("1ck_", token.expose()));
        assert!(!token_shape("ocv_", token.expose()));
        assert_ne!(token.expose(), random_token("1ck_").unwrap().expose());
    }

    #[test]
    fn other_encodings_of_the_same_bytes_have_not_the_shape() {
        let zeros = "A".repeat(42);
        assert!(token_shape("", &format!("{zeros}A")));
        for wrong in [
            format!("{zeros}B"),
            format!("{zeros}A="),
            format!("{zeros}="),
            format!("{zeros} "),
            format!("{zeros}+"),
            format!("{zeros}/"),
            format!("{zeros}AA"),
            zeros.clone(),
            String::new(),
        ] {
            assert!(!token_shape("", &wrong), "{wrong}");
        }
    }
}
