//! A person turns their second factor on, by its first code.

use super::Mfa;
use super::check::{WRONG_CODE, kind};
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use crate::mail::{Message, Post};
use crate::{FieldError, Refusal};
use oneclaw_crypto::{SecretText, random};
use oneclaw_domain::{AuditEvent, MfaCode, RECOVERY_CODES, RecoveryCode, UserId};
use oneclaw_policy::{Action, EnableMfa, EndSession, InAccount};
use oneclaw_storage::{LockMode, Recorded, Tx};

impl Mfa {
    /// Turns on what was set up, and gives the recovery codes, once. All other sessions of the
    /// person end: none that did not prove a code goes on.
    ///
    /// # Errors
    /// A wrong code, which counts as at a login; nothing waits to be turned on; the caller came
    /// with an API key.
    pub async fn enable(
        &self,
        code: MfaCode,
        caller: &Caller,
    ) -> Result<Recorded<Vec<SecretText>>, Refusal> {
        let mut event = self.core.event::<EnableMfa>(caller, &caller.account());
        let done = boxed(self.try_enable(&code, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_enable(
        &self,
        code: &MfaCode,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<Vec<SecretText>>> {
        let core = &*self.core;
        let person = core.person::<EnableMfa>(caller).await?;
        let tries = core.code_tries(&person.user, &caller.request).await?;
        let action = std::mem::replace(&mut event.action, EndSession::NAME);
        tries.count(core).await?;
        let mut tx = core.seams.store.begin().await?;
        let (access, person) = core
            .lock_person::<EnableMfa>(&mut *tx, caller, LockMode::Exclusive)
            .await?;
        let account = access.in_account();
        let Some(step) = first_step(core, &mut *tx, account, code).await? else {
            drop(tx);
            let event = event.clone().with("code", kind(code));
            return Err(core.refuse(&event, WRONG_CODE, wrong()).await);
        };
        event.action = action;
        let (codes, hashes) = recovery_codes(core, account.user())?;
        tx.second_factors().turn_on(account, step, &hashes).await?;
        core.end_other_sessions(&mut *tx, account, caller.session())
            .await?;
        if let Some(session) = caller.session() {
            tx.sessions().mark_second_factor(account, session).await?;
        }
        let told = Message::SecondFactorOn {
            display_name: person.user.display_name.as_str().to_owned(),
        };
        let to = &person.user.email;
        let _posted = core.post(&mut *tx, Post::new(to, &told)).await?;
        let enabled = tx.commit(event.clone()).await?.yields(codes);
        tries.clear(core).await;
        Ok(enabled)
    }
}

/// The time step whose code this is, of the secret that waits; `None` = of none.
async fn first_step(
    core: &Core,
    tx: &mut dyn Tx,
    account: InAccount,
    code: &MfaCode,
) -> Step<Option<i64>> {
    let now = core.now();
    let found = tx.second_factors().lock(account).await?;
    let waits = found.filter(|factor| !factor.is_on && factor.pending_until > now);
    let Some(factor) = waits else {
        return Err(about_code("No two-factor setup is pending: begin it at mfa/setup").into());
    };
    let MfaCode::Totp(digits) = code else {
        return Ok(None);
    };
    let secret = core.open_totp(account, &factor.sealed)?;
    Ok(secret.step_of(digits, now.seconds()))
}

fn recovery_codes(core: &Core, user: UserId) -> Step<(Vec<SecretText>, Vec<[u8; 32]>)> {
    let (mut shown, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..RECOVERY_CODES {
        let code = RecoveryCode::of_random(&*random()?);
        hashes.push(core.recovery_hash(user, &code));
        shown.push(SecretText::new(code.shown().to_string()));
    }
    Ok((shown, hashes))
}

/// What a caller hears of a wrong code.
pub(super) fn wrong() -> Refusal {
    about_code("is wrong, or was used before")
}

/// Something about the field `code`.
pub(super) fn about_code(reason: &str) -> Refusal {
    Refusal::Invalid(vec![FieldError {
        field: "code".to_owned(),
        reason: reason.to_owned(),
    }])
}
