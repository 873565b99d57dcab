//! The code that makes the first account of an installation somebody's who can see its start.
//!
//! Whoever signs up first runs the installation. From the machine itself that is its operator; from
//! beyond it can be any stranger who was faster.

use super::service::Auth;
use crate::Refusal;
use crate::core::{Core, Step};
use oneclaw_crypto::{SecretText, base32, constant_time_eq};
use oneclaw_domain::AuditRequest;

/// Bytes of the code: at the tries that signup counts for each address, 80 bits are not guessed.
const BYTES: usize = 10;
/// Characters between two dashes.
const GROUP: usize = 4;

impl Auth {
    /// The code that the first account from beyond this machine needs, the same on all instances of
    /// a store; `None` once there is an account.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn setup_code(&self) -> Result<Option<SecretText>, Refusal> {
        let core = &*self.core;
        let taken = core.seams.store.read().await?.users().any().await?;
        Ok((!taken).then(|| code(core)))
    }

    /// Whether this signup may make the installation's first account; others need not ask.
    pub(super) fn may_be_first(
        &self,
        setup_code: Option<&SecretText>,
        passed_on: bool,
        request: &AuditRequest,
    ) -> bool {
        // a program that embeds the services has no address: it is this machine
        let is_local = request.ip.is_none_or(|ip| ip.to_canonical().is_loopback());
        if is_local && !passed_on {
            return true;
        }
        setup_code.is_some_and(|shown| is_code(shown, &code(&self.core)))
    }

    /// Refuses who may not be the first, before a password is hashed for them.
    pub(super) async fn refuse_strange_first(&self, may_be_first: bool) -> Step<()> {
        let store = &self.core.seams.store;
        if !may_be_first && !store.read().await?.users().any().await? {
            return Err(Refusal::SetupCodeNeeded.into());
        }
        Ok(())
    }
}

fn code(core: &Core) -> SecretText {
    let hash = core.keys.lookup_hash("set-up code", "");
    let plain = base32(hash.get(..BYTES).unwrap_or_default());
    let mut text = String::with_capacity(plain.expose().len() * (GROUP + 1) / GROUP);
    for (at, character) in plain.expose().chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.push(character);
    }
    SecretText::new(text)
}

/// Compares in constant time; how somebody grouped the characters, and their case, does not count.
fn is_code(shown: &SecretText, code: &SecretText) -> bool {
    let plain = |text: &SecretText| {
        let bytes = text.expose().bytes();
        let bytes = bytes.filter(|byte| *byte != b'-' && !byte.is_ascii_whitespace());
        SecretText::new(bytes.map(|b| char::from(b.to_ascii_uppercase())).collect())
    };
    let (shown, code) = (plain(shown), plain(code));
    constant_time_eq(shown.expose().as_bytes(), code.expose().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn org_11_a_code_is_read_as_people_type_it() {
        let text = |text: &str| SecretText::new(text.to_owned());
        let code = text("ABCD-EFGH-IJKL-2345");
        for good in [
            "ABCD-EFGH-IJKL-2345",
            "abcdefghijkl2345",
            " abcd efgh ijkl 2345\n",
        ] {
            assert!(is_code(&text(good), &code), "{good}");
        }
        for bad in [
            "",
            "ABCD",
            "ABCD-EFGH-IJKL-2346",
            "ABCD-EFGH-IJKL-2345A",
            "ÁBCD-EFGH-IJKL-2345",
        ] {
            assert!(!is_code(&text(bad), &code), "{bad}");
        }
    }
}
