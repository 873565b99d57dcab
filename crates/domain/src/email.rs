//! E-mail addresses in the one form in which they are compared, stored and answered.

use crate::Invalid;
use std::fmt;
use validator::ValidateEmail as _;

/// A canonical address: ASCII, trimmed, lower case, at most 254 bytes (RFC 5321 4.5.3.1.3).
///
/// Nothing but ASCII is folded, and nothing but ASCII is accepted: two look-alikes are never one
/// account.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

const REFUSED: Invalid = Invalid::new("must be an e-mail address");

impl Email {
    /// Trims, lower-cases and checks an address.
    ///
    /// # Errors
    /// No single `@`, characters outside RFC 5322 `atext` and `.`, or a malformed domain.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim_ascii().to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(REFUSED)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.bytes().all(is_atext_or_dot);
        // the shape by the WHATWG rule that browsers go by, then our own, which is narrower
        let is_shaped = text.validate_email();
        if is_shaped && local_ok && domain_is_valid(domain) && text.len() <= 254 {
            Ok(Self(text))
        } else {
            Err(REFUSED)
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`: the default display name.
    pub fn local_part(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

fn is_atext_or_dot(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b)
}

fn domain_is_valid(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auth_01_one_canonical_form() {
        for spelling in [
            "alice@x.test",
            "ALICE@x.test",
            " alice@X.TEST\t",
            "\nalice@x.test\r\n",
        ] {
            assert_eq!(Email::parse(spelling).unwrap().as_str(), "alice@x.test");
        }
    }

    #[test]
    fn auth_02_look_alikes_are_refused() {
        for bad in [
            "m\u{131}ke@x.test",
            "mi\u{212a}e@x.test",
            "ｍike@x.test",
            "straße@x.test",
            "a@b@c",
            "v@x,e@y",
            "v@x\r\nBcc:e@y",
            "@x",
            "a@",
            "a b@x",
            "a@-x",
            ".a@x",
            "a..b@x",
            "a@x..y",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }
}
