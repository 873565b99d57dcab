//! From the first start on, every event has a place in a chain.

use super::keeper::Keeper;
use super::keys::{make_first, new_key};
use crate::{Seams, StartError};
use oneclaw_domain::Timestamp;
use oneclaw_policy::{Access, Installation, ManageKeys, SystemReason};
use oneclaw_storage::{ChainKeeper, StorageError, Store, StoredChainKey};
use std::sync::Arc;

/// How long a new key waits before it counts, in seconds: in that time every instance has read it,
/// also one whose clock is four minutes ahead.
pub(super) const NOTICE: i64 = 300;
/// Events that get their places in one commit.
const BATCH: i64 = 500;

/// Makes the first key of an older store, keeps the store's chains from here on, and takes in what
/// was written before there were chains. `is_chained`: the store has had audit keys from its first
/// moment on.
pub(crate) async fn start(seams: &Seams, is_chained: bool) -> Result<Arc<Keeper>, StartError> {
    let access = Access::<ManageKeys>::system(Installation, SystemReason::FirstStart);
    make_first(seams, &access, is_chained).await?;
    let keeper = Arc::new(open(seams, &seams.store.chain_keys().await?).await?);
    if keeper.keys().is_empty() {
        return Err(StartError::NoKeys);
    }
    seams.store.keep_chains(keeper.clone());
    adopt(&*seams.store, &keeper, seams.clock.now()).await?;
    Ok(keeper)
}

/// Keeps the chains of a store that an operator's command writes to. One that never had a server
/// since there are chains has no keys: what is written there is taken in at the next start.
pub(crate) async fn keep(seams: &Seams) -> Result<(), StartError> {
    let stored = seams.store.chain_keys().await?;
    if !stored.is_empty() {
        seams
            .store
            .keep_chains(Arc::new(open(seams, &stored).await?));
    }
    Ok(())
}

pub(super) async fn open(seams: &Seams, stored: &[StoredChainKey]) -> Result<Keeper, StartError> {
    let provider = Arc::clone(&seams.key_provider);
    Ok(Keeper::open(provider, Arc::clone(&seams.clock), stored).await?)
}

/// Gives places to events that have none, as long as there may be such.
async fn adopt(store: &dyn Store, keeper: &Keeper, now: Timestamp) -> Result<u64, StorageError> {
    let access = Access::<ManageKeys>::system(Installation, SystemReason::FirstStart);
    let mut adopted = 0;
    while keeper.keys().adopts(now) {
        let many = store.adopt_events(&access, BATCH).await?;
        adopted += many;
        if many == 0 {
            break;
        }
    }
    Ok(adopted)
}

impl Keeper {
    /// Reads the keys anew, and takes in what instances of an older version wrote meanwhile.
    pub(crate) async fn keep_up(
        &self,
        store: &dyn Store,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.learn(&store.chain_keys().await?).await?;
        let adopted = adopt(store, self, now).await?;
        if adopted > 0 {
            tracing::info!(
                adopted,
                "events of an older version got their places in the audit chains"
            );
        }
        Ok(())
    }
}

/// A new key that counts soon: later than what any instance's clock says, as far as the events tell,
/// because one that was written with the key before must not belong to this one's time.
pub(crate) async fn next_key(seams: &Seams) -> Result<StoredChainKey, StartError> {
    let now = seams.clock.now();
    let newest = seams.store.last_event_at().await?.unwrap_or(now);
    let starts_at = now.max(newest).plus_seconds(NOTICE);
    Ok(new_key(seams, starts_at, false).await?)
}
