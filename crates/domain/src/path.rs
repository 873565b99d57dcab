//! Where a secret lies in its vault.

use crate::Invalid;
use std::fmt;

/// Longest path, in bytes (contract 4.3).
pub(crate) const MAX_PATH: usize = 512;
/// Longest segment, in bytes (contract 4.3).
const MAX_SEGMENT: usize = 128;

/// A valid path: `/`-separated segments of `[A-Za-z0-9._-]`, none of them `.` or `..`.
///
/// Case-sensitive. Decoding percent signs is the wire's work and comes before this, exactly once.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SecretPath(String);

impl SecretPath {
    /// Checks a path.
    ///
    /// # Errors
    /// `Invalid path` for anything outside the grammar; the reason does not repeat the input.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() <= MAX_PATH && text.split('/').all(is_segment) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("Invalid path"))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_segment(segment: &str) -> bool {
    is_segment_len(segment)
        && segment != "."
        && segment != ".."
        && segment.bytes().all(is_path_byte)
}

pub(crate) fn is_segment_len(segment: &str) -> bool {
    (1..=MAX_SEGMENT).contains(&segment.len())
}

pub(crate) fn is_path_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A plain string prefix of paths; the empty prefix is every path.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// Checks a prefix.
    ///
    /// # Errors
    /// Longer than a path, or characters that no path has: nothing is ever a wildcard.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() <= MAX_PATH && text.bytes().all(|b| b == b'/' || is_path_byte(b)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(
                "must be the beginning of a path: letters, digits, `.`, `_`, `-` and `/`",
            ))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The smallest text, by bytes, that is above every path with this prefix; `None` = no bound.
    pub fn end(&self) -> Option<String> {
        let mut bytes = self.0.clone().into_bytes();
        let last = bytes.last_mut()?;
        *last += 1; // path bytes are ASCII below `z`, so the sum is ASCII
        String::from_utf8(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_01_what_is_no_path() {
        let long_segment = "a".repeat(129);
        let long_path = vec!["a".repeat(128); 4].join("/");
        for bad in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "a/./b",
            "a b",
            "a\\b",
            "a\0b",
            "ä",
            "a\u{308}",
            "a%",
            "a%2Fb",
            &long_segment,
            &long_path,
        ] {
            assert!(SecretPath::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn path_01_what_is_one() {
        let longest = format!("{}/{}", vec!["a".repeat(127); 3].join("/"), "b".repeat(128));
        assert_eq!(longest.len(), 512);
        for good in [
            "a",
            "_FOO",
            "BAR_",
            "-x-",
            "a/b.c/D_e-f",
            "...",
            ".env",
            &longest,
        ] {
            assert!(SecretPath::parse(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn in_11_a_prefix_is_literal() {
        for bad in ["%", "'", "\\", "*", "a b", "\0"] {
            assert!(PathPrefix::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(PathPrefix::parse("app/").unwrap().end().unwrap(), "app0");
        assert_eq!(PathPrefix::parse("az").unwrap().end().unwrap(), "a{");
        assert_eq!(PathPrefix::parse("").unwrap().end(), None);
    }
}
