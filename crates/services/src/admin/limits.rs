//! An administrator looks at what an organization is allowed beside its plan, and changes it.

use super::administrator::done_to;
use super::{Admin, Administrator};
use crate::core::Step;
use crate::{Change, Refusal};
use oneclaw_domain::{OrgId, Quota};
use oneclaw_policy::{InOrg, ReadOrgLimits, SetOrgLimits};
use oneclaw_storage::{BilledOrg, LockMode, Recorded};

/// What changes of what an organization is allowed.
#[derive(Clone, Debug, Default)]
pub struct LimitsCommand {
    /// Requests a month instead of the plan's.
    pub request_limit: Change<i64>,
    /// Whether it is neither limited nor charged; `None` = as it is.
    pub is_sponsored: Option<bool>,
}

/// An organization, and how it stands.
#[derive(Clone, Debug)]
pub struct AllowedOrg {
    /// Itself, with what it is allowed and what it has.
    pub billed: BilledOrg,
    /// Its plan, its month and its credits.
    pub quota: Quota,
}

impl Admin {
    /// What an organization is allowed.
    ///
    /// # Errors
    /// No such organization; whoever asks does not run the installation.
    pub async fn show_org(&self, org: OrgId, by: Administrator<'_>) -> Result<AllowedOrg, Refusal> {
        let core = &*self.core;
        let on = by.about(org);
        let event = by.event::<ReadOrgLimits>(core, &on);
        let done: Step<_> = async {
            let access = by.judge::<ReadOrgLimits>(core, on).await?;
            let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
            let allowed = self.allowed(in_org).await?;
            let event = done_to(event.clone(), org);
            Ok(core.journal.record(event).await?.covers(allowed))
        }
        .await;
        core.settle(event, done).await
    }

    async fn allowed(&self, org: InOrg) -> Step<AllowedOrg> {
        let core = &*self.core;
        let (plans, now) = (core.plans(), core.now());
        let mut reader = core.seams.store.read().await?;
        let billed = reader.billing().org(org, now).await?;
        let quota = reader.billing().quota(org, &plans, now).await?;
        let (Some(billed), Some(quota)) = (billed, quota) else {
            return Err(Refusal::NotFound.into());
        };
        Ok(AllowedOrg { billed, quota })
    }

    /// Changes what an organization is allowed, from its next request on; gives what holds then:
    /// requests a month instead of the plan's, and whether it is neither limited nor charged.
    ///
    /// # Errors
    /// No such organization; whoever asks does not run the installation.
    pub async fn set_limits(
        &self,
        org: OrgId,
        command: LimitsCommand,
        by: Administrator<'_>,
    ) -> Result<Recorded<(Option<i64>, bool)>, Refusal> {
        let core = &*self.core;
        let on = by.about(org);
        let event = by.event::<SetOrgLimits>(core, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Exclusive;
            let access = by
                .judge_in::<SetOrgLimits>(core, &mut *tx, on, mode)
                .await?;
            let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
            let found = tx.billing().lock(in_org, core.now()).await?;
            let found = found.ok_or(Refusal::NotFound)?;
            let mut limit = found.request_limit;
            command.request_limit.apply(&mut limit);
            let sponsored = command.is_sponsored.unwrap_or(found.is_sponsored);
            tx.billing().set_limits(in_org, limit, sponsored).await?;
            let event = done_to(event.clone(), org)
                .with("free_tier_override", limit)
                .with("is_sponsored", sponsored);
            Ok(tx.commit(event).await?.yields((limit, sponsored)))
        }
        .await;
        core.settle(event, done).await
    }
}
