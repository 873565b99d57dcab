//! Plain SHA-256 and comparison in constant time.

use ring::digest;
use subtle::ConstantTimeEq;

/// SHA-256 of `bytes`, for cache keys and key ids. Not for passwords and not for stored credentials.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha256_of(&[bytes])
}

pub(crate) fn sha256_of(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    out
}

/// Whether `one` and `other` are the same bytes, in a time that depends on their lengths alone.
pub fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_that_of_fips_180() {
        // The one-block example "abc" of FIPS 180-4.
        assert_eq!(
            sha256(b"abc")[..8],
            [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        );
        assert_eq!(sha256_of(&[b"a", b"", b"bc"]), sha256(b"abc"));
    }

    #[test]
    fn comparison_sees_every_byte_and_the_length() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
