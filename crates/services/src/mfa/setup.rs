//! A person begins to set a second factor up.

use super::Mfa;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use oneclaw_crypto::{SecretText, TotpSecret};
use oneclaw_domain::{AuditEvent, Email, MFA_SETUP_TTL};
use oneclaw_policy::SetUpMfa;
use oneclaw_storage::{LockMode, Recorded};

/// What a person's authenticator app takes up.
#[derive(Debug)]
pub struct MfaSetup {
    /// The shared secret, in base32.
    pub secret: SecretText,
    /// Whose account it is for.
    pub email: Email,
}

impl Mfa {
    /// Makes a secret, which counts for nothing until a code of it comes. It takes the place of
    /// another one that waits: whoever held it up last is not in the owner's way.
    ///
    /// # Errors
    /// A second factor is on; the caller came with an API key.
    pub async fn set_up(&self, caller: &Caller) -> Result<Recorded<MfaSetup>, Refusal> {
        let event = self.core.event::<SetUpMfa>(caller, &caller.account());
        let done = boxed(self.try_set_up(caller, event.clone())).await;
        self.core.settle(event, done).await
    }

    async fn try_set_up(&self, caller: &Caller, event: AuditEvent) -> Step<Recorded<MfaSetup>> {
        let core = &*self.core;
        let secret = TotpSecret::generate()?;
        let mut tx = core.seams.store.begin().await?;
        let (access, person) = core
            .lock_person::<SetUpMfa>(&mut *tx, caller, LockMode::Shared)
            .await?;
        if person.asks_code {
            return Err(Refusal::Conflict("Two-factor authentication is already on").into());
        }
        let account = access.in_account();
        let sealed = core.seal_totp(account, &secret)?;
        let until = core.now().plus_seconds(MFA_SETUP_TTL);
        tx.second_factors()
            .put_pending(account, &sealed, until)
            .await?;
        let setup = MfaSetup {
            secret: secret.to_base32(),
            email: person.user.email,
        };
        Ok(tx.commit(event).await?.yields(setup))
    }
}
