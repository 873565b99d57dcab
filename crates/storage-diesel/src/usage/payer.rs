//! What an organization may use and how it pays.

use oneclaw_domain::{MicroUsd, Month, Org, OverageMethod, Plans, Quota, Timestamp};

/// How far ahead credits count as ending soon in a quota, in seconds: 30 days (contract 1.6).
pub(super) const SOON: i64 = 30 * 86_400;

/// An organization, as far as its quota goes.
#[derive(Clone, Debug)]
pub(crate) struct Payer {
    pub(crate) org: Org,
    pub(crate) request_limit: Option<i64>,
    pub(crate) is_sponsored: bool,
    pub(crate) method: OverageMethod,
}

/// Credits at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Funds {
    /// What can be spent.
    pub(crate) spendable: MicroUsd,
    /// Of it, what ends soon.
    pub(crate) expiring: MicroUsd,
}

impl Payer {
    /// Whether it is neither limited nor charged.
    pub(crate) const fn is_exempt(&self) -> bool {
        self.org.is_platform || self.is_sponsored
    }

    /// How it stands.
    pub(crate) fn quota(
        &self,
        plans: &Plans,
        at: Timestamp,
        month: Month,
        used: i64,
        funds: Funds,
    ) -> Quota {
        let tier = plans.tier(&self.org, at);
        let limit = self.request_limit.or(plans.of(tier).requests);
        Quota {
            org: self.org.id,
            month,
            used,
            tier,
            limit: limit.filter(|_| !self.is_exempt()),
            is_exempt: self.is_exempt(),
            method: self.method,
            balance: funds.spendable,
            expiring: funds.expiring,
        }
    }
}
