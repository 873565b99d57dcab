//! Personal API keys.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{ApiKey, ApiKeyId, Page, PageSize, Timestamp, User};
use oneclaw_policy::{Access, CreateApiKey, ListApiKeys, LogIn, RevokeApiKey};

/// A key that was found by its hash, with its owner as they are today.
#[derive(Clone, Debug)]
pub struct ApiKeyLogin {
    /// The key.
    pub key: ApiKey,
    /// Its owner.
    pub user: User,
}

/// Reads of API keys.
#[async_trait]
pub trait ReadApiKeys: Send {
    /// The key with exactly this keyed hash, in whatever organization: a key names none.
    async fn find_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<ApiKeyLogin>, StorageError>;

    /// The caller's own keys that were not revoked, newest first, behind `after`.
    async fn list(
        &mut self,
        access: &Access<ListApiKeys>,
        after: Option<(Timestamp, ApiKeyId)>,
        size: PageSize,
    ) -> Result<Page<ApiKey>, StorageError>;
}

/// Writes to API keys.
#[async_trait]
pub trait WriteApiKeys: Send {
    /// Adds a key of the caller.
    async fn insert(
        &mut self,
        access: &Access<CreateApiKey>,
        key: &ApiKey,
        hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Revokes a key of the caller; tells whether there was one to revoke.
    async fn revoke(
        &mut self,
        access: &Access<RevokeApiKey>,
        key: ApiKeyId,
        now: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Notes that a key of the person was used.
    async fn touch(
        &mut self,
        access: &Access<LogIn>,
        key: ApiKeyId,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
