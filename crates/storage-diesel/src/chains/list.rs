//! Which chains there are.

use crate::query::{fetch, load, run};
use crate::schema::{audit_chains, audit_events, orgs};
use crate::session::{Conn, Session};
use crate::types::StoredId;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use oneclaw_domain::Chain;
use oneclaw_storage::StorageError;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Session {
    /// Every chain that has an end, an event or an organization: who takes one of these away does not
    /// take the chain out of the list. What is no id names none: that is a stray.
    pub(super) async fn chains(&mut self) -> Result<Vec<Chain>, StorageError> {
        let all = audit_chains::table.select(audit_chains::chain);
        let whole = sql::<Bool>("length(chain) = 16");
        let ends = run!(self, get_results, all.filter(whole), all);
        let ends: Vec<StoredId> = self.settle("audit_chains", ends)?;
        let living: Vec<StoredId> = load!(self, "orgs", orgs::table.select(orgs::id))?;
        let written = self.written_to().await?;
        let ids = ends.into_iter().chain(living).chain(written);
        let mut chains: BTreeSet<Chain> = ids.map(|id| Chain::from_uuid(id.0)).collect();
        chains.insert(Chain::Installation);
        Ok(chains.into_iter().collect())
    }

    /// How many events and ends name what is no id. On Postgres the columns take no other.
    pub(super) async fn strays(&mut self) -> Result<i64, StorageError> {
        if let Conn::Postgres(_) = self.conn {
            return Ok(0);
        }
        let events: i64 = fetch!(
            self,
            "audit_events",
            audit_events::table
                .filter(sql::<Bool>(
                    "(length(org_id) <> 16 OR org_id = zeroblob(16))"
                ))
                .select(count_star())
        )?;
        let ends: i64 = fetch!(
            self,
            "audit_chains",
            audit_chains::table
                .filter(sql::<Bool>("length(chain) <> 16"))
                .select(count_star())
        )?;
        Ok(events.saturating_add(ends))
    }

    /// The organizations that have events, from one to the next by the index: there are many more
    /// events than organizations.
    async fn written_to(&mut self) -> Result<Vec<StoredId>, StorageError> {
        let mut found = Vec::new();
        let mut last = StoredId(Uuid::nil());
        loop {
            let behind = audit_events::table
                .filter(audit_events::org_id.gt(last))
                .order(audit_events::org_id)
                .limit(1)
                .select(audit_events::org_id);
            let whole = sql::<Bool>("length(org_id) = 16");
            let next = run!(self, get_result, behind.filter(whole), behind);
            let next: Option<Option<StoredId>> = self.settle_optional("audit_events", next)?;
            let Some(next) = next.flatten() else {
                return Ok(found);
            };
            found.push(next);
            last = next;
        }
    }
}
