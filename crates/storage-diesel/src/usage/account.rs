//! What requests cost their organizations: decided in the order of a batch, on what was read when
//! the chains were held.

use super::payer::{Funds, Payer, SOON};
use super::write::{MonthChange, NewUsage};
use crate::billing::{Purse, below_zero};
use oneclaw_domain::{
    Actor, AuditEvent, CreditKind, EventId, MicroUsd, Month, OrgId, Outcome, Plans, Quota,
    Timestamp, Usage,
};
use oneclaw_storage::{JournalEntry, StorageError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a request costs.
#[derive(Clone, Debug)]
pub(crate) enum Fare {
    /// Nothing, or what its plan includes: shown, and not charged.
    Included(MicroUsd),
    /// This from credits.
    Credits(MicroUsd),
    /// It is beyond the limit, and nothing pays for it.
    Unpaid(Box<Quota>),
}

/// One month of an account.
#[derive(Clone, Copy, Debug)]
struct OpenMonth {
    used: i64,
    change: MonthChange,
}

/// What the credits of one commit were spent on.
#[derive(Clone, Copy, Debug)]
struct Charged {
    requests: i64,
    amount: MicroUsd,
    first: EventId,
    last: Timestamp,
}

/// One organization in a commit.
#[derive(Debug)]
pub(crate) struct Account {
    payer: Payer,
    funds: Funds,
    purse: Option<Purse>,
    months: BTreeMap<Month, OpenMonth>,
    charged: Option<Charged>,
    /// What its last request was metered by.
    last: Option<(Arc<Plans>, Timestamp)>,
}

impl Account {
    pub(super) fn new(payer: Payer, funds: Funds) -> Self {
        Self {
            payer,
            funds,
            purse: None,
            months: BTreeMap::new(),
            charged: None,
            last: None,
        }
    }

    pub(super) fn begin_month(&mut self, month: Month, used: i64) {
        let change = MonthChange::none(self.payer.org.id, month);
        self.months.insert(month, OpenMonth { used, change });
    }

    /// Takes the credits at hand, to spend from them.
    pub(super) fn open(&mut self, purse: Purse) {
        self.purse = Some(purse);
    }

    fn used(&self, month: Month) -> i64 {
        self.months.get(&month).map_or(0, |open| open.used)
    }

    fn quota(&self, plans: &Plans, at: Timestamp) -> Quota {
        let month = Month::of(at);
        let funds = self.purse.as_ref().map_or(self.funds, |purse| Funds {
            spendable: purse.spendable(at),
            expiring: purse.ending(at, at.plus_seconds(SOON)),
        });
        self.payer.quota(plans, at, month, self.used(month), funds)
    }

    fn fare(&self, usage: &Usage, at: Timestamp) -> Fare {
        let Some(what) = usage.price else {
            return Fare::Included(MicroUsd::ZERO);
        };
        let quota = self.quota(&usage.plans, at);
        if !quota.is_spent() {
            return Fare::Included(usage.plans.price(what));
        }
        let overage = usage.plans.of(quota.tier).overage;
        if quota.affords(overage) && self.purse.is_some() {
            return Fare::Credits(overage);
        }
        Fare::Unpaid(Box::new(quota))
    }

    fn count(&mut self, at: Timestamp, paid: Option<MicroUsd>) {
        if let Some(open) = self.months.get_mut(&Month::of(at)) {
            open.used = open.used.saturating_add(1);
            open.change.add(paid);
        }
    }

    fn charge(&mut self, event: &AuditEvent, amount: MicroUsd) -> Result<(), StorageError> {
        let purse = self.purse.as_mut().ok_or_else(not_at_hand)?;
        purse.expire(event.created_at)?;
        if !purse.take(amount, event.created_at) {
            return Err(not_at_hand());
        }
        let charged = self.charged.get_or_insert(Charged {
            requests: 0,
            amount: MicroUsd::ZERO,
            first: event.id,
            last: event.created_at,
        });
        charged.requests += 1;
        charged.amount = charged.amount.plus(amount).ok_or_else(not_at_hand)?;
        charged.last = event.created_at;
        Ok(())
    }

    /// Closes the books of the commit: one line of the ledger for all that it spent.
    fn close(&mut self) -> Result<(), StorageError> {
        let (Some(purse), Some(charged)) = (&mut self.purse, self.charged) else {
            return Ok(());
        };
        let requests = charged.requests;
        let noun = if requests == 1 { "request" } else { "requests" };
        let id = charged.first.uuid();
        let text = format!("{requests} {noun} beyond the monthly limit");
        let taken = below_zero(charged.amount);
        purse.enter(CreditKind::Usage, taken, id, text, charged.last)
    }
}

fn not_at_hand() -> StorageError {
    StorageError::Backend("credits were spent that are not at hand".into())
}

/// The organizations whose requests a commit meters.
#[derive(Debug, Default)]
pub(crate) struct Accounts(BTreeMap<OrgId, Account>);

impl Accounts {
    pub(super) fn of(&mut self, org: OrgId, new: impl FnOnce() -> Account) -> &mut Account {
        self.0.entry(org).or_insert_with(new)
    }

    pub(super) fn get_mut(&mut self, org: OrgId) -> Option<&mut Account> {
        self.0.get_mut(&org)
    }

    /// Those who may come to spend credits with this batch.
    pub(super) fn short_of(&self, batch: &[JournalEntry]) -> Vec<OrgId> {
        let mut wanted: BTreeMap<(OrgId, Month), i64> = BTreeMap::new();
        let mut short = Vec::new();
        for event in batch.iter().map(|entry| &entry.event) {
            let (Some(usage), Some(org)) = (&event.usage, event.org) else {
                continue;
            };
            let Some(account) = self.0.get(&org) else {
                continue;
            };
            let month = Month::of(event.created_at);
            let requests = wanted.entry((org, month)).or_insert(0);
            let quota = account.quota(&usage.plans, event.created_at);
            let used = quota.used.saturating_add(*requests);
            let is_short = Quota { used, ..quota }.is_spent();
            if is_short && usage.price.is_some() && !short.contains(&org) {
                short.push(org);
            }
            *requests += 1;
        }
        short
    }

    /// What an event's request costs, before anything else is known of it.
    pub(crate) fn fare(&self, event: &AuditEvent) -> Fare {
        let account = event.org.and_then(|org| self.0.get(&org));
        match (account, &event.usage, event.outcome) {
            (Some(account), Some(usage), Outcome::Ok) => account.fare(usage, event.created_at),
            _ => Fare::Included(MicroUsd::ZERO),
        }
    }

    /// Counts an event's request, and charges it where it is to be paid. What is refused costs nothing,
    /// and is nobody's where nobody proved who they are.
    pub(crate) fn meter(
        &mut self,
        event: &AuditEvent,
        status: u16,
        fare: &Fare,
    ) -> Result<Option<NewUsage>, StorageError> {
        let account = event.org.and_then(|org| self.0.get_mut(&org));
        let (Some(account), Some(usage)) = (account, &event.usage) else {
            return Ok(None);
        };
        let is_done = event.outcome == Outcome::Ok;
        account.last = Some((Arc::clone(&usage.plans), event.created_at));
        if !is_done && usage.by == Actor::Anonymous {
            // else a stranger uses up what others pay for, by what they are not given
            return Ok(None);
        }
        let (price, paid) = match fare {
            Fare::Included(price) if is_done => (*price, None),
            Fare::Credits(price) if is_done => (*price, Some(*price)),
            Fare::Included(_) | Fare::Credits(_) | Fare::Unpaid(_) => (MicroUsd::ZERO, None),
        };
        if let Some(amount) = paid {
            account.charge(event, amount)?;
        }
        account.count(event.created_at, paid);
        let what = usage.price.filter(|_| is_done);
        Ok(Some(NewUsage::new(
            event,
            account.payer.org.id,
            usage,
            status,
            (what, price, paid.is_some()),
        )))
    }

    /// What months and credits come to.
    pub(crate) fn close(&mut self) -> Result<(Vec<MonthChange>, Vec<&Purse>), StorageError> {
        let mut months = Vec::new();
        let mut purses = Vec::new();
        for account in self.0.values_mut() {
            account.close()?;
            let changes = account.months.values().map(|open| open.change);
            months.extend(changes.filter(|change| change.requests > 0));
            purses.extend(account.purse.as_ref().filter(|purse| purse.is_changed()));
        }
        Ok((months, purses))
    }

    /// How each stands now.
    pub(crate) fn quotas(&self) -> impl Iterator<Item = Quota> {
        self.0.values().filter_map(|account| {
            let (plans, at) = account.last.as_ref()?;
            Some(account.quota(plans, *at))
        })
    }
}
