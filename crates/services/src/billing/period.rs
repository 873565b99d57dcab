//! Until when a bought plan holds.

use oneclaw_domain::{GivenPlan, Timestamp};

/// How long beyond its paid period a plan that is renewed holds, in seconds: until the provider's
/// word of the renewal is here, nobody loses what they pay for.
const GRACE: i64 = 3 * 86_400;

/// A plan with its paid period, as it is kept.
pub(super) fn kept(plan: GivenPlan) -> GivenPlan {
    shifted(plan, GRACE)
}

/// A plan as it is kept, with the period that is shown.
pub(super) fn shown(plan: GivenPlan) -> GivenPlan {
    shifted(plan, -GRACE)
}

/// Only what was bought, and will be renewed, holds longer than it is paid.
fn shifted(mut plan: GivenPlan, seconds: i64) -> GivenPlan {
    if plan.is_bought() && !plan.cancels {
        plan.ends_at = plan.ends_at.map(|end: Timestamp| end.plus_seconds(seconds));
    }
    plan
}
