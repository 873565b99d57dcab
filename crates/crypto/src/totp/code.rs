//! From a secret and a time step to six digits (RFC 4226, 5.3; RFC 6238, 4), with HMAC-SHA-1: the one
//! hash that every authenticator app knows.

use ring::hmac;

use crate::{SecretText, constant_time_eq};

/// How long a code is shown, in seconds (RFC 6238, 5.2).
pub const STEP_SECONDS: i64 = 30;
/// A code is this many digits.
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;
/// Steps before and after the present one whose codes are taken, for clocks that differ.
const DRIFT: i64 = 1;

/// The newest step within the drift whose code this is. All of them are compared, whichever it is.
pub(super) fn step_of(secret: &[u8], code: &str, seconds: i64) -> Option<i64> {
    let present = seconds.div_euclid(STEP_SECONDS);
    let mut found = None;
    for step in present - DRIFT..=present + DRIFT {
        let right = code_of(secret, step);
        if constant_time_eq(right.expose().as_bytes(), code.as_bytes()) {
            found = Some(step);
        }
    }
    found
}

pub(super) fn code_of(secret: &[u8], step: i64) -> SecretText {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let number = truncated(tag.as_ref()) % MODULUS;
    SecretText::new(format!("{number:0DIGITS$}"))
}

/// Four bytes of the hash, from where its last one says, as 31 bits.
fn truncated(hash: &[u8]) -> u32 {
    let at = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
    let four = hash.iter().skip(at).take(4);
    four.fold(0, |number: u32, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn mfa_01_the_step_comes_out_within_the_drift_and_no_further() {
        let code = code_of(SECRET, 1000);
        let at =
            |step: i64, second: i64| step_of(SECRET, code.expose(), step * STEP_SECONDS + second);
        for (step, second) in [(999, 0), (999, 29), (1000, 0), (1000, 29), (1001, 29)] {
            assert_eq!(at(step, second), Some(1000), "{step} {second}");
        }
        assert_eq!(at(998, 29), None);
        assert_eq!(at(1002, 0), None);
    }

    #[test]
    fn mfa_02_nothing_but_six_digits_is_a_code() {
        let code = code_of(SECRET, 1000);
        for wrong in [
            format!(" {}", code.expose()),
            format!("{}\n", code.expose()),
            format!("+{}", code.expose()),
            code.expose()[..5].to_owned(),
            String::new(),
        ] {
            assert_eq!(step_of(SECRET, &wrong, 30_000), None, "{wrong:?}");
        }
    }
}
