//! What requests are metered by (contract 16.2).

use crate::{Actor, Limit, MicroUsd, OrgId, Plans, Priced, Tier, Timestamp};
use jiff::{SignedDuration, civil};
use std::sync::{Arc, OnceLock};

/// A calendar month in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month(i64);

impl Month {
    /// The month of a moment.
    pub fn of(at: Timestamp) -> Self {
        let since = SignedDuration::from_millis(at.millis());
        let day = civil::date(1970, 1, 1).at(0, 0, 0, 0).checked_add(since);
        let day = day.unwrap_or(civil::DateTime::MIN);
        Self(i64::from(day.year()) * 100 + i64::from(day.month()))
    }

    /// As it is stored: the year times 100, and the month.
    pub const fn stored(number: i64) -> Self {
        Self(number)
    }

    /// The number in the store: 202611 is November 2026.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// How a request came to be metered: what http knows of it before it is handled.
#[derive(Debug)]
pub struct Metered {
    /// The method.
    pub method: &'static str,
    /// The route's pattern, such as `/v1/vaults/{vault_id}`: never a raw path.
    pub route: &'static str,
    /// The action of the endpoint, by its name in audit events.
    pub action: &'static str,
    /// The status of its success.
    pub success: u16,
    /// The status of its success where the caller has already what they ask for.
    pub unchanged: u16,
    /// Whose request it turned out to be, once that is known.
    pub org: OnceLock<OrgId>,
}

impl PartialEq for Metered {
    fn eq(&self, other: &Self) -> bool {
        (self.method, self.route, self.action) == (other.method, other.route, other.action)
    }
}

impl Eq for Metered {}

/// One metered request: committed with its audit event, or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct Usage {
    /// The method.
    pub method: &'static str,
    /// The route's pattern.
    pub route: &'static str,
    /// The status that is answered.
    pub status: u16,
    /// Who asked.
    pub by: Actor,
    /// What is answered instead where the commit itself refuses it.
    pub refused: RefusedStatus,
    /// What is priced about it, where it is fulfilled; nothing is charged for what is refused.
    pub price: Option<Priced>,
    /// What things cost here.
    pub plans: Arc<Plans>,
}

/// The statuses of what the commit of an event refuses by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedStatus {
    /// The version was given out as often as it may.
    pub used_up: u16,
    /// The share was read as often as it may be, or has ended.
    pub share_ended: u16,
    /// The month's requests are spent, and credits do not cover one more.
    pub unpaid: u16,
}

/// How requests beyond the monthly limit are paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OverageMethod {
    /// From prepaid credits.
    #[default]
    Credits,
    /// Request by request.
    X402,
}

impl OverageMethod {
    /// The word on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credits => "credits",
            Self::X402 => "x402",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(text: &str) -> Result<Self, crate::Invalid> {
        match text {
            "credits" => Ok(Self::Credits),
            "x402" => Ok(Self::X402),
            _ => Err(crate::Invalid::new("must be credits or x402")),
        }
    }
}

/// How an organization stands with its quota, at the end of one commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quota {
    /// Whose.
    pub org: OrgId,
    /// Of which month.
    pub month: Month,
    /// Requests in that month.
    pub used: i64,
    /// The plan in force.
    pub tier: Tier,
    /// Requests that it allows a month; `None` = without limit.
    pub limit: Limit,
    /// Whether it is neither limited nor charged.
    pub is_exempt: bool,
    /// How what is beyond the limit is paid.
    pub method: OverageMethod,
    /// Credits that can be spent.
    pub balance: MicroUsd,
    /// Of these, what ends within 30 days.
    pub expiring: MicroUsd,
}

impl Quota {
    /// Whether one request more is beyond what the plan allows.
    pub fn is_spent(&self) -> bool {
        !self.is_exempt && self.limit.is_some_and(|limit| self.used >= limit)
    }

    /// Whether a priced request can be paid, or needs no payment. A plan without a price for what is
    /// beyond its limit sells nothing beyond it.
    pub fn affords(&self, overage: MicroUsd) -> bool {
        let is_sold = overage > MicroUsd::ZERO && self.method == OverageMethod::Credits;
        !self.is_spent() || (is_sold && self.balance >= overage)
    }
}

/// A metered request, as it was stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsageEvent {
    /// Its id.
    pub id: crate::EventId,
    /// `user`, `agent` or `anonymous`.
    pub principal_type: String,
    /// Whose request, as audit events say it.
    pub principal_id: String,
    /// The method.
    pub method: String,
    /// The route's pattern.
    pub endpoint: String,
    /// The status that was answered.
    pub status: i64,
    /// What it was priced at, or cost where it was paid.
    pub price: MicroUsd,
    /// Whether it was paid from credits.
    pub is_paid: bool,
    /// When.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bil_09_months_end_in_utc() {
        for (at, month) in [
            ("2026-11-30T23:59:59.999Z", 202_611),
            ("2026-12-01T00:00:00Z", 202_612),
            ("2026-12-01T00:59:59+01:00", 202_611),
            ("1969-12-31T23:59:59Z", 196_912),
        ] {
            assert_eq!(
                Month::of(Timestamp::parse(at).unwrap()).get(),
                month,
                "{at}"
            );
        }
    }
}
