//! The keys that sign and verify access tokens.

use oneclaw_crypto::{
    Context, CryptoError, KeyProvider, SigningKey, Verifier, VerifyingKey, Wrapped,
};
use oneclaw_domain::Timestamp;
use oneclaw_storage::StoredKey;

/// The newest key signs; every key that is not retired verifies.
pub(crate) struct SigningSet {
    pub(crate) current: SigningKey,
    pub(crate) verifier: Verifier,
    verifying: Vec<(VerifyingKey, Option<Timestamp>)>,
}

impl SigningSet {
    /// Opens what the store holds; `None` where no key is in use.
    pub(crate) async fn open(
        provider: &dyn KeyProvider,
        stored: &[StoredKey],
        now: Timestamp,
    ) -> Result<Option<Self>, CryptoError> {
        let live = |key: &&StoredKey| key.retires_at.is_none_or(|end| end > now);
        let mut current = None;
        let mut verifying = Vec::new();
        for key in stored.iter().filter(live) {
            let opened = open_one(provider, key).await?;
            verifying.push((opened.verifying_key().clone(), key.retires_at));
            if key.retires_at.is_none() {
                current = Some(opened);
            }
        }
        let verifier = Verifier::new(verifying.iter().map(|(key, _)| key))?;
        Ok(current.map(|current| Self {
            current,
            verifier,
            verifying,
        }))
    }

    /// Whether a key still verifies at `now`.
    pub(crate) fn verifies(&self, kid: &str, now: Timestamp) -> bool {
        self.verifying
            .iter()
            .any(|(key, end)| key.kid() == kid && end.is_none_or(|end| end > now))
    }

    /// The public halves of the keys that verify at `now`.
    pub(crate) fn public(&self, now: Timestamp) -> Vec<VerifyingKey> {
        let live = self
            .verifying
            .iter()
            .filter(|(_, end)| end.is_none_or(|end| end > now));
        live.map(|(key, _)| key.clone()).collect()
    }
}

async fn open_one(provider: &dyn KeyProvider, key: &StoredKey) -> Result<SigningKey, CryptoError> {
    let wrapped = Wrapped::parse(key.wrapped.bytes.clone())?;
    let seed = provider.unwrap(&context(&key.id), &wrapped).await?;
    let opened = SigningKey::from_seed(seed.expose())?;
    if opened.kid() == key.id {
        Ok(opened)
    } else {
        Err(CryptoError::Opaque)
    }
}

/// What a wrapped signing key belongs to.
pub(crate) fn context(kid: &str) -> Context {
    Context::new("token signing key").with(kid.as_bytes())
}
