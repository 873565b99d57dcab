//! An administrator gives an organization a plan.

use super::administrator::done_to;
use super::{Admin, Administrator};
use crate::Refusal;
use crate::core::Step;
use oneclaw_domain::{GivenPlan, OrgId, PlanStatus, Tier};
use oneclaw_policy::SetOrgTier;
use oneclaw_storage::{LockMode, Recorded};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Which plan, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct TierCommand {
    /// The plan; `None` = none of its own, so that it has the installation's default.
    pub tier: Option<Tier>,
    /// Days until it ends; the free plan does not.
    pub days: i64,
}

impl Admin {
    /// Gives an organization a plan, from its next request on; gives what it was given.
    ///
    /// # Errors
    /// No such organization; whoever asks does not run the installation.
    pub async fn set_tier(
        &self,
        org: OrgId,
        command: TierCommand,
        by: Administrator<'_>,
    ) -> Result<Recorded<Option<GivenPlan>>, Refusal> {
        let core = &*self.core;
        let on = by.about(org);
        let event = by.event::<SetOrgTier>(core, &on);
        let done: Step<_> = async {
            let mut tx = core.seams.store.begin().await?;
            let mode = LockMode::Exclusive;
            let access = by.judge_in::<SetOrgTier>(core, &mut *tx, on, mode).await?;
            let in_org = access.in_administered().ok_or(Refusal::NotFound)?;
            let end = core.now().plus_seconds(command.days.saturating_mul(DAY));
            let plan = command.tier.map(|tier| GivenPlan {
                tier,
                ends_at: (tier != Tier::Free).then_some(end),
                is_yearly: None,
                status: PlanStatus::Active,
                cancels: false,
            });
            tx.billing().set_plan(in_org, plan.as_ref()).await?;
            let event = done_to(event.clone(), org).with("tier", command.tier.map(Tier::as_str));
            let event = match plan.as_ref().and_then(|plan| plan.ends_at) {
                Some(end) => event.with("period_end", end.to_string()),
                None => event,
            };
            Ok(tx.commit(event).await?.yields(plan))
        }
        .await;
        core.settle(event, done).await
    }
}
