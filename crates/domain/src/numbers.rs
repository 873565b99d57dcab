//! Counted things, with their bounds.

use crate::Invalid;

/// Which version of a secret: 1, 2, 3 and on, never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VersionNumber(i64);

impl VersionNumber {
    /// The number as it was stored.
    pub const fn stored(number: i64) -> Self {
        Self(number)
    }

    /// Reads the number from a URL: plain decimal digits without a leading zero.
    ///
    /// # Errors
    /// Signs, leading zeros, fractions, zero, or more than fits 63 bits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const REFUSED: Invalid = Invalid::new("must be a whole number from 1");
        if text.starts_with('0') || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(REFUSED);
        }
        text.parse().map(Self).map_err(|_| REFUSED)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// How often a version's value may be given out: 1 to 2,147,483,647.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MaxAccessCount(i64);

impl MaxAccessCount {
    /// Checks a count.
    ///
    /// # Errors
    /// Out of bounds.
    pub fn new(count: i64) -> Result<Self, Invalid> {
        if (1..=i64::from(i32::MAX)).contains(&count) {
            Ok(Self(count))
        } else {
            Err(Invalid::new("must be a whole number from 1 to 2147483647"))
        }
    }

    /// The count.
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_08_version_numbers() {
        for bad in [
            "",
            "0",
            "-1",
            "01",
            "+1",
            "1.0",
            "99999999999999999999",
            "１",
        ] {
            assert!(VersionNumber::parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(VersionNumber::parse("12").unwrap().get(), 12);
    }

    #[test]
    fn in_03_counts_do_not_wrap() {
        for bad in [0, -1, 2_147_483_648, i64::MAX, i64::MIN] {
            assert!(MaxAccessCount::new(bad).is_err(), "{bad}");
        }
    }
}
