//! The second factor: codes that people type.

use crate::Invalid;
use std::fmt;
use zeroize::Zeroizing;

/// How long a pending set-up stands, in seconds (abuse case MFA-05).
pub const MFA_SETUP_TTL: i64 = 600;
/// Recovery codes that a person gets (contract 6).
pub const RECOVERY_CODES: usize = 8;

/// Letters and digits of recovery codes: Crockford's base32, in small letters, without what looks
/// alike.
const ALPHABET: &[u8] = b"0123456789abcdefghjkmnpqrstvwxyz";
const RECOVERY_LEN: usize = 10;

/// A code as somebody claims it. Blanks and hyphens between the characters do not matter.
pub enum MfaCode {
    /// Six digits of a time step (RFC 6238).
    Totp(Zeroizing<String>),
    /// A recovery code, in its one form without hyphen.
    Recovery(RecoveryCode),
}

impl MfaCode {
    /// Reads a code.
    ///
    /// # Errors
    /// Neither six ASCII digits nor ten characters of a recovery code.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        const REFUSED: Invalid =
            Invalid::new("must be six digits, or a recovery code such as abcde-fghjk");
        if text.len() > 32 {
            return Err(REFUSED);
        }
        let plain: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|c| !matches!(c, ' ' | '-'))
                .map(|c| c.to_ascii_lowercase())
                .collect(),
        );
        if plain.len() == 6 && plain.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Totp(plain));
        }
        if plain.len() == RECOVERY_LEN && plain.bytes().all(|b| ALPHABET.contains(&b)) {
            return Ok(Self::Recovery(RecoveryCode(plain)));
        }
        Err(REFUSED)
    }
}

impl fmt::Debug for MfaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MfaCode(redacted)")
    }
}

/// A recovery code: ten characters, 50 bits, good for one use.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// The code of ten random bytes.
    pub fn of_random(bytes: &[u8; RECOVERY_LEN]) -> Self {
        let letter = |byte: &u8| ALPHABET.get(usize::from(*byte) % ALPHABET.len());
        Self(Zeroizing::new(
            bytes
                .iter()
                .filter_map(letter)
                .map(|letter| char::from(*letter))
                .collect(),
        ))
    }

    /// The characters, to hash them.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As it is shown, once: `abcde-fghjk`.
    pub fn shown(&self) -> Zeroizing<String> {
        let (left, right) = self.0.split_at(RECOVERY_LEN / 2);
        Zeroizing::new(format!("{left}-{right}"))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(redacted)")
    }
}

/// What a person proves once more who they are for (contract 3.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepUpPurpose {
    /// To delete the account.
    DeleteAccount,
    /// To export the account's data.
    ExportData,
    /// To turn the second factor off.
    DisableMfa,
}

impl StepUpPurpose {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeleteAccount => "account.delete",
            Self::ExportData => "account.export",
            Self::DisableMfa => "security.mfa.disable",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "account.delete" => Ok(Self::DeleteAccount),
            "account.export" => Ok(Self::ExportData),
            "security.mfa.disable" => Ok(Self::DisableMfa),
            _ => Err(Invalid::new(
                "must be account.delete, account.export or security.mfa.disable",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mfa_02_one_code_has_one_form() {
        for same in ["123456", " 123456", "123 456", "123-456 "] {
            let code = MfaCode::parse(same).unwrap();
            assert!(matches!(&code, MfaCode::Totp(digits) if digits.as_str() == "123456"));
        }
        for same in ["abcde-fghjk", "ABCDEFGHJK", "abcde fghjk"] {
            let code = MfaCode::parse(same).unwrap();
            assert!(matches!(&code, MfaCode::Recovery(code) if code.expose() == "abcdefghjk"));
        }
        for bad in [
            "",
            "12345",
            "1234567",
            "+12345",
            "123456\n",
            "１２３４５６",
            "abcde-fghji",
            "abcdefghj",
        ] {
            assert!(MfaCode::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_recovery_code_is_shown_in_halves_and_does_not_talk() {
        let code = RecoveryCode::of_random(&[0, 1, 2, 3, 4, 31, 32, 255, 10, 11]);
        assert_eq!(code.shown().as_str(), "01234-z0zab");
        assert_eq!(format!("{code:?}"), "RecoveryCode(redacted)");
        assert!(MfaCode::parse(&code.shown()).is_ok());
    }
}
