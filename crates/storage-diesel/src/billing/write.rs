//! Writes to plans and credits. Whoever touches usage or credits holds the organization's chain first,
//! as the commits do that charge them.

use super::below_zero;
use super::paid::{PaidRow, state_of};
use crate::query::{execute, find, load};
use crate::schema::{orgs, payment_events, usage_months};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    Chain, CreditEntryId, CreditLot, GivenPlan, MicroUsd, Month, OrgId, OverageMethod, Tier,
    Timestamp,
};
use oneclaw_policy::{Access, BookPayment, InOrg};
use oneclaw_storage::{
    BilledOrg, CreditChange, PaidPlan, PaidPlanOutcome, StorageError, WriteBilling,
};

/// A plan, column by column. `tier` is what instances before this one go by.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = orgs, treat_none_as_null = true)]
struct PlanRow {
    tier: &'static str,
    plan: Option<String>,
    plan_ends_at: Option<StoredTime>,
    plan_is_yearly: Option<bool>,
    plan_status: Option<String>,
    plan_cancels: bool,
}

impl From<Option<&GivenPlan>> for PlanRow {
    fn from(plan: Option<&GivenPlan>) -> Self {
        Self {
            tier: plan.map_or(Tier::Free, |plan| plan.tier).as_str(),
            plan: plan.map(|plan| plan.tier.as_str().to_owned()),
            plan_ends_at: plan.and_then(|plan| plan.ends_at).map(Into::into),
            plan_is_yearly: plan.and_then(|plan| plan.is_yearly),
            plan_status: plan.map(|plan| plan.status.as_str().to_owned()),
            plan_cancels: plan.is_some_and(|plan| plan.cancels),
        }
    }
}

impl Session {
    /// Holds the organization, as a first account of credits refers to it, and then its chain; tells
    /// whether it is there.
    async fn hold_credits(&mut self, org: OrgId) -> Result<bool, StorageError> {
        let id = StoredId::from(org);
        let held: Option<StoredId> = find!(
            self,
            "orgs",
            orgs::table.filter(orgs::id.eq(id)).select(orgs::id),
            for_key_share
        )?;
        self.hold_chain(Chain::Org(org)).await?;
        Ok(held.is_some())
    }
}

#[async_trait]
impl WriteBilling for Session {
    async fn lock(
        &mut self,
        org: InOrg,
        now: Timestamp,
    ) -> Result<Option<BilledOrg>, StorageError> {
        let id = StoredId::from(org.org());
        let held: Option<StoredId> = find!(
            self,
            "orgs",
            orgs::table.filter(orgs::id.eq(id)).select(orgs::id),
            for_no_key_update
        )?;
        match held {
            Some(_) => self.billed_org(org.org(), now).await,
            None => Ok(None),
        }
    }

    async fn expire_credits(
        &mut self,
        org: InOrg,
        now: Timestamp,
        ids: &mut (dyn FnMut() -> CreditEntryId + Send),
    ) -> Result<MicroUsd, StorageError> {
        if !self.hold_credits(org.org()).await? {
            return Ok(MicroUsd::ZERO);
        }
        let mut purse = self.purse(org.org()).await?;
        let ended = purse.expire_with(now, |_| ids().uuid())?;
        if purse.is_changed() {
            self.put_purse(&purse).await?;
        }
        Ok(ended)
    }

    async fn change_credits(
        &mut self,
        org: InOrg,
        change: &CreditChange,
    ) -> Result<Option<MicroUsd>, StorageError> {
        if !self.hold_credits(org.org()).await? {
            return Ok(None);
        }
        let mut purse = self.purse(org.org()).await?;
        purse.expire(change.at)?;
        let amount = match change.lot {
            Some(lot) => {
                let left = lot.granted;
                if purse.balance().plus(left).is_none() {
                    return Ok(None);
                }
                purse.add(CreditLot { left, ..lot });
                left
            }
            None if !purse.take(change.taken, change.at) => return Ok(None),
            None => below_zero(change.taken),
        };
        let (id, text) = (change.entry.uuid(), change.description.clone());
        purse.enter(change.kind, amount, id, text, change.at)?;
        self.put_purse(&purse).await?;
        Ok(Some(purse.balance()))
    }

