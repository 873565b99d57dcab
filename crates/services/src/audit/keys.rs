//! The keys that audit chains are signed with.

use crate::{Seams, StartError};
use oneclaw_crypto::{Context, CryptoError, KeyProvider, MacKey, Wrapped};
use oneclaw_domain::{ChainHead, ChainLink, EventRecord, Timestamp};
use oneclaw_policy::{Access, ManageKeys};
use oneclaw_storage::{StoredChainKey, WrappedKey};
use std::sync::Arc;

/// What an event's hash is made for.
const LINK: &str = "audit link";
/// What a head's is.
const HEAD: &str = "audit head";
/// What an export's is.
const EXPORT: &str = "audit export";
/// How long after the first key was made events without a place may get one, in seconds: until then
/// instances of a version that knew no chains may still run.
const ADOPTS: i64 = 86_400;

/// What a wrapped chain key belongs to: nobody moves the time from which it counts.
pub(crate) fn key_context(key: &StoredChainKey) -> Context {
    Context::new("audit chain key")
        .with(key.id.as_bytes())
        .with(&key.starts_at.millis().to_be_bytes())
        .with(&key.adopts_until.millis().to_be_bytes())
}

/// A chain key, open.
pub(super) struct ChainKey {
    pub(super) id: String,
    pub(super) starts_at: Timestamp,
    adopts_until: Timestamp,
    mac: MacKey,
}

impl ChainKey {
    async fn open(
        provider: &dyn KeyProvider,
        stored: &StoredChainKey,
    ) -> Result<Self, CryptoError> {
        let wrapped = Wrapped::parse(stored.wrapped.bytes.clone())?;
        let bytes = provider.unwrap(&key_context(stored), &wrapped).await?;
        Ok(Self {
            id: stored.id.clone(),
            starts_at: stored.starts_at,
            adopts_until: stored.adopts_until,
            mac: MacKey::from_bytes(bytes.expose())?,
        })
    }

    /// The hash of an event at its place, behind `previous`.
    pub(super) fn link(
        &self,
        link: &ChainLink,
        previous: &[u8; 32],
        event: &EventRecord,
    ) -> [u8; 32] {
        let hash = self.mac.mac(LINK, &link.canonical(previous, event));
        hash.into_bytes()
    }

    /// Whether that is the hash that stands in the link.
    pub(super) fn verifies_link(
        &self,
        link: &ChainLink,
        previous: &[u8; 32],
        event: &EventRecord,
    ) -> bool {
        let data = link.canonical(previous, event);
        self.mac.verify(LINK, &data, &link.hash)
    }

    /// What signs a head.
    pub(super) fn head(&self, head: &ChainHead) -> Vec<u8> {
        self.mac.mac(HEAD, &head.canonical()).as_bytes().to_vec()
    }

    /// Whether the head is as it was signed.
    pub(super) fn verifies_head(&self, head: &ChainHead) -> bool {
        self.mac.verify(HEAD, &head.canonical(), &head.mac)
    }

    /// What proves a line of an export.
    pub(super) fn export(&self, data: &[u8]) -> [u8; 32] {
        self.mac.mac(EXPORT, data).into_bytes()
    }

    /// Whether that proves it.
    pub(super) fn verifies_export(&self, data: &[u8], mac: &[u8]) -> bool {
        self.mac.verify(EXPORT, data, mac)
    }
}

/// All chain keys that open, the first to start first.
#[derive(Default)]
pub(super) struct ChainKeys(Vec<Arc<ChainKey>>);

