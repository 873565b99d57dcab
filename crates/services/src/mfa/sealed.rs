//! How second factors are kept: secrets sealed for their account, recovery codes as keyed hashes.

use crate::Refusal;
use crate::core::Core;
use oneclaw_crypto::{Context, SecretText, TotpSecret};
use oneclaw_domain::{RecoveryCode, UserId};
use oneclaw_policy::InAccount;

/// The label under which recovery codes are hashed.
const RECOVERY_LABEL: &str = "recovery code";

impl Core {
    /// A secret as it is stored: it opens for this account alone (abuse case MFA-08).
    pub(super) fn seal_totp(
        &self,
        account: InAccount,
        secret: &TotpSecret,
    ) -> Result<Vec<u8>, Refusal> {
        Ok(self.keys.mac.seal(&of(account), secret.expose())?)
    }

    /// Opens what [`Core::seal_totp`] made for the same account.
    pub(super) fn open_totp(
        &self,
        account: InAccount,
        sealed: &[u8],
    ) -> Result<TotpSecret, Refusal> {
        let opened = self.keys.mac.open(&of(account), sealed)?;
        Ok(TotpSecret::from_bytes(opened.expose())?)
    }

    /// What is stored of a recovery code. Two people may have the same one.
    pub(super) fn recovery_hash(&self, user: UserId, code: &RecoveryCode) -> [u8; 32] {
        let text = SecretText::new(format!("{user} {}", code.expose()));
        self.keys.lookup_hash(RECOVERY_LABEL, text.expose())
    }
}

/// What the sealed secret belongs to.
fn of(account: InAccount) -> Context {
    Context::new("second factor")
        .with(account.org().uuid().as_bytes())
        .with(account.user().uuid().as_bytes())
}
