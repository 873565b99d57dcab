//! A person changes their own password.

use super::attempts::address;
use super::login::password_tries;
use super::service::Auth;
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::mail::{Message, Post};
use crate::{AuthFailure, FieldError, Refusal};
use oneclaw_crypto::SecretText;
use oneclaw_domain::{AuditEvent, Email, Invalid, NewPassword, PasswordInput, User};
use oneclaw_policy::{Action, ChangePassword, EndSession};
use oneclaw_storage::{LockMode, Recorded};

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
    /// The current password is wrong (counts like a failed login); the new one breaks the rule or
    /// is the old one.
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
        let core = &*self.core;
        let user = self.check_current(&command, caller, event).await?;
        let new = rule(&command, &user.email)?;
        let hash = core
            .hasher
            .hash(SecretText::new(new.expose().to_owned()))
            .await?;
        let now = core.now();
        let mut tx = core.seams.store.begin().await?;
        let access = core
            .gate
            .judge_in::<ChangePassword>(
                &mut *tx,
                caller,
                caller.account(),
                LockMode::Exclusive,
                now,
            )
            .await?;
        let account = access.in_account();
        tx.users().set_password(account, Some(&hash)).await?;
        core.end_sessions(&mut *tx, account, caller.session())
            .await?;
        let told = Message::PasswordChanged {
            display_name: user.display_name.as_str().to_owned(),
        };
        let _posted = core.post(&mut *tx, Post::new(&user.email, &told)).await?;
        Ok(tx.commit(event.clone()).await?.yields(()))
    }

    /// Checks the current password outside of the unit of work that changes it: hashing takes
    /// long, and nobody shall wait for it.
    async fn check_current(
        &self,
        command: &ChangePasswordCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<User> {
        const WRONG: Refusal = Refusal::Unauthenticated(AuthFailure::CurrentPassword);
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
        let from = address(&caller.request);
        let address_hash = core.keys.lookup_hash("login address", &from);
        let known = core
            .seams
            .store
            .read()
            .await?
            .users()
            .find_for_login(&user.email, &address_hash)
            .await?;
        let known = known.is_some_and(|candidate| candidate.address_known);
        let tries = password_tries(core, &user.email, known.then_some(from.as_str()));
        // a guess is a guess: it counts, and is told, as a failed login
        let action = std::mem::replace(&mut event.action, EndSession::NAME);
        tries.count(core).await?;
        let text = SecretText::new(command.current.expose().to_owned());
        let matches = match hash {
            Some(hash) => core.hasher.verify(text, &hash).await?.matches,
            None => core.hasher.verify_nothing(text).await?.matches,
        };
        if !matches {
            return Err(WRONG.into());
        }
        event.action = action;
        tries.clear(core).await?;
        Ok(user)
    }
}

fn rule(command: &ChangePasswordCommand, email: &Email) -> Result<NewPassword, Refusal> {
    let refused =
        |reason: &Invalid| Refusal::Invalid(vec![FieldError::new("new_password", reason)]);
    if command.new.expose() == command.current.expose() {
        return Err(refused(&Invalid::new(
            "must differ from the current password",
        )));
    }
    NewPassword::parse(command.new.expose(), email).map_err(|reason| refused(&reason))
}
