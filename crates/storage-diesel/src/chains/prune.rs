//! Taking away the first events of a chain, which its end takes note of.

use super::hold::WantedPlaces;
use crate::audit_rows::EventRow;
use crate::query::{execute, load};
use crate::schema::{audit_chains, audit_events};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{Chain, ChainHead, Timestamp};
use oneclaw_storage::StorageError;
use std::collections::BTreeMap;
use uuid::Uuid;

impl Session {
    /// Takes away up to `many` of the first events that are older than `before`. From the first on
    /// that is not what was linked, all are left for who looks: what is signed as taken away cannot
    /// be told from what never was. For the same reason nothing is taken of a chain whose end does
    /// not hold.
    pub(super) async fn prune(
        &mut self,
        chain: Chain,
        before: Timestamp,
        many: i64,
    ) -> Result<(u64, Vec<ChainHead>), StorageError> {
        let want = WantedPlaces {
            events: 0,
            first: before,
            last: before,
        };
        if self.hold_chain(chain).await?.is_none() {
            return Ok((0, Vec::new()));
        }
        let mut held = self.hold_chains(&BTreeMap::from([(chain, want)])).await?;
        let keeper = self.books.keeper();
        let sound = keeper.zip(held.sound(chain).cloned());
        let Some((keeper, mut head)) = sound else {
            return Ok((0, Vec::new()));
        };
        let mut seqs = Vec::new();
        for row in self.placed_behind(chain, head.pruned, many).await? {
            let event = row.parse();
            let is_linked = keeper.begins(&head, &event);
            let Some(link) = event.link.filter(|_| is_linked) else {
                break;
            };
            if event.event.created_at >= before {
                break;
            }
            head.pruned = link.position;
            head.pruned_hash = link.hash;
            head.pruned_last = Some(event.event.id);
            seqs.push(event.seq);
        }
        if seqs.is_empty() {
            return Ok((0, Vec::new()));
        }
        let old = audit_events::table.filter(audit_events::seq.eq_any(&seqs));
        execute!(self, "audit_events", diesel::delete(old))?;
        held.replace(head);
        let ends = held.ends();
        self.set_heads(&ends).await?;
        Ok((seqs.len() as u64, ends))
    }

    async fn placed_behind(
        &mut self,
        chain: Chain,
        position: i64,
        many: i64,
    ) -> Result<Vec<EventRow>, StorageError> {
        let placed = audit_events::table
            .filter(audit_events::chain_position.gt(position))
            .order((audit_events::chain_position, audit_events::seq))
            .limit(many);
        if let Some(org) = chain.org() {
            load!(
                self,
                "audit_events",
                placed
                    .filter(audit_events::org_id.eq(StoredId::from(org)))
                    .select(EventRow::as_select())
            )
        } else {
            load!(
                self,
                "audit_events",
                placed
                    .filter(audit_events::org_id.is_null())
                    .select(EventRow::as_select())
            )
        }
    }

    /// Chains whose first event is older than `before`.
    pub(super) async fn prunable(
        &mut self,
        before: Timestamp,
        many: i64,
    ) -> Result<Vec<Chain>, StorageError> {
        let first = audit_events::chain_position.eq((audit_chains::pruned + 1).nullable());
        let of_org = audit_events::org_id.eq(audit_chains::chain.nullable());
        let old = audit_events::created_at.lt(StoredTime::from(before));
        let orgs = audit_chains::table
            .inner_join(audit_events::table.on(of_org.and(first)))
            .filter(old)
            .order(audit_chains::chain)
            .limit(many)
            .select(audit_chains::chain);
        let mut found: Vec<StoredId> = load!(self, "audit_chains", orgs)?;
        let own = audit_chains::table
            .inner_join(audit_events::table.on(audit_events::org_id.is_null().and(first)))
            .filter(audit_chains::chain.eq(StoredId(Uuid::nil())))
            .filter(old)
            .limit(1)
            .select(audit_chains::chain);
        found.extend::<Vec<StoredId>>(load!(self, "audit_chains", own)?);
        found.truncate(usize::try_from(many).unwrap_or(usize::MAX));
        Ok(found.into_iter().map(|id| Chain::from_uuid(id.0)).collect())
    }
}
