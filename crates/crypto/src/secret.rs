//! Types for secret bytes and text that will not talk: redacted `Debug`, zeroized on drop, and no `Display`,
//! `Serialize`, `Clone` or `PartialEq`.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::CryptoError;

/// Secret bytes, for example the value of a secret. Zeroized on drop.
pub struct Plaintext(Zeroizing<Vec<u8>>);

impl Plaintext {
    /// Takes over `bytes`; no copy stays behind.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes. Each call is a line that a reviewer reads.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same secret as text, without a copy.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when the bytes are not UTF-8; they are zeroized then.
    pub fn into_utf8(mut self) -> Result<SecretText, CryptoError> {
        match String::from_utf8(std::mem::take(&mut *self.0)) {
            Ok(text) => Ok(SecretText::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(CryptoError::Opaque)
            }
        }
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Plaintext(redacted)")
    }
}

/// Secret text, for example a password, an API key or an access token. Zeroized on drop.
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes over `text`; no copy stays behind.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. Each call is a line that a reviewer reads.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same secret as bytes, without a copy.
    pub fn into_plaintext(mut self) -> Plaintext {
        Plaintext::new(std::mem::take(&mut *self.0).into_bytes())
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cry_08_debug_of_secrets_is_redacted() {
        assert_eq!(
            format!("{:?}", Plaintext::new(b"hunter2".to_vec())),
            "Plaintext(redacted)"
        );
        assert_eq!(
            format!("{:#?}", SecretText::new("hunter2".into())),
            "SecretText(redacted)"
        );
    }

    #[test]
    fn text_and_bytes_convert_without_loss() {
        let text = SecretText::new("p\u{e4}ss".into());
        assert_eq!(text.len(), 5);
        let bytes = text.into_plaintext();
        assert_eq!(bytes.expose(), "p\u{e4}ss".as_bytes());
        assert_eq!(bytes.into_utf8().unwrap().expose(), "p\u{e4}ss");
        assert_eq!(
            Plaintext::new(vec![0xff, 0xfe]).into_utf8().unwrap_err(),
            CryptoError::Opaque
        );
    }
}
