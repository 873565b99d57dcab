//! A person changes their own password.

use super::service::Auth;
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::mail::{Message, Post};
use crate::{AuthFailure, Refusal};
use oneclaw_domain::{AuditEvent, Invalid, PasswordInput, User};
use oneclaw_policy::ChangePassword;
use oneclaw_storage::{LockMode, Recorded};

const WRONG: Refusal = Refusal::Unauthenticated(AuthFailure::CurrentPassword);

/// The old password, and the text of the new one: it is checked against the account's address.
pub struct ChangePasswordCommand {
    /// The password of today.
    pub current: PasswordInput,
    /// What it shall be.
    pub new: PasswordInput,
}

impl Auth {
    /// Changes the caller's password and ends all their other sessions.
    ///
    /// # Errors
    /// The current password is wrong (counts like a failed login), or was changed meanwhile; the new
    /// one breaks the rule or is the old one.
    pub async fn change_password(
        &self,
        command: ChangePasswordCommand,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let mut event = self.core.event::<ChangePassword>(caller, &caller.account());
        let done = boxed(self.try_change(command, caller, &mut event)).await;
        self.core.settle(event, done).await
    }

    async fn try_change(
        &self,
        command: ChangePasswordCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let mut fresh = None;
        // once more, where the hash was replaced while the password was checked against it
        for _ in 0..2 {
            let (user, checked) = self.check_current(&command, caller, event).await?;
            if command.new.expose() == command.current.expose() {
                let same = Invalid::new("must differ from the current password");
                return Err(Refusal::field("new_password", &same).into());
            }
            let hash = match fresh.take() {
                Some(hash) => hash,
                None => {
                    self.core
                        .new_password_hash("new_password", &command.new, &user.email)
                        .await?
                }
            };
            let changed = boxed(self.change(&user, checked.as_deref(), &hash, caller, event));
            if let Some(done) = changed.await? {
                return Ok(done);
            }
            fresh = Some(hash);
        }
        Err(WRONG.into()) // changed meanwhile: that change shall stay
    }

    /// Sets the new password, unless the one that was checked is no longer the account's.
    async fn change(
        &self,
        user: &User,
        checked: Option<&str>,
        hash: &str,
        caller: &Caller,
        event: &AuditEvent,
    ) -> Step<Option<Recorded<()>>> {
        let core = &*self.core;
        let (mode, now) = (LockMode::Exclusive, core.now());
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<ChangePassword>(&mut *tx, caller, caller.account(), mode, now)
            .await?;
        let account = access.in_account();
        let today = tx.users().lock(account).await?;
        if today.is_none_or(|(_, today)| today.as_deref() != checked) {
            return Ok(None);
        }
        tx.users().set_password(account, Some(hash)).await?;
        core.end_sessions(&mut *tx, account, caller.session())
            .await?;
        let told = Message::PasswordChanged {
            display_name: user.display_name.as_str().to_owned(),
        };
        let _posted = core.post(&mut *tx, Post::new(&user.email, &told)).await?;
        Ok(Some(tx.commit(event.clone()).await?.yields(())))
    }

    /// Checks the current password outside of the unit of work that changes it, and gives the hash
    /// that it was checked against.
    async fn check_current(
        &self,
        command: &ChangePasswordCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<(User, Option<String>)> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<ChangePassword>(
                &mut *tx,
                caller,
                caller.account(),
                LockMode::Shared,
                core.now(),
            )
            .await?;
        let found = tx.users().lock(access.in_account()).await?;
        drop(tx);
        let (user, hash) = found.ok_or(Refusal::NotFound)?;
        let (shown, account) = (&command.current, (&user.email, hash.as_deref()));
        let request = &caller.request;
        if core.is_own_password(shown, account, request, event).await? {
            Ok((user, hash))
        } else {
            Err(WRONG.into())
        }
    }
}
