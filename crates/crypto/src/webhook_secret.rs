//! HMAC-SHA-256 by which another server says that a message is its own (RFC 2104).

use std::fmt;

use ring::hmac;

use crate::{SecretText, constant_time_eq};

/// The secret that we share with that server. It is never empty: by an empty key anybody can sign.
pub struct WebhookSecret(SecretText);

impl WebhookSecret {
    /// Takes over `text`; `None` when it is empty.
    pub fn new(text: SecretText) -> Option<Self> {
        (!text.expose().is_empty()).then_some(Self(text))
    }

    /// Whether `tag`, 64 hex digits, is the HMAC of the parts one behind the other. In constant time.
    pub fn signed(&self, parts: &[&[u8]], tag: &str) -> bool {
        let Some(tag) = from_hex(tag) else {
            return false;
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose().as_bytes());
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(part);
        }
        constant_time_eq(context.sign().as_ref(), &tag)
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebhookSecret(redacted)")
    }
}

/// The 32 bytes of a tag.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let pairs = digits.chunks_exact(2);
    Some(
        pairs
            .map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit))
            .collect(),
    )
}

fn digit(of: char) -> Option<u8> {
    u8::try_from(of.to_digit(16)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const TAG: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const DATA: &[u8] = b"what do ya want for nothing?";

    fn secret(text: &str) -> Option<WebhookSecret> {
        WebhookSecret::new(SecretText::new(text.to_owned()))
    }

    #[test]
    fn bil_01_a_tag_holds_whole_and_by_its_own_secret_alone() {
        let ours = secret("Jefe").unwrap();
        assert!(ours.signed(&[DATA], TAG));
        assert!(ours.signed(&[&DATA[..7], &DATA[7..]], TAG));
        assert!(!secret("jefe").unwrap().signed(&[DATA], TAG));
        assert!(!ours.signed(&[&DATA[1..]], TAG));
        for at in 0..TAG.len() {
            let mut wrong = TAG.to_owned().into_bytes();
            wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            assert!(!ours.signed(&[DATA], std::str::from_utf8(&wrong).unwrap()));
        }
        for wrong in ["", "5b", &TAG[..62], &format!("{TAG}00"), &"ä".repeat(32)] {
            assert!(!ours.signed(&[DATA], wrong), "{wrong}");
        }
    }

    #[test]
    fn bil_01_an_empty_secret_is_none() {
        assert!(secret("").is_none());
    }

    #[test]
    fn cry_08_debug_is_redacted() {
        let shown = format!("{:?}", secret("Jefe"));
        assert!(!shown.contains("Jefe"), "{shown}");
    }
}
