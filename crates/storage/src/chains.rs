//! The hash chains of audit events: linked in the commit that writes the event.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Chain, ChainHead, ChainLink, ChainedEvent, EventRecord, Timestamp};
use oneclaw_policy::{Access, ManageKeys, PruneAudit};
use std::sync::Arc;

/// Makes and checks what chains are signed with. The store asks it inside the commit, where the
/// chain's head is held against everybody else.
#[async_trait]
pub trait ChainKeeper: Send + Sync {
    /// Whether there may be keys that this process has not seen and that an event of this moment is
    /// to be hashed with. Then the commit reads them itself, by its own connection, and tells.
    fn is_behind(&self, at: Timestamp) -> bool;

    /// Whether a key is known, that a head names. One that is not may be newer than what was read: a
    /// process may have slept between an event and its commit.
    fn knows(&self, key: &str) -> bool;

    /// Goes by these keys from now on, too: all that the store has. One that was known before is not
    /// forgotten because the store has it no more.
    ///
    /// # Errors
    /// One does not open.
    async fn learn(&self, keys: &[StoredChainKey]) -> Result<(), StorageError>;

    /// A chain without events, signed.
    fn open(&self, chain: Chain) -> ChainHead;

    /// Whether the commit of an event of this moment may begin a chain that is not there, because
    /// older versions may still add organizations without one. Else its loss is no beginning: the
    /// event stands in a chain that nobody signs.
    fn may_begin(&self, _chain: Chain, _at: Timestamp) -> bool {
        false
    }

    /// Whether a head is as it was signed, and not one that this process has seen the end of.
    fn holds(&self, head: &ChainHead) -> bool;

    /// Whether an event is the one that was linked behind those that, as a head says, were taken
    /// away: nobody takes away what was changed.
    fn begins(&self, head: &ChainHead, event: &ChainedEvent) -> bool;

    /// The place of an event behind a head, and the head behind it, not signed yet.
    ///
    /// # Errors
    /// The key of that moment is not here.
    fn link(
        &self,
        head: ChainHead,
        seq: i64,
        event: &EventRecord,
    ) -> Result<(ChainLink, ChainHead), StorageError>;

    /// Signs a head that was made from one that held.
    fn sign(&self, head: ChainHead) -> ChainHead;

    /// Remembers a signed head as the end that this process has seen: after the commit that wrote
    /// it, never before.
    fn committed(&self, head: &ChainHead);
}

/// A key that chains are signed with, wrapped: its wrapping is bound to its id and its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChainKey {
    /// Its id.
    pub id: String,
    /// The key itself, wrapped.
    pub wrapped: crate::WrappedKey,
    /// Events from this moment on are hashed with it, until the next one starts.
    pub starts_at: Timestamp,
    /// Until when events that have no place in their chain may get one: they were written by a
    /// version that knew no chains.
    pub adopts_until: Timestamp,
}

/// What stores do for chains.
#[async_trait]
pub trait Chains: Send + Sync {
    /// Links every event that is written from now on. Without it, events have no place in a chain.
    fn keep_chains(&self, keeper: Arc<dyn ChainKeeper>);

    /// The keys, the first to start first.
    async fn chain_keys(&self) -> Result<Vec<StoredChainKey>, StorageError>;

    /// Adds a key, unless there is one of that id, or there is any and this is to be the first
    /// (`is_first`); tells whether it did. One commit, without an event of its own.
    async fn add_chain_key(
        &self,
        access: &Access<ManageKeys>,
        key: &StoredChainKey,
        is_first: bool,
    ) -> Result<bool, StorageError>;

    /// Gives places to up to `many` events that have none, in chains that may begin with that;
    /// tells how many got one.
    async fn adopt_events(
        &self,
        access: &Access<ManageKeys>,
        many: i64,
    ) -> Result<u64, StorageError>;

    /// Takes away up to `many` of the first events of a chain that are older than `before`, and notes
    /// that in its head; tells how many. Nothing is taken of a chain whose end does not hold, and
    /// nothing from the first event on that is not what was linked.
    async fn prune_events(
        &self,
        access: &Access<PruneAudit>,
        before: Timestamp,
        many: i64,
    ) -> Result<u64, StorageError>;

    /// Every chain that has an end, an event or an organization, the installation's own first.
    async fn chains(&self) -> Result<Vec<Chain>, StorageError>;

    /// How many events and ends are in no chain, because what they name as their organization is no
    /// id: the server writes none of these.
    async fn strays(&self) -> Result<i64, StorageError>;

    /// Chains whose first event is older than `before`, at most `many`.
    async fn chains_to_prune(
        &self,
        before: Timestamp,
        many: i64,
    ) -> Result<Vec<Chain>, StorageError>;
}
