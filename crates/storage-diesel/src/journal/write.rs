//! Writing what was admitted: events in their places, ends of chains, usage and credits.

use super::append::Recorded;
use super::batch::Admitted;
use super::statements::WriteBatch;
use crate::audit::{NewEvent, record_of};
use crate::chains::{HeadRow, HeldChains};
use crate::schema::{audit_chains, audit_events, usage_events, usage_months};
use crate::session::{Conn, Session};
use crate::types::StoredId;
use crate::usage::{Accounts, MonthChange, NewUsage};
use diesel::prelude::*;
use diesel::{QueryResult, SqliteConnection};
use oneclaw_domain::OrgId;
use oneclaw_storage::StorageError;
use std::collections::HashMap;

/// Rows of one commit.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) events: Vec<NewEvent>,
    pub(super) heads: Vec<HeadRow>,
    pub(super) usage: Vec<NewUsage>,
    pub(super) months: Vec<MonthChange>,
}

impl Session {
    /// Links and writes all of it.
    pub(super) async fn write_admitted(
        &mut self,
        admitted: Admitted<'_>,
        accounts: &mut Accounts,
        mut chains: HeldChains,
    ) -> Result<Recorded, StorageError> {
        let mut rows = Rows::default();
        let mut last: HashMap<OrgId, i64> = HashMap::new();
        for outcome in admitted.outcomes {
            let record = record_of(&outcome.event);
            let (seq, link) = chains.link(&record)?;
            if let Some(org) = record.org {
                last.insert(org, seq);
            }
            rows.events.push(NewEvent::new(seq, record, link));
            rows.usage.extend(outcome.usage);
        }
        let heads = chains.ends();
        rows.heads = heads.iter().map(HeadRow::from).collect();
        let (months, purses) = accounts.close()?;
        rows.months = months;
        self.write_rows(rows).await?;
        for purse in purses {
            self.put_purse(purse).await?;
        }
        let quotas = accounts.quotas();
        let quotas = quotas.map(|quota| (last.get(&quota.org).copied().unwrap_or(0), quota));
        Ok(Recorded {
            admissions: admitted.admissions,
            heads,
            quotas: quotas.collect(),
        })
    }

    async fn write_rows(&mut self, rows: Rows) -> Result<(), StorageError> {
        self.count();
        let written = match &mut self.conn {
            Conn::Sqlite(lease) => lease.connection().and_then(|conn| write_here(conn, &rows)),
            Conn::Postgres(lease) => match lease.connection() {
                Ok(connection) => {
                    let write = WriteBatch::of(rows);
                    diesel_async::RunQueryDsl::execute(write, connection)
                        .await
                        .map(|_| ())
                }
                Err(error) => Err(error),
            },
        };
        self.settle("audit_events", written)
    }
}

fn write_here(connection: &mut SqliteConnection, rows: &Rows) -> QueryResult<()> {
    for event in &rows.events {
        diesel::insert_into(audit_events::table)
            .values(event)
            .execute(connection)?;
    }
    for head in &rows.heads {
        diesel::update(audit_chains::table.filter(audit_chains::chain.eq(head.chain)))
            .set(head)
            .execute(connection)?;
    }
    for one in &rows.usage {
        diesel::insert_into(usage_events::table)
            .values(one)
            .execute(connection)?;
    }
    for change in &rows.months {
        let row = (
            usage_months::org_id.eq(StoredId::from(change.org)),
            usage_months::month.eq(change.month.get()),
            usage_months::requests.eq(change.requests),
            usage_months::paid.eq(change.paid),
            usage_months::cost.eq(change.cost),
        );
        let more = (
            usage_months::requests.eq(usage_months::requests + change.requests),
            usage_months::paid.eq(usage_months::paid + change.paid),
            usage_months::cost.eq(usage_months::cost + change.cost),
        );
        diesel::insert_into(usage_months::table)
            .values(row)
            .on_conflict((usage_months::org_id, usage_months::month))
            .do_update()
            .set(more)
            .execute(connection)?;
    }
    Ok(())
}
