//! Bytes as people type them.

use crate::SecretText;

/// RFC 4648, 6: no two of its characters are read as each other.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Base32 without padding: a character for each 5 bits, the last ones filled up with zeros.
pub fn base32(bytes: &[u8]) -> SecretText {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    for five_bytes in bytes.chunks(5) {
        let bits = five_bytes
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte))
            << (8 * (5 - five_bytes.len()));
        for at in (0..8).rev().take((five_bytes.len() * 8).div_ceil(5)) {
            let letter = usize::try_from(bits >> (5 * at) & 31).unwrap_or_default();
            text.extend(ALPHABET.get(letter).copied().map(char::from));
        }
    }
    SecretText::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 4648, 10, without padding.
    #[test]
    fn bytes_are_written_as_the_standard_writes_them() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()).expose(), text);
        }
    }
}
