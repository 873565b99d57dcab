//! The public name of a key.

use std::fmt;

/// Names a key without giving it away: 16 bytes, written as 32 lowercase hex digits.
///
/// For a master key it is the first 16 bytes of SHA-256("oneclaw master key id" || key), so that a wrong key
/// file is told from a broken row. Other keys may use any 16 bytes that are unique, such as the id of a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// Length in bytes.
    pub const LEN: usize = 16;

    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads exactly 32 lowercase hex digits; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 2 * Self::LEN {
            return None;
        }
        let mut bytes = [0; Self::LEN];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
        }
        Some(Self(bytes))
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_32_lowercase_hex_digits() {
        let id = KeyId::from_bytes(*b"\x00\x01\x0f\x10\x7f\x80\xa0\xfffghijklm");
        assert_eq!(id.to_string(), "00010f107f80a0ff666768696a6b6c6d");
        assert_eq!(format!("{id:?}"), id.to_string());
        assert_eq!(KeyId::parse(&id.to_string()), Some(id));
        for wrong in [
            "",
            "00",
            "00010F107f80a0ff666768696a6b6c6d",
            "g0010f107f80a0ff666768696a6b6c6d",
            "00010f107f80a0ff666768696a6b6c6d0",
            "0x010f107f80a0ff666768696a6b6c6d",
        ] {
            assert_eq!(KeyId::parse(wrong), None, "{wrong}");
        }
    }
}
