//! Places for events that were written by a version that knew no chains.

use super::HeadRow;
use super::hold::WantedPlaces;
use crate::audit_rows::EventRow;
use crate::query::{execute, load};
use crate::schema::{audit_chains, audit_events, orgs};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Chain, ChainHead, ChainLink};
use oneclaw_storage::{ChainKeeper, StorageError};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Session {
    /// Begins up to `many` chains that are not there; where none is missing, gives places to up to
    /// `many` events. Tells how many, and the new ends.
    pub(super) async fn adopt(
        &mut self,
        keeper: &dyn ChainKeeper,
        many: i64,
    ) -> Result<(u64, Vec<ChainHead>), StorageError> {
        let begun = self.begin_missing(keeper, many).await?;
        if begun > 0 {
            // on their own: who waits for a chain that is not there yet may hold another
            return Ok((begun, Vec::new()));
        }
        let mut adopted = 0;
        let mut wanted = BTreeMap::new();
        for row in self.unplaced(many).await? {
            let event = row.parse().event;
            let none = WantedPlaces {
                events: 0,
                first: event.created_at,
                last: event.created_at,
            };
            let want: &mut WantedPlaces = wanted.entry(Chain::of(event.org)).or_insert(none);
            want.first = want.first.min(event.created_at);
            want.last = want.last.max(event.created_at);
        }
        if wanted.is_empty() {
            return Ok((adopted, Vec::new()));
        }
        for chain in wanted.keys() {
            self.insert_chain(&keeper.open(*chain)).await?;
        }
        let mut held = self.hold_chains(&wanted).await?;
        // once more, now that nobody else can: some may have their place already
        for row in self.unplaced(many).await? {
            let chained = row.parse();
            if wanted.contains_key(&Chain::of(chained.event.org)) {
                let link = held.place(chained.seq, &chained.event)?;
                self.set_place(&link).await?;
                adopted += 1;
            }
        }
        let ends = held.ends();
        self.set_heads(&ends).await?;
        Ok((adopted, ends))
    }

    async fn begin_missing(
        &mut self,
        keeper: &dyn ChainKeeper,
        many: i64,
    ) -> Result<u64, StorageError> {
        let begun = orgs::table
            .left_join(audit_chains::table.on(audit_chains::chain.eq(orgs::id)))
            .filter(audit_chains::chain.is_null())
            .order(orgs::id)
            .limit(many)
            .select(orgs::id);
        let mut missing: Vec<StoredId> = load!(self, "orgs", begun)?;
        let own: Vec<StoredId> = load!(
            self,
            "audit_chains",
            audit_chains::table
                .filter(audit_chains::chain.eq(StoredId(Uuid::nil())))
                .select(audit_chains::chain)
        )?;
        if own.is_empty() {
            missing.insert(0, StoredId(Uuid::nil()));
        }
        for chain in &missing {
            let head = keeper.open(Chain::from_uuid(chain.0));
            self.insert_chain(&head).await?;
        }
        Ok(missing.len() as u64)
    }

    /// Events without a place, the first to be written first.
    async fn unplaced(&mut self, many: i64) -> Result<Vec<EventRow>, StorageError> {
        load!(
            self,
            "audit_events",
            audit_events::table
                .filter(audit_events::chain_position.is_null())
                .order(audit_events::seq)
                .limit(many)
                .select(EventRow::as_select())
        )
    }

    async fn set_place(&mut self, link: &ChainLink) -> Result<(), StorageError> {
        let set = (
            audit_events::prev_event_id.eq(link.previous.map(StoredId::from)),
            audit_events::integrity_hash.eq(link.hash.as_slice()),
            audit_events::chain_position.eq(link.position),
            audit_events::chain_key.eq(link.key.as_str()),
        );
        execute!(
            self,
            "audit_events",
            diesel::update(audit_events::table.filter(audit_events::seq.eq(link.seq))).set(set)
        )?;
        Ok(())
    }

    /// Writes ends of chains that are held.
    pub(crate) async fn set_heads(&mut self, heads: &[ChainHead]) -> Result<(), StorageError> {
        for head in heads {
            let row = HeadRow::from(head);
            execute!(
                self,
                "audit_chains",
                diesel::update(audit_chains::table.filter(audit_chains::chain.eq(row.chain)))
                    .set(&row)
            )?;
        }
        Ok(())
    }
}
