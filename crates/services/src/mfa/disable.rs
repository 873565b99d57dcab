//! A person turns their second factor off.

use super::Mfa;
use super::check::{WRONG_CODE, kind};
use super::enable::{about_code, wrong};
use crate::Refusal;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Step, boxed};
use crate::mail::{Message, Post};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, MfaCode, ProofKind, StepUpPurpose};
use oneclaw_policy::{Action, DisableMfa, EndSession, InAccount};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// With what somebody turns their second factor off. A password is not enough.
pub enum DisableMfaProof {
    /// A code of it.
    Code(MfaCode),
    /// A token that says who they are.
    Token(SecretText),
}

impl Mfa {
    /// Turns the caller's second factor off: its secret and its recovery codes are gone.
    ///
    /// # Errors
    /// It is not on; a wrong code, which counts as at a login; [`Refusal::StepUpNeeded`] for a
    /// wrong token; the caller came with an API key.
    pub async fn disable(
        &self,
        proof: DisableMfaProof,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let mut event = self.core.event::<DisableMfa>(caller, &caller.account());
        let done = boxed(self.try_disable(&proof, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_disable(
        &self,
        proof: &DisableMfaProof,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        let person = core.person::<DisableMfa>(caller).await?;
        if !person.asks_code {
            return Err(not_on().into());
        }
        let action = event.action;
        let tries = self.count_code(proof, &person.user, caller, event).await?;
        let mut tx = core.seams.store.begin().await?;
        let (access, person) = core
            .lock_person::<DisableMfa>(&mut *tx, caller, LockMode::Shared)
            .await?;
        if !person.asks_code {
            return Err(not_on().into());
        }
        let account = access.in_account();
        if !self.holds(&mut *tx, account, proof).await? {
            drop(tx);
            return Err(match proof {
                DisableMfaProof::Code(code) => {
                    let event = event.clone().with("code", kind(code));
                    core.refuse(&event, WRONG_CODE, wrong()).await
                }
                DisableMfaProof::Token(_) => Refusal::StepUpNeeded.into(),
            });
        }
        event.action = action;
        tx.second_factors().remove(account).await?;
        // logins that wait for a code would wait for ever
        let waiting = [ProofKind::Challenge, ProofKind::StepUp];
        tx.proofs().void(account, &waiting).await?;
        let told = Message::SecondFactorOff {
            display_name: person.user.display_name.as_str().to_owned(),
        };
        let to = &person.user.email;
        let _posted = core.post(&mut *tx, Post::new(to, &told)).await?;
        let disabled = tx.commit(event.clone()).await?.yields(());
        if let Some(tries) = tries {
            tries.clear(core).await;
        }
        Ok(disabled)
    }

    /// Counts a code before it is looked at, as a try to log in.
    async fn count_code(
        &self,
        proof: &DisableMfaProof,
        user: &oneclaw_domain::User,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Option<Counter>> {
        let core = &*self.core;
        match proof {
            DisableMfaProof::Token(_) => Ok(None),
            DisableMfaProof::Code(_) => {
                let tries = core.code_tries(user, &caller.request).await?;
                event.action = EndSession::NAME;
                tries.count(core).await?;
                Ok(Some(tries))
            }
        }
    }

    async fn holds(
        &self,
        tx: &mut dyn Tx,
        account: InAccount,
        proof: &DisableMfaProof,
    ) -> Step<bool> {
        let core = &*self.core;
        match proof {
            DisableMfaProof::Code(code) => Ok(core.use_code(tx, account, code).await?),
            DisableMfaProof::Token(token) => match core.step_up_hash(token) {
                Some(hash) => {
                    let purpose = StepUpPurpose::DisableMfa;
                    core.spend_step_up(tx, account, purpose, &hash).await
                }
                None => Ok(false),
            },
        }
    }
}

fn not_on() -> Refusal {
    about_code("Two-factor authentication is not on")
}
