//! An administrator lets the month's requests be counted from nothing.

use super::administrator::done_to;
use super::{Admin, Administrator};
use crate::Refusal;
use crate::core::{Step, boxed};
use oneclaw_domain::{AuditEvent, Email, Month, User};
use oneclaw_policy::{ResetOrgUsage, ResetUsage};
use oneclaw_storage::{LockMode, Recorded};

/// What was forgotten of whose organization.
#[derive(Clone, Debug)]
pub struct OrgUsageReset {
    /// Requests that were forgotten.
    pub forgotten: i64,
    /// By whom the organization was found.
    pub user: User,
}

impl Admin {
    /// Forgets the month's requests of all organizations; tells how many. Credits stay as they are.
    ///
    /// # Errors
    /// Whoever asks does not run the installation.
    pub async fn reset_usage(&self, by: Administrator<'_>) -> Result<Recorded<i64>, Refusal> {
        let core = &*self.core;
        let on = by.everything();
        let event = by.event::<ResetUsage>(core, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Shared;
            let _access = by.judge_in::<ResetUsage>(core, &mut *tx, on, mode).await?;
            let month = Month::of(core.now());
            let forgotten = tx.billing().reset_usage(None, month).await?;
            let event = event.clone().with("forgotten", forgotten);
            Ok(tx.commit(event).await?.yields(forgotten))
        }
        .await;
        core.settle(event, done).await
    }

    /// Forgets the month's requests of the organization that somebody belongs to.
    ///
    /// # Errors
    /// Nobody has this address; whoever asks does not run the installation.
    pub async fn reset_usage_of(
        &self,
        email: &Email,
        by: Administrator<'_>,
    ) -> Result<Recorded<OrgUsageReset>, Refusal> {
        let core = &*self.core;
        let mut event = by.event::<ResetOrgUsage>(core, &by.everything());
        let done = boxed(self.try_reset_usage_of(email, by, &mut event)).await;
        core.settle(event, done).await
    }

    async fn try_reset_usage_of(
        &self,
        email: &Email,
        by: Administrator<'_>,
        event: &mut AuditEvent,
    ) -> Step<Recorded<OrgUsageReset>> {
        let core = &*self.core;
        // who may not, learns not even from their own log whether there is such an account
        let _may = by.judge::<ResetOrgUsage>(core, by.everything()).await?;
        // an account never changes its organization: what is read here still holds below
        let mut reader = core.seams.store.read().await?;
        let found = reader.installation().user_of(email).await?;
        drop(reader);
        let user = found.ok_or(Refusal::NotFound)?;
        let on = by.about(user.org);
        *event = by.event::<ResetOrgUsage>(core, &on);
        let mut tx = core.seams.store.begin().await?;
        let mode = LockMode::Shared;
        let access = by
            .judge_in::<ResetOrgUsage>(core, &mut *tx, on, mode)
            .await?;
        let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
        let month = Month::of(core.now());
        let forgotten = tx.billing().reset_usage(Some(in_org), month).await?;
        let event = done_to(event.clone(), user.org).with("forgotten", forgotten);
        let reset = OrgUsageReset { forgotten, user };
        Ok(tx.commit(event).await?.yields(reset))
    }
}