impl ChainKeys {
    /// Opens what the store, or an export, holds. A key that is not as it was wrapped is left out,
    /// and what it signed is said to lack it; one of a master key that is not here fails all.
    pub(super) async fn open(
        provider: &dyn KeyProvider,
        stored: &[StoredChainKey],
    ) -> Result<Self, CryptoError> {
        let mut keys = Vec::with_capacity(stored.len());
        for key in stored {
            match ChainKey::open(provider, key).await {
                Ok(key) => keys.push(Arc::new(key)),
                Err(CryptoError::Opaque) => {
                    tracing::error!(key = %key.id, "an audit key does not open: it was changed, or is another's");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self::in_order(keys))
    }

    fn in_order(mut keys: Vec<Arc<ChainKey>>) -> Self {
        keys.sort_by(|one, other| (one.starts_at, &one.id).cmp(&(other.starts_at, &other.id)));
        Self(keys)
    }

    /// These, and those of the others that are not among them.
    pub(super) fn with(self, others: &Self) -> Self {
        let mut keys = self.0;
        for other in &others.0 {
            if keys.iter().all(|key| key.id != other.id) {
                keys.push(Arc::clone(other));
            }
        }
        Self::in_order(keys)
    }

    /// Those that have started at a moment and are not among the others.
    pub(super) fn lost<'a>(
        &'a self,
        others: &'a Self,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a str> {
        let started = self.0.iter().filter(move |key| key.starts_at <= now);
        let lost = started.filter(move |key| others.get(&key.id).is_none());
        lost.map(|key| key.id.as_str())
    }

    /// The key that events of a moment are hashed with.
    pub(super) fn at(&self, moment: Timestamp) -> Option<&ChainKey> {
        let started = self.0.iter().rev().find(|key| key.starts_at <= moment);
        started.or_else(|| self.0.first()).map(|key| &**key)
    }

    /// The key of that id.
    pub(super) fn get(&self, id: &str) -> Option<&ChainKey> {
        let found = self.0.iter().find(|key| key.id == id);
        found.map(|key| &**key)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether events that have no place may get one now.
    pub(super) fn adopts(&self, now: Timestamp) -> bool {
        self.0.first().is_some_and(|key| now < key.adopts_until)
    }
}

#[cfg(test)]
impl ChainKeys {
    /// Fresh keys with these ids, each from a moment on, in milliseconds.
    pub(super) fn fresh(keys: &[(&str, i64)]) -> Self {
        let fresh = |(id, starts_at): &(&str, i64)| {
            Arc::new(ChainKey {
                id: (*id).to_owned(),
                starts_at: Timestamp::from_millis(*starts_at),
                adopts_until: Timestamp::from_millis(*starts_at),
                mac: MacKey::generate().unwrap(),
            })
        };
        Self::in_order(keys.iter().map(fresh).collect())
    }
}

/// A fresh key that counts from a moment on, wrapped. The first adopts what was there before.
pub(super) async fn new_key(
    seams: &Seams,
    starts_at: Timestamp,
    is_first: bool,
) -> Result<StoredChainKey, CryptoError> {
    let mut key = StoredChainKey {
        id: seams.ids.next().to_string(),
        wrapped: WrappedKey {
            master_key: *seams.key_provider.current().as_bytes(),
            bytes: Vec::new(),
        },
        starts_at,
        adopts_until: starts_at.plus_seconds(if is_first { ADOPTS } else { 0 }),
    };
    let mac = MacKey::generate()?;
    let wrapped = seams
        .key_provider
        .wrap(&key_context(&key), mac.expose())
        .await?;
    key.wrapped = WrappedKey {
        master_key: *wrapped.key_id.as_bytes(),
        bytes: wrapped.bytes,
    };
    Ok(key)
}

/// The first key of a store, wrapped.
pub(crate) async fn first_key(seams: &Seams) -> Result<StoredChainKey, CryptoError> {
    new_key(seams, seams.clock.now(), true).await
}

/// Makes the first key of a store that is older than audit keys, unless it has one. One that has had
/// them from its first moment on (`is_chained`) does not begin anew.
pub(super) async fn make_first(
    seams: &Seams,
    access: &Access<ManageKeys>,
    is_chained: bool,
) -> Result<(), StartError> {
    if seams.store.chain_keys().await?.is_empty() {
        if is_chained {
            return Err(StartError::AuditKeysGone);
        }
        let key = first_key(seams).await?;
        // of two that start at the same moment one makes it, the other uses it
        seams.store.add_chain_key(access, &key, true).await?;
    }
    Ok(())
}
