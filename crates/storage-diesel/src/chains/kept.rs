//! Keys of chains, and the store's door to what is done to chains.

use crate::DieselStore;
use crate::keys::wrapped_key;
use crate::query::{execute, find, load};
use crate::schema::{audit_keys, installation};
use crate::session::Session;
use crate::types::StoredTime;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{Chain, Timestamp};
use oneclaw_policy::{Access, ManageKeys, PruneAudit};
use oneclaw_storage::{ChainKeeper, Chains, StorageError, StoredChainKey};
use std::sync::Arc;

/// A key, wrapped.
#[derive(Debug, Queryable, Insertable)]
#[diesel(table_name = audit_keys)]
struct ChainKeyRow {
    id: String,
    master_key: Vec<u8>,
    wrapped: Vec<u8>,
    starts_at: StoredTime,
    adopts_until: StoredTime,
}

impl Session {
    /// All keys, the first to start first.
    pub(crate) async fn stored_chain_keys(&mut self) -> Result<Vec<StoredChainKey>, StorageError> {
        let rows: Vec<ChainKeyRow> = load!(
            self,
            "audit_keys",
            audit_keys::table
                .order((audit_keys::starts_at, audit_keys::id))
                .select((
                    audit_keys::id,
                    audit_keys::master_key,
                    audit_keys::wrapped,
                    audit_keys::starts_at,
                    audit_keys::adopts_until,
                ))
        )?;
        let parse = |row: ChainKeyRow| {
            Ok(StoredChainKey {
                id: row.id,
                wrapped: wrapped_key(&row.master_key, row.wrapped, "audit_keys.master_key")?,
                starts_at: row.starts_at.into(),
                adopts_until: row.adopts_until.into(),
            })
        };
        rows.into_iter().map(parse).collect()
    }

    /// Adds a key; a first one only where there is none. Tells whether it did.
    pub(crate) async fn insert_chain_key(
        &mut self,
        key: &StoredChainKey,
        is_first: bool,
    ) -> Result<bool, StorageError> {
        // of several instances that start at once, one makes the first
        let _locked: Option<i16> = find!(
            self,
            "installation",
            installation::table.select(installation::id),
            for_update
        )?;
        if is_first && !self.stored_chain_keys().await?.is_empty() {
            return Ok(false);
        }
        let row = ChainKeyRow {
            id: key.id.clone(),
            master_key: key.wrapped.master_key.to_vec(),
            wrapped: key.wrapped.bytes.clone(),
            starts_at: key.starts_at.into(),
            adopts_until: key.adopts_until.into(),
        };
        let added = execute!(
            self,
            "audit_keys",
            diesel::insert_into(audit_keys::table)
                .values(&row)
                .on_conflict_do_nothing()
        )?;
        Ok(added == 1)
    }
}

#[async_trait]
impl Chains for DieselStore {
    fn keep_chains(&self, keeper: Arc<dyn ChainKeeper>) {
        self.books().keep(keeper);
    }

    async fn chain_keys(&self) -> Result<Vec<StoredChainKey>, StorageError> {
        self.reading().await?.stored_chain_keys().await
    }

    async fn add_chain_key(
        &self,
        _access: &Access<ManageKeys>,
        key: &StoredChainKey,
        is_first: bool,
    ) -> Result<bool, StorageError> {
        let mut session = self.unit().await?;
        let added = session.insert_chain_key(key, is_first).await?;
        session.commit().await?;
        Ok(added)
    }

    async fn adopt_events(
        &self,
        _access: &Access<ManageKeys>,
        many: i64,
    ) -> Result<u64, StorageError> {
        let Some(keeper) = self.books().keeper() else {
            return Ok(0);
        };
        let mut session = self.unit().await?;
        let (adopted, heads) = session.adopt(&*keeper, many).await?;
        session.commit().await?;
        self.books().committed(&heads, &[]);
        Ok(adopted)
    }

    async fn prune_events(
        &self,
        access: &Access<PruneAudit>,
        before: Timestamp,
        many: i64,
    ) -> Result<u64, StorageError> {
        let mut session = self.unit().await?;
        let chain = access.on().chain;
        let (pruned, heads) = session.prune(chain, before, many).await?;
        session.commit().await?;
        self.books().committed(&heads, &[]);
        Ok(pruned)
    }

    async fn chains(&self) -> Result<Vec<Chain>, StorageError> {
        self.reading().await?.chains().await
    }

    async fn strays(&self) -> Result<i64, StorageError> {
        self.reading().await?.strays().await
    }

    async fn chains_to_prune(
        &self,
        before: Timestamp,
        many: i64,
    ) -> Result<Vec<Chain>, StorageError> {
        self.reading().await?.prunable(before, many).await
    }
}
