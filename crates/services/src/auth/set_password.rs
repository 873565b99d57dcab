//! A person whose account has no password sets one.

use super::service::Auth;
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Step, boxed};
use crate::mail::{Message, Post};
use oneclaw_domain::{AuditEvent, Invalid, PasswordInput, User};
use oneclaw_policy::{Access, SetPassword};
use oneclaw_storage::{LockMode, Recorded, Tx};

impl Auth {
    /// Sets the caller's first password and ends their other sessions. One that is set already is
    /// changed by [`Auth::change_password`] instead.
    ///
    /// # Errors
    /// There is a password; this one breaks the rule.
    pub async fn set_password(
        &self,
        password: PasswordInput,
        caller: &Caller,
    ) -> Result<Recorded<()>, Refusal> {
        let event = self.core.event::<SetPassword>(caller, &caller.account());
        let done = boxed(self.try_set_password(&password, caller, &event)).await;
        self.core.settle(event, done).await
    }

    async fn try_set_password(
        &self,
        password: &PasswordInput,
        caller: &Caller,
        event: &AuditEvent,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        let mut tx = core.seams.store.begin().await?;
        let (_, user) = self.without(&mut *tx, caller, LockMode::Shared).await?;
        drop(tx);
        let hash = core
            .new_password_hash("password", password, &user.email)
            .await?;
        let mut tx = core.seams.store.begin().await?;
        let (access, user) = self.without(&mut *tx, caller, LockMode::Exclusive).await?;
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

    /// The caller's account, which has no password.
    async fn without(
        &self,
        tx: &mut dyn Tx,
        caller: &Caller,
        mode: LockMode,
    ) -> Step<(Access<SetPassword>, User)> {
        let core = &*self.core;
        let (on, now) = (caller.account(), core.now());
        let access = core
            .gate
            .judge_in::<SetPassword>(tx, caller, on, mode, now)
            .await?;
        let found = tx.users().lock(access.in_account()).await?;
        let (user, hash) = found.ok_or(Refusal::NotFound)?;
        if hash.is_some() {
            let set = Invalid::new("is set already: change it instead");
            return Err(Refusal::field("password", &set).into());
        }
        Ok((access, user))
    }
}
