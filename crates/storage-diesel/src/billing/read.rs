//! Reads of usage, plans and credits.

use super::rows::{BilledRow, UsageRow};
use crate::error::corrupt;
use crate::orgs::OrgRow;
use crate::query::{fetch, find, load};
use crate::schema::{
    credit_accounts, credit_entries, credit_lots, org_usage, orgs, payment_events, shares,
    usage_events, usage_months, users,
};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    CreditEntry, CreditKind, Credits, MicroUsd, Month, OrgId, PageSize, Plans, Quota, Timestamp,
    UsageEvent,
};
use oneclaw_policy::InOrg;
use oneclaw_storage::{BilledOrg, MonthUsage, ReadBilling, StorageError};

type EntryRow = (StoredId, String, i64, i64, String, StoredTime);

fn entry(
    (id, kind, amount, balance, description, at): EntryRow,
) -> Result<CreditEntry, StorageError> {
    Ok(CreditEntry {
        id: id.into(),
        kind: CreditKind::parse(&kind).map_err(|_| corrupt("credit_entries.kind"))?,
        amount: MicroUsd::new(amount),
        balance: MicroUsd::new(balance),
        description,
        created_at: at.into(),
    })
}

impl Session {
    /// The organization as billing sees it.
    pub(super) async fn billed_org(
        &mut self,
        org: OrgId,
        now: Timestamp,
    ) -> Result<Option<BilledOrg>, StorageError> {
        let id = StoredId::from(org);
        let members = users::table.filter(users::org_id.eq(orgs::id)).count();
        let is_left = shares::max_access_count
            .is_null()
            .or(shares::max_access_count.gt(shares::access_count.nullable()));
        let open = shares::table
            .filter(shares::org_id.eq(orgs::id))
            .filter(shares::revoked_at.is_null())
            .filter(shares::declined_at.is_null())
            .filter(shares::expires_at.gt(StoredTime::from(now)))
            .filter(is_left)
            .count();
        let row: Option<BilledRow> = find!(
            self,
            "orgs",
            orgs::table
                .inner_join(org_usage::table.on(org_usage::org_id.eq(orgs::id)))
                .filter(orgs::id.eq(id))
                .select((
                    OrgRow::as_select(),
                    orgs::request_limit,
                    orgs::is_sponsored,
                    orgs::overage_method,
                    orgs::payment_customer,
                    orgs::subscription_state,
                    org_usage::vaults,
                    org_usage::secrets,
                    org_usage::agents,
                    members.single_value(),
                    open.single_value(),
                ))
        )?;
        row.map(BilledRow::parse).transpose()
    }
}

#[async_trait]
impl ReadBilling for Session {
    async fn quota(
        &mut self,
        org: InOrg,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError> {
        self.quota_of(org.org(), plans, now).await
    }

    async fn quota_of(
        &mut self,
        org: OrgId,
        plans: &Plans,
        now: Timestamp,
    ) -> Result<Option<Quota>, StorageError> {
        let facts = self.quota_facts(org, Month::of(now), now).await?;
        let quota = |facts: crate::usage::Facts| {
            let (month, used, funds) = (facts.month, facts.used, facts.funds);
            facts.payer.quota(plans, now, month, used, funds)
        };
        Ok(facts.map(quota))
    }

    async fn org(&mut self, org: InOrg, now: Timestamp) -> Result<Option<BilledOrg>, StorageError> {
        self.billed_org(org.org(), now).await
    }

    async fn month(&mut self, org: InOrg, month: Month) -> Result<MonthUsage, StorageError> {
        let row: Option<(i64, i64, i64)> = find!(
            self,
            "usage_months",
            usage_months::table
                .filter(usage_months::org_id.eq(StoredId::from(org.org())))
                .filter(usage_months::month.eq(month.get()))
                .select((
                    usage_months::requests,
                    usage_months::paid,
                    usage_months::cost
                ))
        )?;
        let used = |(requests, paid, cost)| MonthUsage {
            requests,
            paid,
            cost: MicroUsd::new(cost),
        };
        Ok(row.map(used).unwrap_or_default())
    }

    async fn history(
        &mut self,
        org: InOrg,
        size: PageSize,
    ) -> Result<Vec<UsageEvent>, StorageError> {
        let rows: Vec<UsageRow> = load!(
            self,
            "usage_events",
            usage_events::table
                .filter(usage_events::org_id.eq(StoredId::from(org.org())))
                .order(usage_events::seq.desc())
                .limit(limit(size))
                .select((
                    usage_events::id,
                    usage_events::principal_type,
                    usage_events::principal_id,
                    usage_events::method,
                    usage_events::endpoint,
                    usage_events::status,
                    usage_events::price,
                    usage_events::is_paid,
                    usage_events::created_at,
                ))
        )?;
        Ok(rows.into_iter().map(UsageRow::parse).collect())
    }

    async fn credits(&mut self, org: InOrg, now: Timestamp) -> Result<Credits, StorageError> {
        let mut lots = self.lots_of(org.org().into()).await?;
        lots.retain(|lot| lot.expires_at > now);
        let most = MicroUsd::new(i64::MAX);
        let balance = lots.iter().fold(MicroUsd::ZERO, |sum, lot| {
            sum.plus(lot.left).unwrap_or(most)
        });
        Ok(Credits { balance, lots })
    }

    async fn booked(&mut self, org: InOrg) -> Result<MicroUsd, StorageError> {
        let balance: Option<i64> = find!(
            self,
            "credit_accounts",
            credit_accounts::table
                .filter(credit_accounts::org_id.eq(StoredId::from(org.org())))
                .select(credit_accounts::balance)
        )?;
        Ok(balance.map(MicroUsd::new).unwrap_or_default())
    }

    async fn entries(
        &mut self,
        org: InOrg,
        skip: i64,
        size: PageSize,
    ) -> Result<(Vec<CreditEntry>, i64), StorageError> {
        let id = StoredId::from(org.org());
        let many: i64 = fetch!(
            self,
            "credit_entries",
            credit_entries::table
                .filter(credit_entries::org_id.eq(id))
                .count()
        )?;
        let rows: Vec<EntryRow> = load!(
            self,
            "credit_entries",
            credit_entries::table
                .filter(credit_entries::org_id.eq(id))
                .order(credit_entries::seq.desc())
                .offset(skip)
                .limit(limit(size))
                .select((
                    credit_entries::id,
                    credit_entries::kind,
                    credit_entries::amount,
                    credit_entries::balance,
                    credit_entries::description,
                    credit_entries::created_at,
                ))
        )?;
        let entries: Result<Vec<_>, _> = rows.into_iter().map(entry).collect();
        Ok((entries?, many))
    }

    async fn with_expired_credits(
        &mut self,
        now: Timestamp,
        many: i64,
    ) -> Result<Vec<OrgId>, StorageError> {
        let rows: Vec<StoredId> = load!(
            self,
            "credit_lots",
            credit_lots::table
                .filter(credit_lots::remaining.gt(0))
                .filter(credit_lots::expires_at.le(StoredTime::from(now)))
                .select(credit_lots::org_id)
                .distinct()
                .order(credit_lots::org_id)
                .limit(many)
        )?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn took_payment_event(&mut self, id: &str) -> Result<bool, StorageError> {
        let one = payment_events::table.filter(payment_events::id.eq(id));
        let many: i64 = fetch!(self, "payment_events", one.count())?;
        Ok(many > 0)
    }
}

fn limit(size: PageSize) -> i64 {
    i64::try_from(size.get()).unwrap_or(i64::MAX)
}
