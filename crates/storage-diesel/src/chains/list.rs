//! Which chains there are.

use crate::query::load;
use crate::schema::{audit_chains, audit_events, orgs};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::Chain;
use oneclaw_storage::StorageError;
use std::collections::BTreeSet;

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
        let written: Vec<Option<StoredId>> = load!(
            self,
            "audit_events",
            audit_events::table.select(audit_events::org_id).distinct()
        )?;
        let ids = ends.into_iter().chain(living);
        let ids = ids.chain(written.into_iter().flatten());
        let mut chains: BTreeSet<Chain> = ids.map(|id| Chain::from_uuid(id.0)).collect();
        chains.insert(Chain::Installation);
        Ok(chains.into_iter().collect())
    }
}
