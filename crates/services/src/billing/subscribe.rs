//! Somebody buys a plan.

use super::Billing;
use super::checkout::{customer, enter};
use crate::access::Caller;
use crate::core::{Core, Step, boxed};
use crate::{PlanOffer, Refusal};
use oneclaw_domain::{AuditEvent, Invalid, Timestamp};
use oneclaw_policy::Subscribe;
use oneclaw_storage::{BilledOrg, Recorded, SubscriptionState};

/// What is to be bought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WantedPlan {
    /// A plan by its name.
    Offer(PlanOffer),
    /// What the payment provider calls it.
    Price {
        /// The provider's name of the price.
        name: String,
        /// What the caller takes it for: by the year rather than by the month.
        is_yearly: Option<bool>,
    },
}

/// Which plan, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubscribeCommand {
    /// What is to be bought.
    pub plan: WantedPlan,
    /// Whether it begins with a trial, where it is the organization's first subscription.
    pub with_trial: bool,
}

impl Billing {
    /// Opens a page of the payment provider where the plan can be bought, and gives its address.
    /// Nothing changes until the provider says that it was.
    ///
    /// # Errors
    /// The caller does not manage the organization; nothing is sold here, or not that; there is a
    /// bought plan already.
    pub async fn subscribe(
        &self,
        command: SubscribeCommand,
        caller: &Caller,
    ) -> Result<Recorded<String>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<Subscribe>(caller, &caller.org_scope());
        let done = boxed(self.try_subscribe(&command, caller, &mut event)).await;
        core.settle(event, done).await
    }

    async fn try_subscribe(
        &self,
        command: &SubscribeCommand,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Recorded<String>> {
        let core = &*self.core;
        let (_access, billed) = enter::<Subscribe>(core, caller).await?;
        let offer = offer(core, &command.plan)?;
        let interval = if offer.is_yearly { "yearly" } else { "monthly" };
        // one for each organization: who cancels and comes back pays
        let with_trial = command.with_trial && billed.subscription.is_none();
        *event = event
            .clone()
            .with("tier", offer.tier.as_str())
            .with("interval", interval)
            .with("trial", with_trial);
        if is_subscribed(&billed, core.now()) {
            let told = "The organization has a subscription: change it in the billing portal";
            return Err(Refusal::Conflict(told).into());
        }
        let customer = customer(core, &billed).await?;
        let page = core
            .seams
            .payments
            .sell_plan(&customer, offer, with_trial)
            .await?;
        self.hand_out::<Subscribe>(caller, &customer, page, event.clone())
            .await
    }
}

/// Only what is sold here.
fn offer(core: &Core, wanted: &WantedPlan) -> Result<PlanOffer, Refusal> {
    let (name, is_yearly) = match wanted {
        WantedPlan::Offer(offer) => return Ok(*offer),
        WantedPlan::Price { name, is_yearly } => (name, is_yearly),
    };
    let refused = |field, reason| Err(Refusal::field(field, &Invalid::new(reason)));
    match core.seams.payments.find_price(name) {
        None => refused("price_id", "must be the price of a plan that is sold here"),
        Some(offer) if is_yearly.is_some_and(|yearly| yearly != offer.is_yearly) => {
            refused("interval", "must be that of the price")
        }
        Some(offer) => Ok(offer),
    }
}

/// Whether a second one would be paid beside it, whatever plan is in force. A bought plan whose time
/// is over is over, should the provider's word of it be lost.
fn is_subscribed(billed: &BilledOrg, now: Timestamp) -> bool {
    let plan = billed.org.plan.as_ref();
    let has_ended = plan.is_some_and(|plan| plan.is_bought() && plan.has_ended(now));
    let is_alive = matches!(
        billed.subscription,
        Some(SubscriptionState::Renews | SubscriptionState::Ends)
    );
    is_alive && !has_ended
}
