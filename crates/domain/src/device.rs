//! Logging in a device that has no browser (RFC 8628).

use crate::{DeviceGrantId, Email, Invalid, OrgId, Timestamp, UserId};
use std::fmt;
use std::net::IpAddr;

/// How long a device may ask, in seconds (contract 7).
pub const DEVICE_TTL: i64 = 600;
/// How long a device waits between two questions at first, in seconds (RFC 8628 3.2).
pub const DEVICE_INTERVAL: i64 = 5;

/// The letters of a code that a person types: no vowels, so that no words come up, and no Y. 20 letters.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
const CODE_LEN: usize = 8;

/// The code that a person types: 8 of 20 letters, 34 bits (RFC 8628 6.1). Never stored as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// Reads a code; case, hyphen and blanks do not matter.
    ///
    /// # Errors
    /// Anything but 8 of its letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const REFUSED: Invalid = Invalid::new("must be 8 letters such as BCDF-GHJK");
        if text.len() > 32 {
            return Err(REFUSED);
        }
        let letters: String = text
            .chars()
            .filter(|c| !matches!(c, '-' | ' '))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let ok = letters.len() == CODE_LEN && letters.bytes().all(|b| LETTERS.contains(&b));
        if ok { Ok(Self(letters)) } else { Err(REFUSED) }
    }

    /// The code of random bytes, uniform over all codes; `None` where the bytes have to be drawn
    /// again. Takes the first bytes below 240, the largest multiple of 20 that a byte holds.
    pub fn of_random(bytes: &[u8]) -> Option<Self> {
        let letters: String = bytes
            .iter()
            .filter(|byte| **byte < 240)
            .filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len()))
            .take(CODE_LEN)
            .map(|letter| char::from(*letter))
            .collect();
        (letters.len() == CODE_LEN).then_some(Self(letters))
    }

    /// The letters, to hash them.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As it is shown: in two halves.
    pub fn shown(&self) -> String {
        let (left, right) = self.0.split_at(CODE_LEN / 2);
        format!("{left}-{right}")
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(redacted)")
    }
}

/// What became of a device's question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// Somebody approved it, and it was not redeemed yet.
    Approved,
    /// Somebody denied it, or what was approved was taken back.
    Denied,
    /// It was redeemed: there is a token.
    Redeemed,
}

impl DeviceState {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Redeemed => "redeemed",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "denied" => Ok(Self::Denied),
            "redeemed" => Ok(Self::Redeemed),
            _ => Err(Invalid::new(
                "must be pending, approved, denied or redeemed",
            )),
        }
    }
}

/// A device's question whether somebody logs it in.
#[derive(Clone, Debug)]
pub struct DeviceGrant {
    /// Its id.
    pub id: DeviceGrantId,
    /// What the device calls itself.
    pub client: crate::DeviceClient,
    /// Who alone may decide; `None` = whoever has the code.
    pub email: Option<Email>,
    /// Where it asked from.
    pub requested_from: Option<IpAddr>,
    /// What became of it.
    pub state: DeviceState,
    /// Who approved it, and is logged in by it.
    pub approved_by: Option<(OrgId, UserId)>,
    /// How long the device has to wait between two questions, in seconds.
    pub interval: i64,
    /// When it asked last.
    pub polled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops standing.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dev_01_case_and_hyphen_do_not_matter() {
        let code = UserCode::parse("BCDF-GHJK").unwrap();
        for same in ["bcdfghjk", "BCDF GHJK", "bcdf-GHJK", "b-c-d-f-g-h-j-k"] {
            assert_eq!(UserCode::parse(same).unwrap(), code, "{same}");
        }
        assert_eq!(code.shown(), "BCDF-GHJK");
        for bad in [
            "",
            "BCDF-GHJ",
            "BCDF-GHJKL",
            "ACDF-GHJK",
            "1CDF-GHJK",
            "ＢCDF-GHJK",
        ] {
            assert!(UserCode::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(format!("{code:?}"), "UserCode(redacted)");
    }

    #[test]
    fn dev_01_every_letter_is_as_likely_as_another() {
        let all: Vec<u8> = (0..=255).collect();
        let mut counts = std::collections::BTreeMap::new();
        for byte in &all {
            if let Some(code) = UserCode::of_random(&[*byte; CODE_LEN]) {
                *counts.entry(code.expose().to_owned()).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), 20);
        assert!(counts.values().all(|count| *count == 12));
        assert!(UserCode::of_random(&[255; 64]).is_none());
    }
}
