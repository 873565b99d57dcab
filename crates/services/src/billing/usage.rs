//! Somebody looks at how many requests the organization made.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{Limit, Tier};
use oneclaw_policy::ReadUsage;
use oneclaw_storage::MonthUsage;

/// What an organization used in the current month (UTC).
#[derive(Clone, Debug)]
pub struct UsageReport {
    /// Its plan.
    pub tier: Tier,
    /// Requests that it may make a month.
    pub limit: Limit,
    /// What it used.
    pub month: MonthUsage,
}

impl Billing {
    /// What the organization used this month, without this request.
    ///
    /// # Errors
    /// The caller is no person of it.
    pub async fn usage(&self, caller: &Caller) -> Result<UsageReport, Refusal> {
        let core = &*self.core;
        let event = core.event::<ReadUsage>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let (store, now) = (&core.seams.store, core.now());
            let (access, _) = core
                .gate
                .judge_alone::<ReadUsage>(store, caller, caller.org_scope(), now)
                .await?;
            let mut reader = store.read().await?;
            let (billing, org) = (reader.billing(), access.in_org());
            let quota = billing.quota(org, &core.plans(), now).await?;
            let quota = quota.ok_or(Refusal::NotFound)?;
            let report = UsageReport {
                tier: quota.tier,
                limit: quota.limit,
                month: billing.month(org, quota.month).await?,
            };
            drop(reader); // the journal takes a connection of its own
            Ok(core.journal.record(event.clone()).await?.covers(report))
        }
        .await;
        core.settle(event, done).await
    }
}
