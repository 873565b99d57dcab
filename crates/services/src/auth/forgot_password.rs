//! Somebody says that they forgot a password.

use super::admission::Admitted;
use super::attempts::{Counter, address};
use super::service::Auth;
use crate::Refusal;
use crate::core::{Core, Step};
use crate::mail::{AccountMessage, Message, Post, Posted};
use oneclaw_domain::{
    Actor, AuditEvent, AuditRequest, AuditResource, AuthMethod, Email, ProofKind, ResourceKind,
    User,
};
use oneclaw_policy::{Access, Account, Action, ForgetPassword, SystemReason};
use oneclaw_storage::{LockMode, MailSubject, Recorded, Tx};

impl Auth {
    /// Mails a link that sets a new password to an address that has an account with one. What comes
    /// back is the same for every address; links that were mailed before stay good.
    ///
    /// # Errors
    /// Too many requests from this client.
    pub async fn forgot_password(
        &self,
        _admitted: Admitted,
        email: Email,
        request: &AuditRequest,
    ) -> Result<Recorded<()>, Refusal> {
        let resource = AuditResource::new(ResourceKind::User, "anonymous");
        let event = self.core.bare_event(
            ForgetPassword::NAME,
            None,
            Actor::Anonymous,
            resource,
            request,
        );
        let done = self
            .try_forgot_password(&email, event.clone(), request)
            .await;
        self.core.settle(event, done).await
    }

    async fn try_forgot_password(
        &self,
        email: &Email,
        mut event: AuditEvent,
        request: &AuditRequest,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        let limit = core.settings.password_mails;
        Counter::new(core, "password mail from", &address(request), limit)
            .count(core)
            .await?;
        let of_address = Counter::new(core, "password mail to", email.as_str(), limit);
        let may_mail = of_address.is_over(core).await?.is_none();
        let mut tx = core.seams.store.begin().await?;
        let found = tx.users().find_by_email(email).await?;
        let posted = match found {
            Some(user) => {
                event.org = Some(user.org);
                event.resource = AuditResource::user(user.id);
                mail(core, &mut *tx, &user, may_mail).await?
            }
            None => None,
        };
        let event = event.with("mailed", posted.is_some());
        Ok(tx.commit(event).await?.yields(()))
    }
}

/// An account that never had a password gets none by this road: its issuer says whose it is.
async fn mail(
    core: &Core,
    tx: &mut dyn Tx,
    user: &User,
    may_mail: bool,
) -> Result<Option<Posted>, Refusal> {
    tx.orgs().lock(user.org, LockMode::Shared).await?;
    let account = Account {
        org: user.org,
        user: user.id,
    };
    let access = Access::<ForgetPassword>::system(account, SystemReason::PasswordForgotten);
    let account = access.in_account();
    let Some((user, hash)) = tx.users().lock(account).await? else {
        return Ok(None);
    };
    let by_issuer_alone = hash.is_none() && user.auth_method == AuthMethod::Google;
    if by_issuer_alone || !may_mail {
        return Ok(None);
    }
    let kind = ProofKind::Reset;
    let (token, expires_at) = core.add_mail_proof(tx, account, kind, &user.email).await?;
    let message = Message::Account(AccountMessage::PasswordReset {
        display_name: user.display_name.as_str().to_owned(),
        token,
        expires_at,
    });
    let post = Post::new(&user.email, &message)
        .about(MailSubject::Proof(user.id.uuid()))
        .not_after(expires_at);
    Ok(Some(core.post(tx, post).await?))
}
