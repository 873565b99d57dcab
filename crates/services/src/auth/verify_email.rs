//! Somebody proves an address by the token that was mailed to it.

use super::admission::Admitted;
use super::mail_proof::{Opened, VERIFY_LABEL, dead_token};
use super::opening::{Factors, LoginOutcome};
use super::service::Auth;
use crate::core::{Step, boxed};
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, PasswordInput, Principal,
    ProofKind, ResourceKind,
};
use oneclaw_policy::{Action, SystemReason, VerifyEmail};
use oneclaw_storage::{LockMode, Recorded};

/// What came by mail, and perhaps what the account was made with.
pub struct VerifyEmailCommand {
    /// The token.
    pub token: SecretText,
    /// The account's password. With it, or with an access token of the account, all that was made
    /// before stays.
    pub password: Option<PasswordInput>,
}

impl Auth {
    /// Proves an address, and logs its owner in as far as one factor does: makes the account that
    /// waits for it, or writes that the account's address was proved. An account whose address is
    /// proved for the first time, by somebody who shows neither its password nor a token of it,
    /// loses all that was made in it before.
    ///
    /// # Errors
    /// The token is worth nothing; the password is wrong; too many tries; signup was closed
    /// meanwhile.
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
        let password = command.password.as_ref();
        if let Some(waiting) = waiting {
            return boxed(self.activate((waiting, &hash), password, event, request)).await;
        }
        boxed(self.prove(&hash, (password, bearer), event, request)).await
    }

    async fn prove(
        &self,
        hash: &[u8; 32],
        (password, bearer): (Option<&PasswordInput>, Option<&str>),
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
        let beside = self.beside(bearer, whose, request).await?;
        if let Some(password) = password {
            let hash = seen.password_hash.as_deref();
            self.fits(password, hash, &seen.user.email).await?;
        }
        let mut tx = core.seams.store.begin().await?;
        let has_session = self
            .still_lives(&mut *tx, beside.as_ref(), core.now())
            .await?;
        let opened: Opened<VerifyEmail> = core
            .open_mail_proof(&mut *tx, proof, LockMode::Exclusive, event)
            .await?;
        let (account, user) = (opened.account(), &opened.user);
        if user.email_verified || !tx.proofs().spend(account, proof.0, hash).await? {
            return Err(dead_token().into());
        }
        if password.is_some() && opened.password_hash != seen.password_hash {
            return Err(Refusal::Unauthenticated(AuthFailure::Credentials).into());
        }
        let _posted = if has_session || password.is_some() {
            tx.proofs().void(account, &[proof.0]).await?;
            tx.orgs().raise_epoch(account.in_org()).await?;
            None
        } else {
            let had_password = opened.password_hash.is_some();
            let whose = (account, user);
            let posted = core.void_before_proof(&mut *tx, whose, had_password, event);
            Some(posted.await?)
        };
        tx.users().set_verified(account).await?;
        event.actor = Actor::Principal(Principal::User(user.id));
        let factors = Factors {
            method: AuthMethod::Password,
            second: false,
            reason: SystemReason::MailProved,
        };
        let outcome = core
            .first_factor(&mut *tx, user, factors, request, event)
            .await?;
        Ok(tx.commit(event.clone()).await?.yields(outcome))
    }
}
