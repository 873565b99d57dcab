//! Whether a code is an account's, and how often somebody may ask.

use crate::auth::{Counter, address};
use crate::core::{Core, Step, Stop};
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{AuditEvent, AuditRequest, MfaCode, User};
use oneclaw_policy::InAccount;
use oneclaw_storage::Tx;

/// Why a code was refused, in events.
pub(super) const WRONG_CODE: &str = AuthFailure::SecondFactor.reason();

/// Which kind of code it is, in events.
pub(super) const fn kind(code: &MfaCode) -> &'static str {
    match code {
        MfaCode::Totp(_) => "totp",
        MfaCode::Recovery(_) => "recovery_code",
    }
}

impl Core {
    /// Whether this is a code of the account's second factor, which is used by that: the one place
    /// where codes are checked. What it finds is undone where the unit of work is not committed. The
    /// organization and the account are locked.
    pub(super) async fn use_code(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        code: &MfaCode,
    ) -> Result<bool, Refusal> {
        let found = tx.second_factors().lock(account).await?;
        let Some(factor) = found.filter(|factor| factor.is_on) else {
            return Ok(false);
        };
        match code {
            MfaCode::Totp(digits) => {
                let secret = self.open_totp(account, &factor.sealed)?;
                match secret.step_of(digits, self.now().seconds()) {
                    Some(step) => Ok(tx.second_factors().use_step(account, step).await?),
                    None => Ok(false),
                }
            }
            MfaCode::Recovery(code) => {
                let hash = self.recovery_hash(account.user(), code);
                Ok(tx.second_factors().spend_recovery(account, &hash).await?)
            }
        }
    }

    /// The counter of an account's wrong codes. An address from which the account was logged in to
    /// before has one of its own, so that who knows the password cannot lock the owner out. Only a
    /// right code clears it, and no right password.
    pub(super) async fn code_tries(&self, user: &User, request: &AuditRequest) -> Step<Counter> {
        let logged_in_from = [self.login_address(request)];
        let whose = if self.knows(&user.email, &logged_in_from).await? {
            format!("{} {}", user.id, address(request))
        } else {
            user.id.to_string()
        };
        let limit = self.settings.failed_codes;
        Ok(Counter::new(self, "second factor", &whose, limit))
    }

    /// Refuses a wrong proof. The event names what was wrong, in a word that the answer need not
    /// tell.
    pub(super) async fn refuse(
        &self,
        event: &AuditEvent,
        reason: &'static str,
        mut refusal: Refusal,
    ) -> Stop {
        let mut event = event.clone().denied(reason);
        self.meter_refusal(&mut event, &mut refusal);
        match self.journal.record(event).await {
            Ok(receipt) => receipt.covers(Stop {
                refusal,
                recorded: true,
            }),
            Err(failed) => failed,
        }
    }
}