    async fn set_overage_method(
        &mut self,
        org: InOrg,
        method: OverageMethod,
    ) -> Result<(), StorageError> {
        let own = orgs::table.filter(orgs::id.eq(StoredId::from(org.org())));
        let set = orgs::overage_method.eq(method.as_str());
        execute!(self, "orgs", diesel::update(own).set(set))?;
        Ok(())
    }

    async fn set_plan(&mut self, org: InOrg, plan: Option<&GivenPlan>) -> Result<(), StorageError> {
        let own = orgs::table.filter(orgs::id.eq(StoredId::from(org.org())));
        let row = PlanRow::from(plan);
        execute!(self, "orgs", diesel::update(own).set(&row))?;
        Ok(())
    }

    async fn set_paid_plan(
        &mut self,
        access: &Access<BookPayment>,
        paid: &PaidPlan,
    ) -> Result<PaidPlanOutcome, StorageError> {
        let own = orgs::table.filter(orgs::id.eq(StoredId::from(access.org())));
        let found: Option<PaidRow> = find!(
            self,
            "orgs",
            own.select((
                orgs::plan,
                orgs::plan_ends_at,
                orgs::plan_is_yearly,
                orgs::plan_subscription,
                orgs::plan_said_at,
                orgs::subscription_state,
            )),
            for_no_key_update
        )?;
        let stale = PaidPlanOutcome::Stale;
        let outcome = found.map_or(stale, |row| row.outcome(paid));
        if outcome == stale {
            return Ok(stale);
        }
        let said = (
            orgs::plan_subscription.eq(paid.subscription.as_str()),
            orgs::plan_said_at.eq(StoredTime::from(paid.said_at)),
            orgs::subscription_state.eq(state_of(paid).as_str()),
        );
        execute!(self, "orgs", diesel::update(own).set(said))?;
        if outcome == PaidPlanOutcome::Stands {
            let row = PlanRow::from(paid.plan.as_ref());
            execute!(self, "orgs", diesel::update(own).set(&row))?;
        }
        Ok(outcome)
    }

    async fn set_limits(
        &mut self,
        org: InOrg,
        request_limit: Option<i64>,
        is_sponsored: bool,
    ) -> Result<(), StorageError> {
        let own = orgs::table.filter(orgs::id.eq(StoredId::from(org.org())));
        let set = (
            orgs::request_limit.eq(request_limit),
            orgs::is_sponsored.eq(is_sponsored),
        );
        execute!(self, "orgs", diesel::update(own).set(set))?;
        Ok(())
    }

    async fn set_customer(&mut self, org: InOrg, customer: &str) -> Result<(), StorageError> {
        let own = orgs::table.filter(orgs::id.eq(StoredId::from(org.org())));
        let set = orgs::payment_customer.eq(customer);
        execute!(self, "orgs", diesel::update(own).set(set))?;
        Ok(())
    }

    async fn find_customer(&mut self, customer: &str) -> Result<Option<OrgId>, StorageError> {
        let id: Option<StoredId> = find!(
            self,
            "orgs",
            orgs::table
                .filter(orgs::payment_customer.eq(customer))
                .select(orgs::id)
        )?;
        Ok(id.map(Into::into))
    }

    async fn take_payment_event(&mut self, id: &str, now: Timestamp) -> Result<bool, StorageError> {
        let row = (
            payment_events::id.eq(id),
            payment_events::handled_at.eq(StoredTime::from(now)),
        );
        let added = execute!(
            self,
            "payment_events",
            diesel::insert_into(payment_events::table)
                .values(row)
                .on_conflict_do_nothing()
        )?;
        Ok(added == 1)
    }

    async fn reset_usage(&mut self, org: Option<InOrg>, month: Month) -> Result<i64, StorageError> {
        let all = usage_months::table.filter(usage_months::month.eq(month.get()));
        let forgotten: Vec<i64> = if let Some(org) = org {
            self.hold_chain(Chain::Org(org.org())).await?;
            let own = usage_months::org_id.eq(StoredId::from(org.org()));
            load!(
                self,
                "usage_months",
                diesel::delete(all.filter(own)).returning(usage_months::requests)
            )?
        } else {
            self.hold_all_chains().await?;
            load!(
                self,
                "usage_months",
                diesel::delete(all).returning(usage_months::requests)
            )?
        };
        let sum = forgotten.into_iter().fold(0_i64, i64::saturating_add);
        Ok(sum)
    }
}
