//! Audit chains.

use crate::DieselStore;
use async_trait::async_trait;
use oneclaw_domain::{Chain, Timestamp};
use oneclaw_policy::{Access, ManageKeys, PruneAudit};
use oneclaw_storage::{ChainKeeper, Chains, StorageError, StoredChainKey};
use std::sync::Arc;

fn not_yet() -> StorageError {
    StorageError::Backend("not there yet".into())
}

#[async_trait]
impl Chains for DieselStore {
    fn keep_chains(&self, _keeper: Arc<dyn ChainKeeper>) {}
    async fn chain_keys(&self) -> Result<Vec<StoredChainKey>, StorageError> {
        Err(not_yet())
    }
    async fn add_chain_key(
        &self,
        access: &Access<ManageKeys>,
        key: &StoredChainKey,
        is_first: bool,
    ) -> Result<bool, StorageError> {
        Err(not_yet())
    }
    async fn adopt_events(
        &self,
        access: &Access<ManageKeys>,
        many: i64,
    ) -> Result<u64, StorageError> {
        Err(not_yet())
    }
    async fn prune_events(
        &self,
        access: &Access<PruneAudit>,
        before: Timestamp,
        many: i64,
    ) -> Result<u64, StorageError> {
        Err(not_yet())
    }
    async fn chains_to_prune(
        &self,
        before: Timestamp,
        many: i64,
    ) -> Result<Vec<Chain>, StorageError> {
        Err(not_yet())
    }
}
