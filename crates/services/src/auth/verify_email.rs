//! Somebody proves an address by the token that was mailed to it.

use super::admission::Admitted;
use super::attempts::Counter;
use super::mail_proof::{Opened, VERIFY_LABEL, dead_token};
use super::opening::{Factors, LoginOutcome};
use super::password::tries_beside;
use super::service::Auth;
use crate::core::{Core, Step, boxed};
use crate::mail::Posted;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, Email, PasswordInput, Principal,
    ProofKind, ResourceKind,
};
use oneclaw_policy::{Action, SystemReason, VerifyEmail};
use oneclaw_storage::{LockMode, Recorded, Tx};

const WRONG: Refusal = Refusal::Unauthenticated(AuthFailure::Credentials);

/// What a token from a mail proves.
const BY_MAIL: Factors = Factors {
    method: AuthMethod::Password,
    second: false,
    reason: SystemReason::MailProved,
};

/// What came by mail, and what came beside it.
pub struct VerifyEmailCommand {
    /// The token.
    pub token: SecretText,
    /// How the account was made, or what shall become of it.
    pub beside: BesideToken,
}

/// What somebody sends beside a token that proves an address.
pub enum BesideToken {
    /// Nothing: whatever password the account was made with, it is not theirs.
    Nothing,
    /// The password that the account was made with: then all that was made before stays.
    Password(PasswordInput),
    /// The password that the account shall have, in the place of whatever others set: they take it
    /// over.
    NewPassword(PasswordInput),
}

impl Auth {
    /// Proves an address, and logs its owner in as far as one factor does: makes the account that
    /// waits for it, or writes that the account's address was proved. An account whose address is
    /// proved for the first time, by somebody who shows neither its password nor a token of it, or
    /// who sets a password of their own, loses all that was made in it before.
    ///
    /// # Errors
    /// The token is worth nothing; the password is wrong, or the new one breaks the rule; too many
    /// tries with this token; signup was closed meanwhile.
    pub async fn verify_email(
        &self,
        _admitted: Admitted,
        command: VerifyEmailCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
    ) -> Result<Recorded<LoginOutcome>, Refusal> {
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let mut event =
            self.core
                .bare_event(VerifyEmail::NAME, None, Actor::Anonymous, resource, request);
        let done = self.try_verify_email(command, bearer, &mut event, request);
        let done = boxed(done).await;
        self.core.settle(event, done).await
    }

    async fn try_verify_email(
        &self,
        command: VerifyEmailCommand,
        bearer: Option<&str>,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        let text = command.token.expose();
        if !token_shape("", text) {
            return Err(dead_token().into()); // costs no query
        }
        let hash = core.keys.lookup_hash(VERIFY_LABEL, text);
        core.keys.keep_up(&core.seams.store, core.now()).await?;
        let mut tx = core.seams.store.begin().await?;
        let waiting = tx.signups().lock(&hash).await?;
        drop(tx);
        let tries = tries_beside(core, text);
        let beside = (&command.beside, &tries);
        if let Some(waiting) = waiting {
            return boxed(self.activate((waiting, &hash), beside, event, request)).await;
        }
        boxed(self.prove((&hash, bearer), beside, event, request)).await
    }

    async fn prove(
        &self,
        (hash, bearer): (&[u8; 32], Option<&str>),
        (beside, tries): (&BesideToken, &Counter),
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<LoginOutcome>> {
        let core = &*self.core;
        let proof = (ProofKind::Verification, hash);
        let mut tx = core.seams.store.begin().await?;
        // what takes long is done before, with nothing locked
        let seen: Opened<VerifyEmail> = core
            .open_mail_proof(&mut *tx, proof, LockMode::Shared, event)
            .await?;
        drop(tx);
        let whose = (seen.user.org, seen.user.id);
        let session = self.beside(bearer, whose, request).await?;
        let account = (seen.password_hash.as_deref(), &seen.user.email);
        let fresh = self.weigh(beside, tries, account).await?;
        let mut tx = core.seams.store.begin().await?;
        let has_session = self
            .still_lives(&mut *tx, session.as_ref(), core.now())
            .await?;
        let opened: Opened<VerifyEmail> = core
            .open_mail_proof(&mut *tx, proof, LockMode::Exclusive, event)
            .await?;
        let account = opened.account();
        if opened.user.email_verified || !tx.proofs().spend(account, proof.0, hash).await? {
            return Err(dead_token().into());
        }
        let knows_password = matches!(beside, BesideToken::Password(_));
        if knows_password && opened.password_hash != seen.password_hash {
            return Err(WRONG.into());
        }
        let keeps = fresh.is_none() && (has_session || knows_password);
        let _posted = end(core, &mut *tx, &opened, (keeps, fresh.as_deref()), event).await?;
        core.remember_proof(&mut *tx, &opened.user, request).await?;
        event.actor = Actor::Principal(Principal::User(account.user()));
        let outcome = core
            .first_factor(&mut *tx, &opened.user, BY_MAIL, request, event)
            .await?;
        Ok(tx.commit(event.clone()).await?.yields(outcome))
    }

    /// Checks what came beside a token, with nothing locked: hashing takes long. Gives the hash of
    /// the password that the account shall have, where it is a new one.
    pub(super) async fn weigh(
        &self,
        beside: &BesideToken,
        tries: &Counter,
        (hash, email): (Option<&str>, &Email),
    ) -> Step<Option<String>> {
        let core = &*self.core;
        match beside {
            BesideToken::Nothing => Ok(None),
            BesideToken::Password(shown) => {
                tries.count(core).await?; // it is no free guess
                if !core.is_password(shown, hash).await? {
                    return Err(WRONG.into());
                }
                tries.clear(core).await;
                Ok(None)
            }
            BesideToken::NewPassword(new) => {
                let fresh = core.new_password_hash("new_password", new, email);
                Ok(Some(fresh.await?))
            }
        }
    }
}

/// Writes that the address was proved, and voids what was made before unless it is the owner's.
async fn end(
    core: &Core,
    tx: &mut dyn Tx,
    opened: &Opened<VerifyEmail>,
    (keeps, fresh): (bool, Option<&str>),
    event: &mut AuditEvent,
) -> Step<Option<Posted>> {
    let account = opened.account();
    tx.users().set_verified(account).await?;
    if keeps {
        tx.proofs()
            .void(account, &[ProofKind::Verification])
            .await?;
        tx.orgs().raise_epoch(account.in_org()).await?;
        return Ok(None);
    }
    let had_password = opened.password_hash.is_some();
    let whose = (account, &opened.user);
    let posted = core
        .void_before_proof(tx, whose, had_password, event)
        .await?;
    if fresh.is_some() {
        tx.users().set_password(account, fresh).await?;
    }
    Ok(Some(posted))
}
