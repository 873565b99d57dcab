//! Money, in whole numbers.

use crate::Invalid;

/// Millionths of a US dollar, so that no price of the product is a fraction (0.0008 USD = 800).
///
/// Arithmetic is checked: what does not fit 63 bits (9.2 million million dollars) is refused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct MicroUsd(i64);

/// Millionths in a cent.
const CENT: i64 = 10_000;
/// Millionths in a dollar.
const DOLLAR: i64 = 1_000_000;

impl MicroUsd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many millionths of a dollar.
    pub const fn new(micros: i64) -> Self {
        Self(micros)
    }

    /// So many cents.
    ///
    /// # Errors
    /// More than fits.
    pub fn cents(cents: i64) -> Result<Self, Invalid> {
        const TOO_MUCH: Invalid = Invalid::new("is more money than can be counted");
        cents.checked_mul(CENT).map(Self).ok_or(TOO_MUCH)
    }

    /// Reads a decimal amount of dollars, such as `0.0008`: at most six decimals, no sign.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const REFUSED: Invalid =
            Invalid::new("must be dollars with at most six decimals, such as 0.0008");
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 6 {
            return Err(REFUSED);
        }
        let part: i64 = format!("{part:0<6}").parse().map_err(|_| REFUSED)?;
        let whole: i64 = whole.parse().map_err(|_| REFUSED)?;
        let micros = whole.checked_mul(DOLLAR).and_then(|w| w.checked_add(part));
        micros.map(Self).ok_or(REFUSED)
    }

    /// Millionths of a dollar.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whole cents, rounded down: a balance is never shown larger than it is.
    pub const fn whole_cents(self) -> i64 {
        self.0.div_euclid(CENT)
    }

    /// The sum, where it fits.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, where it fits.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Dollars with all decimals that count and no more: `0.0008`, `12`.
    pub fn dollars(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (
            self.0.unsigned_abs() / 1_000_000,
            self.0.unsigned_abs() % 1_000_000,
        );
        let text = format!("{sign}{whole}.{part:06}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// Dollars and whole cents, rounded down: `50.00`.
    pub fn dollars_and_cents(self) -> String {
        let cents = self.whole_cents();
        let sign = if cents < 0 { "-" } else { "" };
        format!(
            "{sign}{}.{:02}",
            cents.unsigned_abs() / 100,
            cents.unsigned_abs() % 100
        )
    }

    /// Dollars as a number for those who read one; exact to the cent up to 90 million million.
    #[expect(
        clippy::cast_precision_loss,
        reason = "for show; what counts is an integer"
    )]
    pub fn as_number(self) -> f64 {
        self.0 as f64 / 1_000_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bil_04_money_is_integers_and_is_shown_rounded_down() {
        for (text, micros) in [
            ("0", 0),
            ("0.0008", 800),
            ("12", 12_000_000),
            ("1.5", 1_500_000),
        ] {
            assert_eq!(MicroUsd::parse(text).unwrap().get(), micros);
            assert_eq!(MicroUsd::new(micros).dollars(), text);
        }
        assert_eq!(MicroUsd::new(49_999_999).dollars_and_cents(), "49.99");
        assert_eq!(MicroUsd::new(-1).whole_cents(), -1);
        assert_eq!(MicroUsd::new(-1_500_000).dollars(), "-1.5");
        for bad in [
            "",
            "-1",
            "1e3",
            "0.0000001",
            ".5",
            "1.",
            "9223372036855",
            "1,5",
            "１",
        ] {
            assert!(MicroUsd::parse(bad).is_err(), "{bad}");
        }
        assert!(MicroUsd::cents(i64::MAX).is_err());
        assert_eq!(MicroUsd::new(i64::MAX).plus(MicroUsd::new(1)), None);
    }
}
