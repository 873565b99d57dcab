//! The installation's keys, wrapped by the master key.

use crate::{StorageError, StoredChainKey};
use async_trait::async_trait;
use oneclaw_domain::{OrgId, Timestamp, VaultId};
use oneclaw_policy::{Access, ManageKeys};

/// A key under a master key. The bytes name their format and key themselves; the id stands beside
/// them so that what a retired master key still wraps can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// The master key's id.
    pub master_key: [u8; 16],
    /// The wrapped key.
    pub bytes: Vec<u8>,
}

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyPurpose {
    /// Signs access tokens.
    TokenSigning,
    /// Hashes API keys, refresh tokens and limiter keys, and signs cursors.
    KeyedHash,
}

impl KeyPurpose {
    /// The word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenSigning => "token_signing",
            Self::KeyedHash => "keyed_hash",
        }
    }
}

/// One of the installation's keys.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// Its id; a signing key's `kid`.
    pub id: String,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The key itself, wrapped.
    pub wrapped: WrappedKey,
    /// Its public half, where it has one.
    pub public: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it verifies; `None` = it is in use.
    pub retires_at: Option<Timestamp>,
}

/// Whose wrapped key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrappedOwner {
    /// One of the installation's keys, by id.
    Installation(String),
    /// A vault's key.
    Vault(OrgId, VaultId),
    /// A key that audit chains are signed with, by id.
    Chain(String),
}

/// Reads of keys.
#[async_trait]
pub trait ReadKeys: Send {
    /// The id of the master key under which new keys are wrapped; `None` = an empty store.
    async fn master_key(&mut self) -> Result<Option<[u8; 16]>, StorageError>;

    /// The keys for a purpose, oldest first, retired ones included.
    async fn list(&mut self, purpose: KeyPurpose) -> Result<Vec<StoredKey>, StorageError>;

    /// Up to `many` keys that another master key than `current` wraps.
    async fn outdated(
        &mut self,
        current: &[u8; 16],
        many: i64,
    ) -> Result<Vec<(WrappedOwner, WrappedKey)>, StorageError>;
}

/// Writes to keys.
#[async_trait]
pub trait WriteKeys: Send {
    /// Claims an empty store for a master key; tells whether this unit of work was the one that
    /// did. Waits for another that is about to.
    async fn found(
        &mut self,
        access: &Access<ManageKeys>,
        master_key: &[u8; 16],
    ) -> Result<bool, StorageError>;

    /// Which master key wraps new keys, held against change until the commit.
    async fn lock_master_key(&mut self) -> Result<Option<[u8; 16]>, StorageError>;

    /// Makes another master key the one that wraps new keys.
    async fn set_master_key(
        &mut self,
        access: &Access<ManageKeys>,
        master_key: &[u8; 16],
    ) -> Result<(), StorageError>;

    /// Adds a key.
    async fn insert(
        &mut self,
        access: &Access<ManageKeys>,
        key: &StoredKey,
    ) -> Result<(), StorageError>;

    /// Adds a key that audit chains are signed with, unless there is one.
    async fn insert_first_chain_key(
        &mut self,
        access: &Access<ManageKeys>,
        key: &StoredChainKey,
    ) -> Result<(), StorageError>;

    /// Lets a key verify until `at`, and no longer.
    async fn retire(
        &mut self,
        access: &Access<ManageKeys>,
        id: &str,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Replaces a wrapped key, if it is still `old`; tells whether it was.
    async fn rewrap(
        &mut self,
        access: &Access<ManageKeys>,
        owner: &WrappedOwner,
        old: &WrappedKey,
        new: &WrappedKey,
    ) -> Result<bool, StorageError>;

    /// Ends every session and raises every epoch: after this no token lives.
    async fn end_all_sessions(
        &mut self,
        access: &Access<ManageKeys>,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
