//! What an operator does to keys, while instances serve.

use super::found::{self, HashKey, new_signing_key};
use super::{signing, vault_keys};
use crate::{Seams, StartError, audit};
use oneclaw_crypto::{Context, CryptoError, KeyId, KeyProvider, Wrapped};
use oneclaw_domain::{AuditEvent, Timestamp};
use oneclaw_policy::{Access, Installation, ManageKeys, SystemReason};
use oneclaw_storage::{KeyPurpose, StoredChainKey, StoredKey, WrappedKey, WrappedOwner};
use uuid::Uuid;

/// Keys that are wrapped anew in one commit.
const BATCH: i64 = 100;
/// How long a rotation may be silent before another may take over, in seconds. Long against a batch,
/// short for whoever starts it again after it was cut off; two at once would do no harm.
const LEASE: i64 = 15;
/// What a retired signing key verifies beyond the longest token: an instance may go on signing
/// with it until it looks for new keys, in seconds.
const OVERLAP: i64 = 120;

/// What an operator does to keys.
pub struct KeyAdmin {
    seams: Seams,
    /// Whom the machine knows them as.
    os_user: String,
}

/// How a rotation of the master key went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MasterRotation {
    /// The key that wraps now.
    pub current: KeyId,
    /// Keys that were wrapped anew.
    pub rewrapped: u64,
}

/// How a rotation of the signing key went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SigningRotation {
    /// The key that signs now.
    pub current: String,
    /// When the keys before it stop verifying.
    pub before_until: Timestamp,
}

impl KeyAdmin {
    /// Over the same seams as the services; needs no running server. `os_user` is whom the machine
    /// knows the operator as: every event says so.
    pub const fn new(seams: Seams, os_user: String) -> Self {
        Self { seams, os_user }
    }

