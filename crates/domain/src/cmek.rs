//! Keys that customers manage: the server knows their fingerprint alone.

use crate::{CmekJobId, Invalid, OrgId, Timestamp, VaultId};
use std::fmt;

/// The SHA-256 of a customer's key, 64 hexadecimal digits in small letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CmekFingerprint(String);

impl CmekFingerprint {
    /// Reads a fingerprint.
    ///
    /// # Errors
    /// Anything but 64 of `0-9a-f`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(is_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(
                "must be the SHA-256 of the key: 64 hexadecimal digits in small letters",
            ))
        }
    }

    /// The fingerprint with this digest.
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        use fmt::Write as _;
        let mut text = String::with_capacity(64);
        for byte in digest {
            // writing to a String does not fail
            let _written = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a rotation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmekJobState {
    /// It runs.
    Running,
    /// All versions are under the new key.
    Completed,
    /// It ended before that.
    Failed,
}

impl CmekJobState {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "running" => Ok(Self::Running),
            "completed" => Ok(Self::Completed),
            "failed" => Ok(Self::Failed),
            _ => Err(Invalid::new("must be running, completed or failed")),
        }
    }
}

/// A rotation of a vault's values from one customer's key to another.
#[derive(Clone, Debug)]
pub struct CmekJob {
    /// Its id.
    pub id: CmekJobId,
    /// The organization.
    pub org: OrgId,
    /// The vault.
    pub vault: VaultId,
    /// From which key.
    pub old: CmekFingerprint,
    /// To which key.
    pub new: CmekFingerprint,
    /// How it stands.
    pub state: CmekJobState,
    /// Versions that were under the old key when it began.
    pub total: i64,
    /// Versions that it is done with.
    pub processed: i64,
    /// Versions that did not open.
    pub failed: i64,
    /// What went wrong, for people.
    pub error: Option<String>,
    /// Until when whoever works at it has it; one that runs past that was cut off.
    pub held_until: Timestamp,
    /// When it was asked for, and began.
    pub created_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cry_09_a_fingerprint_is_64_digits() {
        assert!(CmekFingerprint::parse(&"0a".repeat(32)).is_ok());
        for bad in [
            "",
            "0A",
            &"0A".repeat(32),
            &"0a".repeat(31),
            &"0a".repeat(33),
            &"zz".repeat(32),
        ] {
            assert!(CmekFingerprint::parse(bad).is_err(), "{bad}");
        }
        let of = CmekFingerprint::of_digest(&[0xab; 32]);
        assert_eq!(CmekFingerprint::parse(of.as_str()), Ok(of));
    }
}
