//! The keys of one process.

use super::signing::SigningSet;
use super::vault_keys::VaultKeys;
use crate::{AuthFailure, Refusal};
use oneclaw_crypto::{
    Claims, KeyId, KeyProvider, MacKey, SecretText, TokenError, VerifyingKey, sign,
};
use oneclaw_domain::Timestamp;
use oneclaw_storage::{KeyPurpose, Store};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Least time between two looks at the store for signing keys, in seconds.
const LOOK_AGAIN: i64 = 1;

/// The keys of one process.
pub(crate) struct KeyRoom {
    pub(crate) provider: Arc<dyn KeyProvider>,
    pub(crate) mac: MacKey,
    pub(crate) vaults: VaultKeys,
    /// Whether the store has had audit keys from its first moment on.
    pub(crate) is_chained: bool,
    signing: RwLock<Arc<SigningSet>>,
    /// When the signing keys were last read as a matter of course.
    looked_at: AtomicI64,
    /// When they were last read for a key that was not known here.
    searched_at: AtomicI64,
}

/// The public halves of the token keys.
pub struct PublicKeys {
    /// The key that signs now.
    pub current: VerifyingKey,
    /// Every key that still verifies tokens, the current one among them.
    pub verifying: Vec<VerifyingKey>,
}

impl KeyRoom {
    pub(super) fn new(
        provider: Arc<dyn KeyProvider>,
        mac: MacKey,
        is_chained: bool,
        signing: SigningSet,
    ) -> Self {
        Self {
            provider,
            mac,
            vaults: VaultKeys::new(),
            is_chained,
            signing: RwLock::new(Arc::new(signing)),
            looked_at: AtomicI64::new(0),
            searched_at: AtomicI64::new(0),
        }
    }

    /// The keyed hash under which a credential is looked up.
    pub(crate) fn lookup_hash(&self, label: &str, text: &str) -> [u8; 32] {
        *self.mac.mac(label, text.as_bytes()).as_bytes()
    }

    pub(crate) fn sign(&self, claims: &Claims) -> Result<SecretText, Refusal> {
        Ok(sign(&self.signing().current, claims)?)
    }

    /// Verifies a token, by keys that are no more than a second old: what an emergency retired
    /// verifies nothing. A key that is not known here may be newer still: the store is asked for
    /// it, at most once a second, too.
    pub(crate) async fn verify(
        &self,
        store: &Arc<dyn Store>,
        token: &str,
        issuer: &str,
        now: Timestamp,
    ) -> Result<(Claims, String), Refusal> {
        let attempt = |set: &SigningSet| {
            set.verifier
                .verify(token, now.seconds(), issuer, crate::auth::AUDIENCE)
        };
        self.keep_up(store, now).await?;
        let mut verified = attempt(&self.signing());
        if matches!(verified, Err(TokenError::UnknownKey)) && is_due(&self.searched_at, now) {
            self.reload(store, now).await?;
            verified = attempt(&self.signing());
        }
        match verified {
            Ok(claims) => {
                let kid = kid_of(token).unwrap_or_default();
                if self.verifies(&kid, now) {
                    Ok((claims, kid))
                } else {
                    Err(Refusal::Unauthenticated(AuthFailure::InvalidToken))
                }
            }
            Err(TokenError::Expired) => Err(Refusal::Unauthenticated(AuthFailure::Expired)),
            Err(_) => Err(Refusal::Unauthenticated(AuthFailure::InvalidToken)),
        }
    }

    /// Whether a signing key still verifies.
    pub(crate) fn verifies(&self, kid: &str, now: Timestamp) -> bool {
        self.signing().verifies(kid, now)
    }

    /// Reads the signing keys anew, unless that was done within the last second: before a token is
    /// verified that was not seen before, and before one is signed. Not inside a unit of work,
    /// which holds a connection already.
    pub(crate) async fn keep_up(
        &self,
        store: &Arc<dyn Store>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if is_due(&self.looked_at, now) {
            self.reload(store, now).await?;
        }
        Ok(())
    }

    /// Reads the signing keys anew.
    async fn reload(&self, store: &Arc<dyn Store>, now: Timestamp) -> Result<(), Refusal> {
        let stored = store
            .read()
            .await?
            .keys()
            .list(KeyPurpose::TokenSigning)
            .await?;
        if let Some(set) = SigningSet::open(&*self.provider, &stored, now).await? {
            *self.signing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
        }
        Ok(())
    }

    /// The public halves.
    pub(crate) fn public(&self, now: Timestamp) -> PublicKeys {
        let set = self.signing();
        PublicKeys {
            current: set.current.verifying_key().clone(),
            verifying: set.public(now),
        }
    }

    /// Whether new keys may be wrapped: the provider's current master key is the one that the
    /// store says. A provider that is behind looks again first.
    pub(crate) async fn wraps_under(&self, master_key: Option<[u8; 16]>) -> Result<(), Refusal> {
        let wanted = master_key.map(KeyId::from_bytes);
        if Some(self.provider.current()) != wanted {
            self.provider.refresh().await?;
        }
        if Some(self.provider.current()) == wanted {
            Ok(())
        } else {
            Err(Refusal::Unavailable(Box::new(NotCurrent)))
        }
    }

    fn signing(&self) -> Arc<SigningSet> {
        Arc::clone(&self.signing.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether it is time to look again; then that is noted, so that others do not.
fn is_due(looked_at: &AtomicI64, now: Timestamp) -> bool {
    let last = looked_at.swap(now.seconds(), Ordering::Relaxed);
    !(0..LOOK_AGAIN).contains(&(now.seconds() - last))
}

#[derive(Debug, thiserror::Error)]
#[error("the master key of this instance is not the one that the store names as current")]
struct NotCurrent;

/// The `kid` of a token that was verified.
fn kid_of(token: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&header).ok()?;
    Some(header.get("kid")?.as_str()?.to_owned())
}
