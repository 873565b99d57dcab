//! Vault keys: made with the vault, wrapped by the master key, kept unwrapped for a while.

use crate::Refusal;
use moka::sync::Cache;
use oneclaw_crypto::{
    Context, CryptoError, DataEnvelope, KeyId, KeyProvider, Plaintext, SymmetricKey, Wrapped,
};
use oneclaw_domain::{OrgId, SecretId, VaultId, VersionNumber};
use oneclaw_policy::SecretAt;
use oneclaw_storage::WrappedKey;
use std::sync::Arc;
use std::time::Duration;

/// Unwrapped vault keys in memory; each is zeroized when it is forgotten.
const KEPT: u64 = 10_000;
/// How long one is kept after its last use.
const IDLE: Duration = Duration::from_mins(10);

/// Opens and seals values.
pub(crate) struct VaultKeys {
    open: Cache<VaultId, Arc<SymmetricKey>>,
}

impl VaultKeys {
    pub(crate) fn new() -> Self {
        Self {
            open: Cache::builder()
                .max_capacity(KEPT)
                .time_to_idle(IDLE)
                .build(),
        }
    }

    /// A fresh key for a vault, wrapped.
    pub(crate) async fn make(
        provider: &dyn KeyProvider,
        org: OrgId,
        vault: VaultId,
    ) -> Result<WrappedKey, CryptoError> {
        let key = SymmetricKey::generate()?;
        let wrapped = provider.wrap(&context(org, vault), key.expose()).await?;
        Ok(WrappedKey {
            master_key: *wrapped.key_id.as_bytes(),
            bytes: wrapped.bytes,
        })
    }

    /// Seals a value for one version.
    pub(crate) async fn seal(
        &self,
        provider: &dyn KeyProvider,
        wrapped: &WrappedKey,
        place: &Place<'_>,
        value: &[u8],
    ) -> Result<Vec<u8>, Refusal> {
        let key = self.key(provider, wrapped, place.at).await?;
        Ok(DataEnvelope::seal(
            &key,
            key_id(place.at.vault),
            &place.context(),
            value,
        )?)
    }

    /// Opens the value of one version.
    pub(crate) async fn open(
        &self,
        provider: &dyn KeyProvider,
        wrapped: &WrappedKey,
        place: &Place<'_>,
        envelope: &[u8],
    ) -> Result<Plaintext, Refusal> {
        let key = self.key(provider, wrapped, place.at).await?;
        Ok(DataEnvelope::open(
            &key,
            key_id(place.at.vault),
            &place.context(),
            envelope,
        )?)
    }

    /// Forgets the key of a vault that is gone.
    pub(crate) fn forget(&self, vault: VaultId) {
        self.open.invalidate(&vault);
    }

    async fn key(
        &self,
        provider: &dyn KeyProvider,
        wrapped: &WrappedKey,
        at: &SecretAt,
    ) -> Result<Arc<SymmetricKey>, CryptoError> {
        if let Some(key) = self.open.get(&at.vault) {
            return Ok(key);
        }
        let wrapped = Wrapped::parse(wrapped.bytes.clone())?;
        let bytes = provider
            .unwrap(&context(at.org, at.vault), &wrapped)
            .await?;
        let key = Arc::new(SymmetricKey::from_bytes(bytes.expose())?);
        self.open.insert(at.vault, Arc::clone(&key));
        Ok(key)
    }
}

/// Which value: what its envelope is bound to.
pub(crate) struct Place<'a> {
    pub(crate) at: &'a SecretAt,
    pub(crate) secret: SecretId,
    pub(crate) number: VersionNumber,
}

impl Place<'_> {
    fn context(&self) -> Context {
        Context::new("secret value")
            .with(self.at.org.uuid().as_bytes())
            .with(self.at.vault.uuid().as_bytes())
            .with(self.secret.uuid().as_bytes())
            .with(self.at.path.as_str().as_bytes())
            .with(&self.number.get().to_be_bytes())
    }
}

/// What a wrapped vault key belongs to.
pub(crate) fn context(org: OrgId, vault: VaultId) -> Context {
    Context::new("vault key")
        .with(org.uuid().as_bytes())
        .with(vault.uuid().as_bytes())
}

const fn key_id(vault: VaultId) -> KeyId {
    KeyId::from_bytes(vault.uuid().into_bytes())
}
