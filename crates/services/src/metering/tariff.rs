//! What plans allow and what things cost, as it is in force now.

use crate::{Refusal, Settings, ShareEnd};
use oneclaw_domain::{
    MicroUsd, Month, OrgId, OverageMethod, Plans, Quota, RefusedStatus, Tier, Timestamp,
    VersionState,
};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// The plans that were configured, with what was changed since.
pub(crate) struct Tariff {
    configured: Arc<Plans>,
    in_force: RwLock<Arc<Plans>>,
    /// What is answered where the commit of an event refuses it.
    pub(super) refused: RefusedStatus,
}

impl Tariff {
    pub(crate) fn new(settings: &Settings) -> Self {
        let configured = Arc::clone(&settings.plans);
        Self {
            in_force: RwLock::new(Arc::clone(&configured)),
            configured,
            refused: refused_by(settings.status_of),
        }
    }

    /// The plans; cheap enough for every event.
    pub(crate) fn plans(&self) -> Arc<Plans> {
        let plans = self.in_force.read();
        Arc::clone(&plans.unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on an organization that was given no plan has this one; `None` = the one that was
    /// configured.
    pub(crate) fn set_default_tier(&self, tier: Option<Tier>) {
        let tier = tier.unwrap_or(self.configured.default_tier);
        if self.plans().default_tier == tier {
            return;
        }
        let plans = Plans {
            default_tier: tier,
            ..Plans::clone(&self.configured)
        };
        *self
            .in_force
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(plans);
    }
}

/// Asked once: the transport makes a whole answer of each.
fn refused_by(status_of: fn(&Refusal) -> u16) -> RefusedStatus {
    let quota = Quota {
        org: OrgId::from_uuid(Uuid::nil()),
        month: Month::of(Timestamp::from_millis(0)),
        used: 0,
        tier: Tier::Free,
        limit: None,
        is_exempt: false,
        method: OverageMethod::Credits,
        balance: MicroUsd::ZERO,
        expiring: MicroUsd::ZERO,
    };
    RefusedStatus {
        used_up: status_of(&Refusal::Gone(VersionState::UsedUp)),
        share_ended: status_of(&Refusal::ShareEnded(ShareEnd::UsedUp)),
        unpaid: status_of(&Refusal::QuotaSpent {
            quota: Box::new(quota),
            what: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_default_holds_until_it_is_taken_back() {
        let tariff = Tariff::new(&Settings::default());
        assert_eq!(tariff.plans().default_tier, Tier::Enterprise);
        tariff.set_default_tier(Some(Tier::Free));
        assert_eq!(tariff.plans().default_tier, Tier::Free);
        assert_eq!(tariff.plans().free, Plans::default().free);
        tariff.set_default_tier(None);
        assert_eq!(tariff.plans().default_tier, Tier::Enterprise);
    }
}
