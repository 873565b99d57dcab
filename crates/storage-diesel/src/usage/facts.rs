//! How organizations stand when their chains are held, or when somebody asks.

use super::account::{Account, Accounts};
use super::payer::{Funds, Payer, SOON};
use super::statements::{FactsRow, ReadFacts};
use crate::error::corrupt;
use crate::orgs::OrgRow;
use crate::schema::{credit_lots, orgs, usage_months};
use crate::session::{Conn, Session};
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_domain::{MicroUsd, Month, OrgId, OverageMethod, Timestamp};
use oneclaw_storage::{JournalEntry, StorageError};
use std::collections::BTreeMap;

/// How one organization stands in a month.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) payer: Payer,
    pub(crate) month: Month,
    pub(crate) used: i64,
    pub(crate) funds: Funds,
}

impl Facts {
    fn parse(row: FactsRow) -> Result<Self, StorageError> {
        let (month, org, request_limit, is_sponsored, method, used, spendable, expiring) = row;
        let method = OverageMethod::parse(&method).map_err(|_| corrupt("orgs.overage_method"))?;
        Ok(Self {
            payer: Payer {
                org: org.parse()?,
                request_limit,
                is_sponsored,
                method,
            },
            month: Month::stored(month),
            used,
            funds: Funds {
                spendable: MicroUsd::new(spendable),
                expiring: MicroUsd::new(expiring),
            },
        })
    }
}

impl Session {
    /// How an organization stands; `None` = there is none.
    pub(crate) async fn quota_facts(
        &mut self,
        org: OrgId,
        month: Month,
        now: Timestamp,
    ) -> Result<Option<Facts>, StorageError> {
        let rows = self
            .facts_rows(&BTreeMap::from([((org, month), now)]))
            .await?;
        rows.into_iter().next().map(Facts::parse).transpose()
    }

    /// The accounts of all whose requests a batch meters, with the credits of those who may need
    /// them. Their chains are held, so nothing of it changes until the transaction ends.
    pub(crate) async fn hold_accounts(
        &mut self,
        batch: &[JournalEntry],
    ) -> Result<Accounts, StorageError> {
        let mut wanted: BTreeMap<(OrgId, Month), Timestamp> = BTreeMap::new();
        for event in batch.iter().map(|entry| &entry.event) {
            if let (Some(_), Some(org)) = (&event.usage, event.org) {
                let at = event.created_at;
                let latest = wanted.entry((org, Month::of(at))).or_insert(at);
                *latest = at.max(*latest);
            }
        }
        let mut accounts = Accounts::default();
        if wanted.is_empty() {
            return Ok(accounts);
        }
        for row in self.facts_rows(&wanted).await? {
            match Facts::parse(row) {
                Ok(facts) => accounts.add(facts),
                // one row that does not read must not stop everybody's requests
                Err(error) => tracing::error!(%error, "an organization's usage cannot be counted"),
            }
        }
        for org in accounts.short_of(batch) {
            let purse = self.purse(org).await?;
            if let Some(account) = accounts.get_mut(org) {
                account.open(purse);
            }
        }
        Ok(accounts)
    }

    async fn facts_rows(
        &mut self,
        wanted: &BTreeMap<(OrgId, Month), Timestamp>,
    ) -> Result<Vec<FactsRow>, StorageError> {
        self.count();
        let rows = match &mut self.conn {
            Conn::Sqlite(lease) => lease.connection().and_then(|conn| facts_here(conn, wanted)),
            Conn::Postgres(lease) => match lease.connection() {
                Ok(connection) => {
                    let mut read = ReadFacts::default();
                    for ((org, month), at) in wanted {
                        read.orgs.push((*org).into());
                        read.months.push(month.get());
                        read.at.push((*at).into());
                        read.soon.push(at.plus_seconds(SOON).into());
                    }
                    diesel_async::RunQueryDsl::get_results(read, connection).await
                }
                Err(error) => Err(error),
            },
        };
        self.settle("orgs", rows)
    }
}

/// An organization, its own limit, whether it is sponsored, how it pays, and what it used.
type OrgColumns = (OrgRow, Option<i64>, bool, String, Option<i64>);

fn facts_here(
    connection: &mut SqliteConnection,
    wanted: &BTreeMap<(OrgId, Month), Timestamp>,
) -> QueryResult<Vec<FactsRow>> {
    let mut rows = Vec::with_capacity(wanted.len());
    for ((org, month), at) in wanted {
        let id = StoredId::from(*org);
        let this_month = usage_months::org_id
            .eq(orgs::id)
            .and(usage_months::month.eq(month.get()));
        let row: Option<OrgColumns> = orgs::table
            .left_join(usage_months::table.on(this_month))
            .filter(orgs::id.eq(id))
            .select((
                OrgRow::as_select(),
                orgs::request_limit,
                orgs::is_sponsored,
                orgs::overage_method,
                usage_months::requests.nullable(),
            ))
            .get_result(connection)
            .optional()?;
        let Some((org, limit, is_sponsored, method, used)) = row else {
            continue;
        };
        let lots: Vec<(i64, StoredTime)> = credit_lots::table
            .filter(credit_lots::org_id.eq(id))
            .filter(credit_lots::remaining.gt(0))
            .filter(credit_lots::expires_at.gt(StoredTime::from(*at)))
            .select((credit_lots::remaining, credit_lots::expires_at))
            .get_results(connection)?;
        let soon = StoredTime::from(at.plus_seconds(SOON));
        let sum = |lots: &mut dyn Iterator<Item = &(i64, StoredTime)>| {
            lots.fold(0_i64, |sum, (left, _)| sum.saturating_add(*left))
        };
        let spendable = sum(&mut lots.iter());
        let expiring = sum(&mut lots.iter().filter(|(_, end)| *end <= soon));
        rows.push((
            month.get(),
            org,
            limit,
            is_sponsored,
            method,
            used.unwrap_or_default(),
            spendable,
            expiring,
        ));
    }
    Ok(rows)
}

impl Accounts {
    fn add(&mut self, facts: Facts) {
        let account = self.of(facts.payer.org.id, || {
            Account::new(facts.payer, facts.funds)
        });
        account.begin_month(facts.month, facts.used);
    }
}
