//! Taking away the first events of a chain, which its end takes note of.

use super::hold::WantedPlaces;
use crate::audit::hash_of;
use crate::query::{execute, load};
use crate::schema::{audit_chains, audit_events};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{Chain, ChainHead, Timestamp};
use oneclaw_storage::StorageError;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What pruning needs to know of an event: number, id, place, hash, moment.
type PrunedRow = (i64, StoredId, Option<i64>, Option<Vec<u8>>, StoredTime);

impl Session {
    /// Takes away up to `many` of the first events that are older than `before`. What does not follow
    /// on what was taken before is left for who looks.
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
        let Some(mut head) = held.heads().next().cloned() else {
            return Ok((0, Vec::new()));
        };
        let mut seqs = Vec::new();
        for row in self.placed_behind(chain, head.pruned, many).await? {
            let (seq, id, position, hash, created_at) = row;
            let next = head.pruned.saturating_add(1);
            if position != Some(next) || created_at >= before.into() {
                break;
            }
            head.pruned = next;
            head.pruned_hash = hash_of(hash.unwrap_or_default());
            head.pruned_last = Some(id.into());
            seqs.push(seq);
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
    ) -> Result<Vec<PrunedRow>, StorageError> {
        let placed = audit_events::table
            .filter(audit_events::chain_position.gt(position))
            .order(audit_events::chain_position)
            .limit(many)
            .select((
                audit_events::seq,
                audit_events::id,
                audit_events::chain_position,
                audit_events::integrity_hash,
                audit_events::created_at,
            ));
        match chain.org() {
            Some(org) => load!(
                self,
                "audit_events",
                placed.filter(audit_events::org_id.eq(StoredId::from(org)))
            ),
            None => load!(
                self,
                "audit_events",
                placed.filter(audit_events::org_id.is_null())
            ),
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
