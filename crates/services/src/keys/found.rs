//! First start, and every later one.

use super::room::KeyRoom;
use super::signing::{self, SigningSet};
use crate::{Seams, StartError, audit};
use oneclaw_crypto::{
    Context, CryptoError, KeyId, KeyProvider, MacKey, Plaintext, SigningKey, Wrapped,
};
use oneclaw_domain::{Actor, AuditEvent, AuditRequest, EventId, Outcome, Timestamp};
use oneclaw_policy::{Access, Action, Installation, ManageKeys, SystemReason, Target};
use oneclaw_storage::{KeyPurpose, StoredKey, Tx, WrappedKey};
use serde_json::Map;

impl KeyRoom {
    /// Opens the store's keys, or makes them where the store is empty. Of two instances that start
    /// on one empty store at the same moment one makes them, the other uses what it made.
    pub(crate) async fn open(seams: &Seams) -> Result<Self, StartError> {
        let provider = &seams.key_provider;
        let newest = seams.store.last_event_at().await?;
        let mut tx = seams.store.begin().await?;
        let access = Access::<ManageKeys>::system(Installation, SystemReason::FirstStart);
        if tx
            .keys()
            .found(&access, provider.current().as_bytes())
            .await?
        {
            // its first event is written with its keys: what has the one has had the other
            if newest.is_some() {
                return Err(StartError::KeysGone);
            }
            make_keys(seams, &mut *tx, &access).await?;
            let event = event(seams, "installation.create");
            tx.commit(event).await?.yields(()).into_inner();
        } else {
            drop(tx);
        }
        load(seams).await
    }
}

async fn load(seams: &Seams) -> Result<KeyRoom, StartError> {
    let provider = &seams.key_provider;
    let mut reader = seams.store.read().await?;
    let master = reader.keys().master_key().await?.map(KeyId::from_bytes);
    let master = master.ok_or(StartError::NoKeys)?;
    if !provider.knows(master).await {
        let has = provider.current();
        return Err(StartError::WrongMasterKey {
            store: master,
            provider: provider.describe(),
            has,
        });
    }
    let hash = reader.keys().list(KeyPurpose::KeyedHash).await?;
    let hash = hash.first().ok_or(StartError::NoKeys)?;
    let wrapped = Wrapped::parse(hash.wrapped.bytes.clone())?;
    let hash = HashKey::open(&**provider, &hash.id, &wrapped).await?;
    let mac = MacKey::from_bytes(hash.key.expose())?;
    let signing = reader.keys().list(KeyPurpose::TokenSigning).await?;
    let signing = SigningSet::open(&**provider, &signing, seams.clock.now()).await?;
    Ok(KeyRoom::new(
        provider.clone(),
        mac,
        hash.is_chained,
        signing.ok_or(StartError::NoKeys)?,
    ))
}

async fn make_keys(
    seams: &Seams,
    tx: &mut dyn Tx,
    access: &Access<ManageKeys>,
) -> Result<(), StartError> {
    let signing = new_signing_key(seams).await?;
    tx.keys().insert(access, &signing).await?;
    let id = seams.ids.next().to_string();
    let mac = MacKey::generate()?;
    let wrapped = seams
        .key_provider
        .wrap(&chained_context(&id), mac.expose())
        .await?;
    let key = stored(id, KeyPurpose::KeyedHash, wrapped, None, seams.clock.now());
    tx.keys().insert(access, &key).await?;
    // in the same commit: a store whose hash key says that there are audit keys has one
    let key = audit::first_key(seams).await?;
    tx.keys().insert_first_chain_key(access, &key).await?;
    Ok(())
}

/// A fresh signing key, wrapped.
pub(super) async fn new_signing_key(seams: &Seams) -> Result<StoredKey, CryptoError> {
    let key = SigningKey::generate()?;
    let kid = key.kid().to_owned();
    let wrapped = seams
        .key_provider
        .wrap(&signing::context(&kid), key.expose_seed())
        .await?;
    let public = key.public_raw().to_vec();
    Ok(stored(
        kid,
        KeyPurpose::TokenSigning,
        wrapped,
        Some(public),
        seams.clock.now(),
    ))
}

fn stored(
    id: String,
    purpose: KeyPurpose,
    wrapped: Wrapped,
    public: Option<Vec<u8>>,
    created_at: Timestamp,
) -> StoredKey {
    let wrapped = WrappedKey {
        master_key: *wrapped.key_id.as_bytes(),
        bytes: wrapped.bytes,
    };
    StoredKey {
        id,
        purpose,
        wrapped,
        public,
        created_at,
        retires_at: None,
    }
}

/// What the wrapped hash key belongs to in a store that has had audit keys from its first moment on.
fn chained_context(id: &str) -> Context {
    Context::new("keyed hash key of a store with chains").with(id.as_bytes())
}

/// What it belongs to in a store that is older than they.
fn older_context(id: &str) -> Context {
    Context::new("keyed hash key").with(id.as_bytes())
}

/// The key for keyed hashes, open.
pub(super) struct HashKey {
    key: Plaintext,
    /// What its wrapping belongs to.
    pub(super) context: Context,
    /// Whether the store has had audit keys from its first moment on: whoever has the database alone
    /// cannot take that back, because the wrapping says it.
    is_chained: bool,
}

impl HashKey {
    pub(super) async fn open(
        provider: &dyn KeyProvider,
        id: &str,
        wrapped: &Wrapped,
    ) -> Result<Self, CryptoError> {
        let context = chained_context(id);
        match provider.unwrap(&context, wrapped).await {
            Ok(key) => {
                return Ok(Self {
                    key,
                    context,
                    is_chained: true,
                });
            }
            Err(CryptoError::Opaque) => {}
            Err(error) => return Err(error),
        }
        let context = older_context(id);
        let key = provider.unwrap(&context, wrapped).await?;
        Ok(Self {
            key,
            context,
            is_chained: false,
        })
    }
}

/// An event of the server's own work on keys, in the installation's chain.
pub(super) fn event(seams: &Seams, what: &str) -> AuditEvent {
    AuditEvent {
        id: EventId::from_uuid(seams.ids.next()),
        org: None,
        action: ManageKeys::NAME,
        actor: Actor::System,
        resource: Installation.resource(),
        details: Map::new(),
        outcome: Outcome::Ok,
        request: AuditRequest::default(),
        created_at: seams.clock.now(),
        usage: None,
    }
    .with("what", what)
}
