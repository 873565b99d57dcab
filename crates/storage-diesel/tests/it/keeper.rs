//! Who links events in these tests: with a hash that is none, but differs where anything does.

use async_trait::async_trait;
use oneclaw_domain::{Chain, ChainHead, ChainLink, ChainedEvent, EventRecord, Timestamp};
use oneclaw_storage::{ChainKeeper, StorageError, StoredChainKey};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Remembers the ends that it saw committed.
#[derive(Debug, Default)]
pub(crate) struct TestKeeper {
    seen: Mutex<HashMap<Chain, i64>>,
    /// Whether it knows no key, until it is told all.
    pub(crate) is_strange: AtomicBool,
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (part, chunk) in out.chunks_mut(8).enumerate() {
        let mut hasher = DefaultHasher::new();
        (part, bytes).hash(&mut hasher);
        chunk.copy_from_slice(&hasher.finish().to_be_bytes());
    }
    out
}

/// What proves a head.
pub(crate) fn mac_of(head: &ChainHead) -> Vec<u8> {
    hash(&head.canonical()).to_vec()
}

/// The hash of an event at its place.
pub(crate) fn hash_of(link: &ChainLink, previous: &[u8; 32], event: &EventRecord) -> [u8; 32] {
    hash(&link.canonical(previous, event))
}

#[async_trait]
impl ChainKeeper for TestKeeper {
    fn is_behind(&self, _at: Timestamp) -> bool {
        false
    }

    fn knows(&self, _key: &str) -> bool {
        !self.is_strange.load(Ordering::SeqCst)
    }

    async fn learn(&self, _keys: &[StoredChainKey]) -> Result<(), StorageError> {
        self.is_strange.store(false, Ordering::SeqCst);
        Ok(())
    }

    fn open(&self, chain: Chain) -> ChainHead {
        self.sign(ChainHead::empty(chain))
    }

    fn holds(&self, head: &ChainHead) -> bool {
        let mut seen = self.seen.lock().unwrap();
        let known = seen.entry(head.chain).or_insert(0);
        let holds = mac_of(head) == head.mac && head.length >= *known;
        if holds {
            *known = head.length;
        }
        holds
    }

    fn begins(&self, head: &ChainHead, event: &ChainedEvent) -> bool {
        event.link.as_ref().is_some_and(|link| {
            link.position == head.pruned + 1
                && link.previous == head.pruned_last
                && link.hash == hash_of(link, &head.pruned_hash, &event.event)
        })
    }

    fn link(
        &self,
        head: ChainHead,
        seq: i64,
        event: &EventRecord,
    ) -> Result<(ChainLink, ChainHead), StorageError> {
        let mut link = ChainLink {
            seq,
            position: head.length + 1,
            previous: head.last,
            key: "first".to_owned(),
            hash: [0; 32],
        };
        link.hash = hash_of(&link, &head.hash, event);
        let head = ChainHead {
            length: link.position,
            last: Some(event.id),
            hash: link.hash,
            key: link.key.clone(),
            mac: Vec::new(),
            ..head
        };
        Ok((link, head))
    }

    fn sign(&self, head: ChainHead) -> ChainHead {
        let mac = mac_of(&head);
        ChainHead { mac, ..head }
    }

    fn committed(&self, head: &ChainHead) {
        if !head.mac.is_empty() {
            let mut seen = self.seen.lock().unwrap();
            let known = seen.entry(head.chain).or_insert(0);
            *known = head.length.max(*known);
        }
    }
}
