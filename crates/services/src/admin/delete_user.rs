//! An administrator deletes somebody's account.

use super::administrator::done_to;
use super::{Admin, Administrator};
use crate::Refusal;
use crate::account::LastOf;
use crate::core::{Step, boxed};
use oneclaw_domain::{AuditEvent, AuditResource, Email, User, UserId};
use oneclaw_policy::DeleteUser;
use oneclaw_storage::{LockMode, Recorded};

/// What is told where an organization would be left without who keeps it.
const LAST: LastOf = LastOf {
    owners: "The person is the organization's last owner: another member has to become one first",
    platform: "The person is the last member of the organization that runs this installation",
};

impl Admin {
    /// Deletes an account as its owner could, in whatever organization; who was its organization's
    /// only member takes it along.
    ///
    /// # Errors
    /// No such account; it is the administrator's own, or its organization would have no owner;
    /// whoever asks does not run the installation.
    pub async fn delete_user(
        &self,
        user: UserId,
        by: Administrator<'_>,
    ) -> Result<Recorded<()>, Refusal> {
        self.end(Whom::Id(user), by).await
    }

    /// The same by the address.
    ///
    /// # Errors
    /// As above.
    pub async fn delete_user_of(
        &self,
        email: &Email,
        by: Administrator<'_>,
    ) -> Result<Recorded<()>, Refusal> {
        self.end(Whom::Address(email), by).await
    }

    async fn end(&self, whom: Whom<'_>, by: Administrator<'_>) -> Result<Recorded<()>, Refusal> {
        let core = &*self.core;
        let mut event = by.event::<DeleteUser>(core, &by.everything());
        if let Whom::Id(user) = whom {
            event.resource = AuditResource::user(user);
        }
        let done = boxed(self.try_end(whom, by, &mut event)).await;
        core.settle(event, done).await
    }

    async fn try_end(
        &self,
        whom: Whom<'_>,
        by: Administrator<'_>,
        event: &mut AuditEvent,
    ) -> Step<Recorded<()>> {
        let core = &*self.core;
        // who may not, learns not even from their own log whether there is such an account
        let _may = by.judge::<DeleteUser>(core, by.everything()).await?;
        // an account never changes its organization: what is read here still holds below
        let mut reader = core.seams.store.read().await?;
        let found = match whom {
            Whom::Id(user) => reader.installation().user(user).await?,
            Whom::Address(email) => reader.installation().user_of(email).await?,
        };
        drop(reader);
        let User { id: user, org, .. } = found.ok_or(Refusal::NotFound)?;
        let on = by.about(org);
        *event = by.event::<DeleteUser>(core, &on);
        event.resource = AuditResource::user(user);
        let mut tx = core.seams.store.begin().await?;
        let mode = LockMode::Exclusive;
        let access = by.judge_in::<DeleteUser>(core, &mut *tx, on, mode).await?;
        if by.user() == Some(user) {
            let reason = "Nobody deletes their own account here: that is DELETE /v1/auth/me";
            return Err(Refusal::Conflict(reason).into());
        }
        let access = access.of(user).ok_or(Refusal::NotFound)?;
        let found = tx.members().lock(access.in_org(), user).await?;
        let found = found.ok_or(Refusal::NotFound)?;
        let ended = core.end_account(&mut *tx, &access, &found, &LAST).await?;
        let event = done_to(event.clone(), found.org).with("was", found.role.as_str());
        let committed = tx.commit(ended.noted_in(event)).await?;
        ended.forget(core);
        Ok(committed.yields(()))
    }
}

/// By what an account is found.
#[derive(Clone, Copy)]
enum Whom<'a> {
    Id(UserId),
    Address(&'a Email),
}
