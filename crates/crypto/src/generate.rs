//! Random values for secrets that the server rotates itself.

use zeroize::Zeroizing;

use crate::random::fill;
use crate::{CryptoError, Plaintext};

const HEX: &[u8] = b"0123456789abcdef";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ASCII: &[u8] = b"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\
abcdefghijklmnopqrstuvwxyz{|}~";

/// The characters of a generated value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// `0-9a-f`.
    Hex,
    /// The URL-safe alphabet of RFC 4648 section 5, without padding.
    Base64,
    /// `A-Za-z0-9`.
    Alphanumeric,
    /// The printable characters of ASCII without the space, 0x21 to 0x7E.
    Ascii,
}

impl Charset {
    /// Reads the name as it is on the wire; anything else is `None`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "hex" => Some(Self::Hex),
            "base64" => Some(Self::Base64),
            "alphanumeric" => Some(Self::Alphanumeric),
            "ascii" => Some(Self::Ascii),
            _ => None,
        }
    }

    const fn alphabet(self) -> &'static [u8] {
        match self {
            Self::Hex => HEX,
            Self::Base64 => BASE64,
            Self::Alphanumeric => ALPHANUMERIC,
            Self::Ascii => ASCII,
        }
    }
}

/// `length` characters, each equally likely and independent of the others.
///
/// # Errors
/// [`CryptoError::Random`] when the random generator of the system fails.
pub fn generate(charset: Charset, length: usize) -> Result<Plaintext, CryptoError> {
    let alphabet = charset.alphabet();
    // A byte at or above the largest multiple of the alphabet's size would favour its first characters.
    let bound = 256 - 256 % alphabet.len();
    let mut value = Zeroizing::new(Vec::with_capacity(length));
    let mut pool = Zeroizing::new([0_u8; 256]);
    while value.len() < length {
        fill(&mut *pool)?;
        let wanted = length - value.len();
        let drawn = pool
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < bound)
            .filter_map(|byte| alphabet.get(byte % alphabet.len()));
        value.extend(drawn.take(wanted));
    }
    Ok(Plaintext::new(std::mem::take(&mut *value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, Charset, usize); 4] = [
        ("hex", Charset::Hex, 16),
        ("base64", Charset::Base64, 64),
        ("alphanumeric", Charset::Alphanumeric, 62),
        ("ascii", Charset::Ascii, 94),
    ];

    #[test]
    fn names_and_alphabets_are_those_of_the_wire() {
        for (name, charset, size) in ALL {
            assert_eq!(Charset::parse(name), Some(charset));
            assert_eq!(charset.alphabet().len(), size);
        }
        assert_eq!(Charset::parse("emoji"), None);
        assert_eq!(Charset::parse("Hex"), None);
        assert!(ASCII.iter().copied().eq(0x21..=0x7e));
    }

    #[test]
    fn length_is_exact() {
        for length in [0, 1, 8, 255, 256, 257, 1024] {
            assert_eq!(generate(Charset::Ascii, length).unwrap().len(), length);
        }
    }

    #[test]
    fn sec_06_100_000_characters_are_uniform() {
        const DRAWS: u32 = 100_000;
        for (name, charset, size) in ALL {
            let value = generate(charset, DRAWS as usize).unwrap();
            let expected = f64::from(DRAWS) / f64::from(u8::try_from(size).unwrap());
            let mut counts = [0_u32; 256];
            for character in value.expose() {
                counts[usize::from(*character)] += 1;
            }
            let chi_square = charset
                .alphabet()
                .iter()
                .map(|character| {
                    let difference = f64::from(counts[usize::from(*character)]) - expected;
                    difference * difference / expected
                })
                .sum::<f64>();
            // Mean n - 1, variance 2(n - 1): eight deviations are out of reach of chance, while taking a byte
            // modulo 94 without rejection gives thousands.
            let freedom = f64::from(u8::try_from(size - 1).unwrap());
            let limit = freedom + 8.0 * (2.0 * freedom).sqrt();
            assert!(chi_square < limit, "{name}: {chi_square} of {limit}");
        }
    }
}
