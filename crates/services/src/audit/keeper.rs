//! Links events into their chains, and signs the chains' ends.

use super::keys::{ChainKey, ChainKeys};
use super::walk::Place;
use async_trait::async_trait;
use oneclaw_crypto::{CryptoError, KeyProvider};
use oneclaw_domain::{Chain, ChainHead, ChainLink, ChainedEvent, Clock, EventRecord, Timestamp};
use oneclaw_storage::{ChainKeeper, StorageError, StoredChainKey};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How long what was read of the keys is good for, in seconds. The rest of the time that a new key
/// waits before it counts is for clocks that are apart.
const GOOD_FOR: i64 = super::NOTICE / 5;
/// Chains whose ends are remembered; of more, any is forgotten.
const REMEMBERED: usize = 100_000;

/// How long a chain was when this process saw its end, and the hash of its last event.
pub(super) type Seen = (i64, [u8; 32]);

/// Links and signs with the keys of this installation.
pub(crate) struct Keeper {
    provider: Arc<dyn KeyProvider>,
    clock: Arc<dyn Clock>,
    keys: RwLock<Arc<ChainKeys>>,
    /// When the keys were read, in seconds.
    read_at: AtomicI64,
    /// The end of each chain that this process has seen: who brings back an older one is found out.
    seen: Mutex<HashMap<Chain, Seen>>,
    /// Heads that did not hold, first events that were not what was linked, and keys that were lost.
    broken: AtomicU64,
}

impl Keeper {
    /// With the keys that the store has.
    pub(super) async fn open(
        provider: Arc<dyn KeyProvider>,
        clock: Arc<dyn Clock>,
        stored: &[StoredChainKey],
    ) -> Result<Self, CryptoError> {
        let keeper = Self {
            provider,
            clock,
            keys: RwLock::default(),
            read_at: AtomicI64::new(0),
            seen: Mutex::default(),
            broken: AtomicU64::new(0),
        };
        keeper.take(stored).await?;
        Ok(keeper)
    }

    /// The keys that are known here.
    pub(super) fn keys(&self) -> Arc<ChainKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many times a chain's end did not hold when an event was to be linked behind it, its
    /// beginning did not when it was to be taken away, or a key was gone from the store.
    pub(crate) fn broken(&self) -> u64 {
        self.broken.load(Ordering::Relaxed)
    }

    /// The end of a chain that this process has seen. Who reads the chain's head afterwards reads
    /// this one or a later one.
    pub(super) fn seen(&self, chain: Chain) -> Option<Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&chain).copied()
    }

    async fn take(&self, stored: &[StoredChainKey]) -> Result<(), CryptoError> {
        let now = self.clock.now();
        let keys = ChainKeys::open(&*self.provider, stored).await?;
        let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // what was read may be older than what is known, but not as old as a key that has started
        for key in known.lost(&keys, now) {
            self.broken.fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                key,
                "an audit key is gone from the store: this process goes on with it, a new one cannot"
            );
        }
        *known = Arc::new(keys.with(&known));
        drop(known);
        self.read_at.store(now.seconds(), Ordering::Relaxed);
        Ok(())
    }

    fn remember(&self, head: &ChainHead) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED
            && !seen.contains_key(&head.chain)
            && let Some(any) = seen.keys().next().copied()
        {
            seen.remove(&any);
        }
        let end = seen.entry(head.chain).or_insert((head.length, head.hash));
        if head.length > end.0 {
            *end = (head.length, head.hash);
        }
    }

    /// The key to sign a head with: today's, but never one from before that of its last signature,
    /// wherever the clock is.
    fn signer<'a>(&self, keys: &'a ChainKeys, head: &ChainHead) -> Option<&'a ChainKey> {
        let now = keys.at(self.clock.now())?;
        match keys.get(&head.key) {
            Some(before) if before.starts_at > now.starts_at => Some(before),
            _ => Some(now),
        }
    }
}

#[async_trait]
impl ChainKeeper for Keeper {
    fn is_behind(&self, at: Timestamp) -> bool {
        let read_at = self.read_at.load(Ordering::Relaxed);
        let is_far = |moment: Timestamp| (moment.seconds() - read_at).abs() > GOOD_FOR;
        is_far(at) || is_far(self.clock.now())
    }

    fn knows(&self, key: &str) -> bool {
        self.keys().get(key).is_some()
    }

    async fn learn(&self, keys: &[StoredChainKey]) -> Result<(), StorageError> {
        let done = self.take(keys).await;
        done.map_err(|error| StorageError::Unavailable(Box::new(error)))
    }

    fn open(&self, chain: Chain) -> ChainHead {
        self.sign(ChainHead::empty(chain))
    }

    fn may_begin(&self, chain: Chain, at: Timestamp) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        self.keys().adopts(at) && !seen.contains_key(&chain)
    }

    fn holds(&self, head: &ChainHead) -> bool {
        let keys = self.keys();
        let is_signed = keys
            .get(&head.key)
            .is_some_and(|key| key.verifies_head(head));
        let holds = is_signed && is_newest(head, self.seen(head.chain));
        if holds {
            self.remember(head);
        } else {
            self.broken.fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                chain = %head.chain.uuid(),
                is_signed,
                "the end of an audit chain is not as it was signed, or an older one was brought back"
            );
        }
        holds
    }

    fn begins(&self, head: &ChainHead, event: &ChainedEvent) -> bool {
        let linked = Place::start(head).step(&self.keys(), event);
        if let Err(flaw) = linked {
            self.broken.fetch_add(1, Ordering::Relaxed);
            tracing::error!(
                chain = %head.chain.uuid(),
                event = %event.event.id,
                flaw = flaw.as_str(),
                "the beginning of an audit chain is not what was linked: it is not taken away"
            );
        }
        linked.is_ok()
    }

    fn link(
        &self,
        head: ChainHead,
        seq: i64,
        event: &EventRecord,
    ) -> Result<(ChainLink, ChainHead), StorageError> {
        let keys = self.keys();
        let key = keys.at(event.created_at).ok_or_else(no_key)?;
        let mut link = ChainLink {
            seq,
            position: head.length.saturating_add(1),
            previous: head.last,
            key: key.id.clone(),
            hash: [0; 32],
        };
        link.hash = key.link(&link, &head.hash, event);
        let head_key = match keys.get(&head.key) {
            Some(before) if before.starts_at > key.starts_at => head.key,
            _ => key.id.clone(),
        };
        let head = ChainHead {
            length: link.position,
            last: Some(event.id),
            hash: link.hash,
            key: head_key,
            mac: Vec::new(),
            ..head
        };
        Ok((link, head))
    }

    fn sign(&self, mut head: ChainHead) -> ChainHead {
        let keys = self.keys();
        head.mac = Vec::new();
        if let Some(key) = self.signer(&keys, &head) {
            head.key.clone_from(&key.id);
            head.mac = key.head(&head);
        }
        head
    }

    fn committed(&self, head: &ChainHead) {
        if !head.mac.is_empty() {
            self.remember(head);
        }
    }
}

/// Whether a head is not behind what was seen before it was read.
pub(super) fn is_newest(head: &ChainHead, seen: Option<Seen>) -> bool {
    seen.is_none_or(|(length, hash)| {
        head.length > length || (head.length == length && head.hash == hash)
    })
}

fn no_key() -> StorageError {
    StorageError::Unavailable("there is no audit key to hash the event with".into())
}
