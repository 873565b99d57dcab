//! A person proves once more who they are, and gets a token that says so.

use super::Mfa;
use super::check::{WRONG_CODE, kind};
use super::person::Person;
use super::step_up::{STEP_UP_LABEL, STEP_UP_PREFIX};
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use crate::{FieldError, Refusal};
use oneclaw_crypto::{SecretText, random_token};
use oneclaw_domain::{AuditEvent, Invalid, MfaCode, PasswordInput, ProofKind, StepUpPurpose};
use oneclaw_policy::{Access, Action, EndSession, Reauthenticate};
use oneclaw_storage::{LockMode, NewProof, Recorded, Tx};

/// What somebody proves who they are with, and what for.
pub struct ReauthCommand {
    /// The account's password: enough where no second factor is on.
    pub password: Option<PasswordInput>,
    /// A code of the second factor: needed where it is on.
    pub code: Option<MfaCode>,
    /// What for; `None` = for any one of them.
    pub purpose: Option<StepUpPurpose>,
}

/// A token that says who somebody is.
#[derive(Debug)]
pub struct StepUpToken {
    /// The token, good for one use.
    pub token: SecretText,
    /// How long it stands, in seconds.
    pub expires_in: i64,
}

impl Mfa {
    /// Gives a token for what takes a fresh proof of who the caller is.
    ///
    /// # Errors
    /// [`Refusal::StepUpNeeded`] for a wrong password or code, which counts as at a login; what the
    /// account asks for was not given.
    pub async fn reauthenticate(
        &self,
        command: ReauthCommand,
        caller: &Caller,
    ) -> Result<Recorded<StepUpToken>, Refusal> {
        let mut event = self.core.event::<Reauthenticate>(caller, &caller.account());
        if let Some(purpose) = command.purpose {
            event = event.with("purpose", purpose.as_str());
        }
        let done = boxed(self.try_reauthenticate(command, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_reauthenticate(
        &self,
        command: ReauthCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<StepUpToken>> {
        let core = &*self.core;
        let person = core.person::<Reauthenticate>(caller).await?;
        let purpose = command.purpose;
        if person.asks_code {
            let code = command.code.ok_or_else(|| needed("code"))?;
            return boxed(by_code(core, (&person, &code), purpose, caller, event)).await;
        }
        let password = command.password.ok_or_else(|| needed("password"))?;
        core.check_password(&person, &password, &caller.request, event)
            .await?;
        let mut tx = core.seams.store.begin().await?;
        let (access, today) = core
            .lock_person::<Reauthenticate>(&mut *tx, caller, LockMode::Shared)
            .await?;
        if !today.is_still(&person) {
            return Err(Refusal::StepUpNeeded.into());
        }
        let token = give(core, &mut *tx, &access, purpose).await?;
        let event = event.clone().with("by", "password");
        Ok(tx.commit(event).await?.yields(token))
    }
}

async fn by_code(
    core: &Core,
    (person, code): (&Person, &MfaCode),
    purpose: Option<StepUpPurpose>,
    caller: &Caller,
    event: &mut AuditEvent,
) -> Step<Recorded<StepUpToken>> {
    let tries = core.code_tries(&person.user, &caller.request).await?;
    let action = std::mem::replace(&mut event.action, EndSession::NAME);
    tries.count(core).await?;
    let mut tx = core.seams.store.begin().await?;
    let (access, _) = core
        .lock_person::<Reauthenticate>(&mut *tx, caller, LockMode::Shared)
        .await?;
    if !core.use_code(&mut *tx, access.in_account(), code).await? {
        drop(tx);
        let event = event.clone().with("code", kind(code));
        return Err(core.refuse(&event, WRONG_CODE, Refusal::StepUpNeeded).await);
    }
    event.action = action;
    let token = give(core, &mut *tx, &access, purpose).await?;
    let event = event.clone().with("by", kind(code));
    let given = tx.commit(event).await?.yields(token);
    tries.clear(core).await;
    Ok(given)
}

async fn give(
    core: &Core,
    tx: &mut dyn Tx,
    access: &Access<Reauthenticate>,
    purpose: Option<StepUpPurpose>,
) -> Step<StepUpToken> {
    let token = random_token(STEP_UP_PREFIX)?;
    let (now, ttl) = (core.now(), ProofKind::StepUp.ttl());
    let proof = NewProof {
        kind: ProofKind::StepUp,
        hash: core.keys.lookup_hash(STEP_UP_LABEL, token.expose()),
        about: purpose.map(|purpose| purpose.as_str().to_owned()),
        created_at: now,
        expires_at: now.plus_seconds(ttl),
    };
    tx.proofs().insert(access.in_account(), &proof).await?;
    Ok(StepUpToken {
        token,
        expires_in: ttl,
    })
}

fn needed(field: &'static str) -> Refusal {
    let reason = Invalid::new("is required");
    Refusal::Invalid(vec![FieldError::new(field, &reason)])
}
