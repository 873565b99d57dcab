//! A person proves the address that their account shall have, by the code that was mailed there.

use super::Accounts;
use super::change_email::code_hash;
use crate::Refusal;
use crate::access::Caller;
use crate::auth::Counter;
use crate::core::{Core, Step, Stop, boxed};
use crate::mail::{AccountMessage, Message, Post, Posted};
use oneclaw_crypto::{SecretText, constant_time_eq};
use oneclaw_domain::{AuditEvent, Email, Invalid, ProofKind, SessionId, Timestamp, User};
use oneclaw_policy::{ChangeEmail, InAccount};
use oneclaw_storage::{LockMode, Proof, Recorded, StorageError, Tx};

impl Accounts {
    /// Gives the caller's account the address that the code proves, and gives it back. All other
    /// sessions end, and the address before is told.
    ///
    /// # Errors
    /// The code is wrong, expired, or one of five was wrong before it; the address is taken; too
    /// many tries.
    pub async fn verify_email_change(
        &self,
        code: &SecretText,
        caller: &Caller,
    ) -> Result<Recorded<Email>, Refusal> {
        let event = self.core.event::<ChangeEmail>(caller, &caller.account());
        let event = event.with("step", "proved");
        let done = boxed(self.try_verify_email_change(code, caller, &event)).await;
        self.core.settle(event, done).await
    }

    async fn try_verify_email_change(
        &self,
        code: &SecretText,
        caller: &Caller,
        event: &AuditEvent,
    ) -> Step<Recorded<Email>> {
        let core = &*self.core;
        let (now, store) = (core.now(), &core.seams.store);
        let _may_try = core
            .gate
            .judge_alone::<ChangeEmail>(store, caller, caller.account(), now)
            .await?;
        let whose = caller.principal().to_string();
        let limit = core.settings.failed_codes;
        let tries = Counter::new(core, "email code of", &whose, limit);
        tries.count(core).await?;
        let mut tx = store.begin().await?;
        let (on, mode) = (caller.account(), LockMode::Exclusive);
        let access = core
            .gate
            .judge_in::<ChangeEmail>(&mut *tx, caller, on, mode, now)
            .await?;
        let account = access.in_account();
        let found = tx.users().lock(account).await?;
        let (user, _) = found.ok_or(Refusal::NotFound)?;
        let kind = ProofKind::EmailChange;
        let proof = tx.proofs().lock_newest(account, kind).await?;
        let (proof, new_email) = standing(proof, now).ok_or_else(wrong_code)?;
        let shown = code_hash(core, user.id, &new_email, code.expose());
        if !constant_time_eq(&shown, &proof.hash) {
            let hash = &proof.hash;
            tx.proofs().count_failure(account, kind, hash).await?;
            return Err(refuse(core, tx, event).await?);
        }
        let _posted = change(
            core,
            &mut *tx,
            (account, &user),
            &new_email,
            caller.session(),
        )
        .await?;
        let done = tx.commit(event.clone()).await?.yields(new_email);
        tries.clear(core).await;
        Ok(done)
    }
}

/// One answer for codes that are wrong, ran out, or come too late.
fn wrong_code() -> Refusal {
    Refusal::field("code", &Invalid::new("is wrong or expired"))
}

/// A proof that still stands, and the address that it is for.
fn standing(proof: Option<Proof>, now: Timestamp) -> Option<(Proof, Email)> {
    let proof = proof.filter(|it| it.expires_at > now && it.failures < ProofKind::TRIES)?;
    let email = Email::parse(proof.about.as_deref()?).ok()?;
    Some((proof, email))
}

/// A wrong code counts, so its refusal is committed.
async fn refuse(core: &Core, tx: Box<dyn Tx>, event: &AuditEvent) -> Step<Stop> {
    let mut refusal = wrong_code();
    let reason = refusal.audit_reason().unwrap_or_default();
    let mut denied = event.clone().denied(reason);
    core.meter_refusal(&mut denied, &mut refusal);
    tx.commit(denied).await?.yields(()).into_inner();
    Ok(Stop {
        refusal,
        recorded: true,
    })
}

async fn change(
    core: &Core,
    tx: &mut dyn Tx,
    (account, user): (InAccount, &User),
    new_email: &Email,
    keep: Option<SessionId>,
) -> Step<Option<Posted>> {
    if user.email == *new_email {
        // proves the address that the account has
        tx.users().set_verified(account).await?;
        let mailed = [ProofKind::EmailChange, ProofKind::Verification];
        tx.proofs().void(account, &mailed).await?;
        tx.orgs().raise_epoch(account.in_org()).await?;
        return Ok(None);
    }
    match tx.users().set_email(account, new_email).await {
        Ok(()) => {}
        Err(StorageError::Conflict(_)) => {
            return Err(Refusal::Conflict("The e-mail address is in use").into());
        }
        Err(other) => return Err(other.into()),
    }
    core.end_sessions(tx, account, keep).await?;
    // the issuer vouched for who has the address of before: they are not let in by it any more
    tx.identities().untie(account).await?;
    let before = core.recipient_hash(&user.email);
    tx.outbox().cancel_for(&before, core.now()).await?;
    let told = Message::Account(AccountMessage::EmailChanged {
        display_name: user.display_name.as_str().to_owned(),
    });
    Ok(Some(core.post(tx, Post::new(&user.email, &told)).await?))
}