    /// Which master key the store is wrapped under; `None` = an empty store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn master_key(&self) -> Result<Option<KeyId>, StartError> {
        let mut reader = self.seams.store.read().await?;
        Ok(reader.keys().master_key().await?.map(KeyId::from_bytes))
    }

    /// The signing keys, oldest first, retired ones included.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn signing_keys(
        &self,
    ) -> Result<Vec<(String, Timestamp, Option<Timestamp>)>, StartError> {
        let mut reader = self.seams.store.read().await?;
        let keys = reader.keys().list(KeyPurpose::TokenSigning).await?;
        Ok(keys
            .into_iter()
            .map(|key| (key.id, key.created_at, key.retires_at))
            .collect())
    }

    /// Makes the provider's current master key the one that wraps new keys, and wraps everything
    /// anew under it. Cut off at any point it goes on where it stopped; started twice, the second
    /// is refused. Instances serve meanwhile.
    ///
    /// # Errors
    /// Another rotation runs; a key that does not open; the store or the provider fails.
    pub async fn rotate_master(&self) -> Result<MasterRotation, StartError> {
        audit::keep(&self.seams).await?;
        let holder = self.seams.ids.next();
        self.hold_lease(holder).await?;
        let done = self.rewrap_all(holder).await;
        self.seams
            .store
            .release_lease("keys.rotate", holder)
            .await?;
        done
    }

    async fn hold_lease(&self, holder: Uuid) -> Result<(), StartError> {
        let now = self.seams.clock.now();
        let until = now.plus_seconds(LEASE);
        if self
            .seams
            .store
            .lease("keys.rotate", holder, now, until)
            .await?
        {
            Ok(())
        } else {
            Err(StartError::RotationRuns)
        }
    }

    async fn rewrap_all(&self, holder: Uuid) -> Result<MasterRotation, StartError> {
        let current = self.seams.key_provider.current();
        self.announce(current).await?;
        let mut rewrapped = 0;
        loop {
            self.hold_lease(holder).await?;
            let mut reader = self.seams.store.read().await?;
            let outdated = reader.keys().outdated(current.as_bytes(), BATCH).await?;
            drop(reader);
            if outdated.is_empty() {
                return Ok(MasterRotation { current, rewrapped });
            }
            rewrapped += self.rewrap_batch(current, &outdated).await?;
        }
    }

    /// From here on nothing new is wrapped under the key before.
    async fn announce(&self, current: KeyId) -> Result<(), StartError> {
        let mut tx = self.seams.store.begin().await?;
        let before = tx
            .keys()
            .lock_master_key()
            .await?
            .ok_or(StartError::NoKeys)?;
        if before == *current.as_bytes() {
            return Ok(());
        }
        tx.keys()
            .set_master_key(&access(), current.as_bytes())
            .await?;
        let event = self
            .event("master_key.rotate")
            .with("master_key", current.to_string());
        tx.commit(event).await?.yields(()).into_inner();
        Ok(())
    }

    async fn rewrap_batch(
        &self,
        current: KeyId,
        outdated: &[(WrappedOwner, WrappedKey)],
    ) -> Result<u64, StartError> {
        let provider = &self.seams.key_provider;
        let hash_keys = self.hash_keys().await?;
        let chain_keys = self.seams.store.chain_keys().await?;
        let mut fresh = Vec::with_capacity(outdated.len());
        for (owner, old) in outdated {
            let wrapped = Wrapped::parse(old.bytes.clone())?;
            let of = (owner, &wrapped);
            let Some(context) = context(&**provider, of, &hash_keys, &chain_keys).await? else {
                continue;
            };
            let key = provider.unwrap(&context, &wrapped).await?;
            let new = provider.wrap(&context, key.expose()).await?;
            if new.key_id != current {
                // The provider has a newer key: without an end, this would wrap all under it.
                return Err(StartError::RotationRuns);
            }
            let new = WrappedKey {
                master_key: *new.key_id.as_bytes(),
                bytes: new.bytes,
            };
            fresh.push((owner, old, new));
        }
        let mut tx = self.seams.store.begin().await?;
        let mut many = 0_u64;
        for (owner, old, new) in &fresh {
            many += u64::from(tx.keys().rewrap(&access(), owner, old, new).await?);
        }
        let event = self.event("master_key.rewrap").with("keys", many);
        Ok(tx.commit(event).await?.yields(many).into_inner())
    }

    async fn hash_keys(&self) -> Result<Vec<StoredKey>, StartError> {
        let mut reader = self.seams.store.read().await?;
        Ok(reader.keys().list(KeyPurpose::KeyedHash).await?)
    }

    /// Makes a new signing key. The keys before it verify until the last token that they signed
    /// has expired; in an emergency they stop at once, and every session ends.
    ///
    /// # Errors
    /// The store or the provider fails.
    pub async fn rotate_signing(
        &self,
        longest_token: i64,
        emergency: bool,
    ) -> Result<SigningRotation, StartError> {
        audit::keep(&self.seams).await?;
        let now = self.seams.clock.now();
        let until = if emergency {
            now
        } else {
            now.plus_seconds(longest_token + OVERLAP)
        };
        let new = new_signing_key(&self.seams).await?;
        let mut tx = self.seams.store.begin().await?;
        let master = tx
            .keys()
            .lock_master_key()
            .await?
            .ok_or(StartError::NoKeys)?;
        if master != new.wrapped.master_key {
            return Err(StartError::RotationRuns);
        }
        for old in self.in_use(emergency).await? {
            tx.keys().retire(&access(), &old, until).await?;
        }
        tx.keys().insert(&access(), &new).await?;
        if emergency {
            tx.keys().end_all_sessions(&access(), now).await?;
        }
        let event = self
            .event("signing_key.rotate")
            .with("kid", new.id.clone())
            .with("emergency", emergency);
        let done = SigningRotation {
            current: new.id,
            before_until: until,
        };
        Ok(tx.commit(event).await?.yields(done).into_inner())
    }

    /// The keys that audit chains are signed with, the first to start first: their ids and when
    /// each counts from.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn audit_keys(&self) -> Result<Vec<(String, Timestamp)>, StartError> {
        let keys = self.seams.store.chain_keys().await?;
        Ok(keys
            .into_iter()
            .map(|key| (key.id, key.starts_at))
            .collect())
    }

    /// Makes a new key for audit chains, which counts once every instance has read it; tells its id
    /// and from when. What was signed before stays signed by the keys before.
    ///
    /// # Errors
    /// A rotation of the master key runs; the store or the provider fails.
    pub async fn rotate_audit(&self) -> Result<(String, Timestamp), StartError> {
        audit::keep(&self.seams).await?;
        let holder = self.seams.ids.next();
        self.hold_lease(holder).await?;
        let done = self.add_audit_key().await;
        self.seams
            .store
            .release_lease("keys.rotate", holder)
            .await?;
        done
    }

    async fn add_audit_key(&self) -> Result<(String, Timestamp), StartError> {
        let new = audit::next_key(&self.seams).await?;
        if self.master_key().await? != Some(KeyId::from_bytes(new.wrapped.master_key)) {
            return Err(StartError::RotationRuns);
        }
        // told first: no key without its event
        let event = self
            .event("audit_key.rotate")
            .with("key", new.id.clone())
            .with("starts_at", new.starts_at.to_string());
        let tx = self.seams.store.begin().await?;
        tx.commit(event).await?.yields(()).into_inner();
        self.seams
            .store
            .add_chain_key(&access(), &new, false)
            .await?;
        Ok((new.id, new.starts_at))
    }

    fn event(&self, what: &str) -> AuditEvent {
        found::event(&self.seams, what).with("os_user", self.os_user.as_str())
    }

    /// The keys to retire: those in use, in an emergency also those that still verify.
    async fn in_use(&self, emergency: bool) -> Result<Vec<String>, StartError> {
        let now = self.seams.clock.now();
        let keys = self.signing_keys().await?;
        let wanted = |end: Option<Timestamp>| end.is_none_or(|end| emergency && end > now);
        Ok(keys
            .into_iter()
            .filter(|(_, _, end)| wanted(*end))
            .map(|(kid, ..)| kid)
            .collect())
    }
}

fn access() -> Access<ManageKeys> {
    Access::system(Installation, SystemReason::RotateKeys)
}

/// What a wrapped key belongs to; `None` = a key of chains that is not there any more.
async fn context(
    provider: &dyn KeyProvider,
    (owner, wrapped): (&WrappedOwner, &Wrapped),
    hash_keys: &[StoredKey],
    chain_keys: &[StoredChainKey],
) -> Result<Option<Context>, CryptoError> {
    Ok(match owner {
        WrappedOwner::Vault(org, vault) => Some(vault_keys::context(*org, *vault)),
        WrappedOwner::Chain(id) => {
            let key = chain_keys.iter().find(|key| &key.id == id);
            key.map(audit::key_context)
        }
        WrappedOwner::Installation(id) if hash_keys.iter().any(|key| &key.id == id) => {
            // the store's age is in it, and stays
            Some(HashKey::open(provider, id, wrapped).await?.context)
        }
        WrappedOwner::Installation(id) => Some(signing::context(id)),
    })
}
