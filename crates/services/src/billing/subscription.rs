//! Somebody looks at the organization's plan.

use super::{Billing, CreditReport, period};
use crate::Refusal;
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use oneclaw_domain::{GivenPlan, Limit, PlanStatus, Quota, Resource, Timestamp};
use oneclaw_policy::{InOrg, ReadSubscription};
use oneclaw_storage::{BilledOrg, Holdings, MonthUsage};

/// An organization's plan, and what it has used of it.
#[derive(Clone, Debug)]
pub struct SubscriptionReport {
    /// The plan in force, the month's requests, and how what is beyond them is paid.
    pub quota: Quota,
    /// The plan that was given or bought, its period as it was paid; `None` = the default.
    pub plan: Option<GivenPlan>,
    /// How it stands.
    pub status: PlanStatus,
    /// What the month used.
    pub month: MonthUsage,
    /// What there is of what plans count.
    pub holdings: Holdings,
    /// Vaults that there may be.
    pub vaults: Limit,
    /// Secrets that there may be.
    pub secrets: Limit,
    /// Agents that there may be.
    pub agents: Limit,
    /// The credits.
    pub credits: CreditReport,
}

impl Billing {
    /// The organization's plan.
    ///
    /// # Errors
    /// The caller is no person of it.
    pub async fn subscription(&self, caller: &Caller) -> Result<SubscriptionReport, Refusal> {
        let core = &*self.core;
        let event = core.event::<ReadSubscription>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let (access, _) = core
                .gate
                .judge_alone::<ReadSubscription>(
                    &core.seams.store,
                    caller,
                    caller.org_scope(),
                    core.now(),
                )
                .await?;
            let report = boxed(report(core, access.in_org())).await?;
            Ok(core.journal.record(event.clone()).await?.covers(report))
        }
        .await;
        core.settle(event, done).await
    }
}

async fn report(core: &Core, org: InOrg) -> Step<SubscriptionReport> {
    let (now, plans) = (core.now(), core.plans());
    let credits = core.credits_of(org).await?;
    let mut reader = core.seams.store.read().await?;
    let billing = reader.billing();
    let quota = billing.quota(org, &plans, now).await?;
    let quota = quota.ok_or(Refusal::NotFound)?;
    let month = billing.month(org, quota.month).await?;
    let billed = billing.org(org, now).await?.ok_or(Refusal::NotFound)?;
    let BilledOrg { org, holdings, .. } = billed;
    // what was given and has ended is over; what was bought was cancelled, or not renewed
    let stands = |plan: &GivenPlan| plan.is_bought() || !plan.has_ended(now);
    let plan = org.plan.clone().filter(stands);
    let limit = |what| plans.limit(&org, what, now);
    Ok(SubscriptionReport {
        quota,
        month,
        holdings,
        vaults: limit(Resource::Vaults),
        secrets: limit(Resource::Secrets),
        agents: limit(Resource::Agents),
        status: status(plan.as_ref(), now),
        plan: plan.map(period::shown),
        credits: CreditReport::new(&credits, now),
    })
}

/// Who was given nothing has the default, and that is in force.
fn status(plan: Option<&GivenPlan>, now: Timestamp) -> PlanStatus {
    match plan {
        None => PlanStatus::Active,
        Some(plan) if plan.has_ended(now) => PlanStatus::Canceled,
        Some(plan) => plan.status,
    }
}
