//! Somebody looks at the organization's credits.

use super::Billing;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use oneclaw_domain::{CreditLot, Credits, MicroUsd, Timestamp};
use oneclaw_policy::ReadCredits;

/// Credits are told of that end within so many days (contract 16.4): soon, and before long.
const EXPIRING_DAYS: [i64; 2] = [30, 90];

/// What there is in credits.
#[derive(Clone, Debug)]
pub struct CreditReport {
    /// What can be spent.
    pub balance: MicroUsd,
    /// What is left of the purchases that end within 30 days, the first to end first.
    pub soon: Vec<CreditLot>,
    /// The same within 90 days.
    pub before_long: Vec<CreditLot>,
}

impl CreditReport {
    pub(super) fn new(credits: &Credits, now: Timestamp) -> Self {
        let [soon, before_long] = EXPIRING_DAYS.map(|days| {
            let until = now.plus_seconds(days * 86_400);
            let lots = credits.lots.iter();
            lots.filter(|lot| lot.expires_at <= until)
                .copied()
                .collect()
        });
        Self {
            balance: credits.balance,
            soon,
            before_long,
        }
    }
}

/// How much is left of some purchases together. They are parts of a balance that was counted, so
/// their sum fits.
pub(super) fn total(lots: &[CreditLot]) -> MicroUsd {
    lots.iter().fold(MicroUsd::ZERO, |sum, lot| {
        sum.plus(lot.left).unwrap_or(MicroUsd::new(i64::MAX))
    })
}

impl CreditReport {
    /// How much ends within 30 days.
    pub fn ending_soon(&self) -> MicroUsd {
        total(&self.soon)
    }

    /// How much ends within 90 days.
    pub fn ending_before_long(&self) -> MicroUsd {
        total(&self.before_long)
    }
}

impl Billing {
    /// The organization's credits. What has ended is booked off before.
    ///
    /// # Errors
    /// The caller is no person of it.
    pub async fn credits(&self, caller: &Caller) -> Result<CreditReport, Refusal> {
        let core = &*self.core;
        let event = core.event::<ReadCredits>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let (store, now) = (&core.seams.store, core.now());
            let (access, _) = core
                .gate
                .judge_alone::<ReadCredits>(store, caller, caller.org_scope(), now)
                .await?;
            let credits = core.credits_of(access.in_org()).await?;
            let report = CreditReport::new(&credits, now);
            Ok(core.journal.record(event.clone()).await?.covers(report))
        }
        .await;
        core.settle(event, done).await
    }
}
