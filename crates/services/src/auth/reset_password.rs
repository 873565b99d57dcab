//! A new password by the token that was mailed.

use super::admission::Admitted;
use super::attempts::address;
use super::mail_proof::{Opened, RESET_LABEL, dead_token};
use super::password::password_tries;
use super::service::Auth;
use crate::Refusal;
use crate::core::{Core, Step, boxed};
use crate::mail::{Message, Post, Posted};
use oneclaw_crypto::{SecretText, token_shape};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, Email, PasswordInput, Principal, ProofKind,
    ResourceKind,
};
use oneclaw_policy::{Action, ResetPassword};
use oneclaw_storage::{LockMode, Recorded, Tx};

/// What came by mail, and the text of the new password: it is checked against the account's
/// address.
pub struct ResetPasswordCommand {
    /// The token.
    pub token: SecretText,
    /// What the password shall be.
    pub new: PasswordInput,
}

impl Auth {
    /// Sets a new password, which proves the address, ends every session and lifts the lock of
    /// failed passwords. It logs nobody in: a second factor is asked for as ever. What was made in
    /// an account whose address had not been proved goes as in [`Auth::verify_email`].
    ///
    /// # Errors
    /// The token is worth nothing; the password breaks the rule.
    pub async fn reset_password(
        &self,
        _admitted: Admitted,
        command: ResetPasswordCommand,
        bearer: Option<&str>,
        request: &AuditRequest,
    ) -> Result<Recorded<()>, Refusal> {
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let mut event = self.core.bare_event(
            ResetPassword::NAME,
            None,
            Actor::Anonymous,
            resource,
            request,
        );
        let done = boxed(self.try_reset(command, bearer, &mut event, request)).await;
        let done = match done {
            Ok((done, email)) => {
                self.unlock(&email, request).await;
                Ok(done)
            }
            Err(stop) => Err(stop),
        };
        self.core.settle(event, done).await
    }

    async fn try_reset(
        &self,
        command: ResetPasswordCommand,
        bearer: Option<&str>,
        event: &mut AuditEvent,
        request: &AuditRequest,
    ) -> Step<(Recorded<()>, Email)> {
        let core = &*self.core;
        let text = command.token.expose();
        if !token_shape("", text) {
            return Err(dead_token().into()); // costs no query and no hash
        }
        let hash = core.keys.lookup_hash(RESET_LABEL, text);
        let proof = (ProofKind::Reset, &hash);
        let mut tx = core.seams.store.begin().await?;
        let seen: Opened<ResetPassword> = core
            .open_mail_proof(&mut *tx, proof, LockMode::Shared, event)
            .await?;
        drop(tx);
        let fresh = core
            .new_password_hash("new_password", &command.new, &seen.user.email)
            .await?;
        let whose = (seen.user.org, seen.user.id);
        let beside = self.beside(bearer, whose, request).await?;
        let mut tx = core.seams.store.begin().await?;
        let has_session = self
            .still_lives(&mut *tx, beside.as_ref(), core.now())
            .await?;
        let opened: Opened<ResetPassword> = core
            .open_mail_proof(&mut *tx, proof, LockMode::Exclusive, event)
            .await?;
        let account = opened.account();
        if !tx.proofs().spend(account, proof.0, &hash).await? {
            return Err(dead_token().into());
        }
        event.actor = Actor::Principal(Principal::User(account.user()));
        let keeps = opened.user.email_verified || has_session;
        let _posted = end(core, &mut *tx, &opened, keeps, event).await?;
        tx.users().set_password(account, Some(&fresh)).await?;
        tx.users().set_verified(account).await?;
        // else whoever filled the strangers' counter would fill it again before the owner is in
        core.remember_proof(&mut *tx, &opened.user, request).await?;
        let done = tx.commit(event.clone()).await?.yields(());
        Ok((done, opened.user.email))
    }

    /// Forgets the failed passwords of an account, and those from where its owner is.
    async fn unlock(&self, email: &Email, request: &AuditRequest) {
        let (core, from) = (&*self.core, address(request));
        password_tries(core, email, None).clear(core).await;
        password_tries(core, email, Some(&from)).clear(core).await;
    }
}

async fn end(
    core: &Core,
    tx: &mut dyn Tx,
    opened: &Opened<ResetPassword>,
    keeps: bool,
    event: &mut AuditEvent,
) -> Step<Posted> {
    let (account, user) = (opened.account(), &opened.user);
    if !keeps {
        let had_password = opened.password_hash.is_some();
        let whose = (account, user);
        return Ok(core
            .void_before_proof(tx, whose, had_password, event)
            .await?);
    }
    core.end_sessions(tx, account, None).await?;
    let told = Message::PasswordChanged {
        display_name: user.display_name.as_str().to_owned(),
    };
    Ok(core.post(tx, Post::new(&user.email, &told)).await?)
}
