//! What comes of what the payment provider says about a plan.

use crate::types::StoredTime;
use diesel::Queryable;
use oneclaw_domain::{PlanStatus, Timestamp};
use oneclaw_storage::{PaidPlan, PaidPlanOutcome, SubscriptionState};

/// What is known of an organization's plan and subscription.
#[derive(Debug, Queryable)]
pub(super) struct PaidRow {
    plan: Option<String>,
    plan_ends_at: Option<StoredTime>,
    plan_is_yearly: Option<bool>,
    subscription: Option<String>,
    said_at: Option<StoredTime>,
    state: Option<String>,
}

impl PaidRow {
    /// What comes of it.
    pub(super) fn outcome(&self, paid: &PaidPlan) -> PaidPlanOutcome {
        let said_at = self.said_at.map(Timestamp::from);
        let is_late = said_at.is_some_and(|at| at > paid.said_at);
        let known = self.subscription.as_deref();
        let is_of_it = known.is_none_or(|known| known == paid.subscription);
        let gives = paid
            .plan
            .as_ref()
            .is_some_and(|plan| matches!(plan.status, PlanStatus::Active | PlanStatus::Trialing));
        // of several subscriptions, one that is no longer paid takes nothing from another
        if is_late || !(is_of_it || gives) {
            return PaidPlanOutcome::Stale;
        }
        // what was not bought is neither taken nor renewed; what is bought anew is what they want
        let was_bought = self.plan.is_some() && self.plan_is_yearly.is_some();
        let stands = if gives {
            !(self.is_given(paid.heard_at) && is_of_it && self.is_alive())
        } else {
            was_bought
        };
        if stands {
            PaidPlanOutcome::Stands
        } else {
            PaidPlanOutcome::Noted
        }
    }

    /// Whether the plan in force was given by an administrator.
    fn is_given(&self, now: Timestamp) -> bool {
        let ends_at = self.plan_ends_at.map(Timestamp::from);
        let is_in_force = self.plan.is_some() && ends_at.is_none_or(|end| end > now);
        is_in_force && self.plan_is_yearly.is_none()
    }

    fn is_alive(&self) -> bool {
        let state = self.state.as_deref().and_then(SubscriptionState::parse);
        matches!(
            state,
            Some(SubscriptionState::Renews | SubscriptionState::Ends)
        )
    }
}

/// How a subscription stands by what is said of it.
pub(super) fn state_of(paid: &PaidPlan) -> SubscriptionState {
    match &paid.plan {
        None => SubscriptionState::Over,
        Some(plan) if plan.cancels => SubscriptionState::Ends,
        Some(_) => SubscriptionState::Renews,
    }
}
