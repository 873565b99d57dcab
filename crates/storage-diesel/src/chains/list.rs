//! Which chains there are.

use crate::query::{find, load};
use crate::schema::{audit_chains, audit_events, orgs};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::Chain;
use oneclaw_storage::StorageError;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Session {
    /// Every chain that has an end, an event or an organization: who takes one of these away does not
    /// take the chain out of the list.
    pub(super) async fn chains(&mut self) -> Result<Vec<Chain>, StorageError> {
        let ends: Vec<StoredId> = load!(
            self,
            "audit_chains",
            audit_chains::table.select(audit_chains::chain)
        )?;
        let living: Vec<StoredId> = load!(self, "orgs", orgs::table.select(orgs::id))?;
        let written = self.written_to().await?;
        let ids = ends.into_iter().chain(living).chain(written);
        let mut chains: BTreeSet<Chain> = ids.map(|id| Chain::from_uuid(id.0)).collect();
        chains.insert(Chain::Installation);
        Ok(chains.into_iter().collect())
    }

    /// The organizations that have events, from one to the next by the index: there are many more
    /// events than organizations.
    async fn written_to(&mut self) -> Result<Vec<StoredId>, StorageError> {
        let mut found = Vec::new();
        let mut last = StoredId(Uuid::nil());
        loop {
            let next: Option<Option<StoredId>> = find!(
                self,
                "audit_events",
                audit_events::table
                    .filter(audit_events::org_id.gt(last))
                    .order(audit_events::org_id)
                    .limit(1)
                    .select(audit_events::org_id)
            )?;
            let Some(next) = next.flatten() else {
                return Ok(found);
            };
            found.push(next);
            last = next;
        }
    }
}
