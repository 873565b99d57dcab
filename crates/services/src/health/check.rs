//! Checks that ask the store and the key provider right now.

use crate::core::Core;
use oneclaw_crypto::{Context, KeyId};
use std::sync::Arc;

/// How the server is.
#[derive(Clone)]
pub struct Health {
    core: Arc<Core>,
}

/// In one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HealthStatus {
    /// Everything answers.
    Healthy,
    /// Something does not.
    Degraded,
}

/// How the key provider is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyProviderStatus {
    /// It wraps and unwraps.
    Ok,
    /// It works, but not under the key that the store names.
    Degraded,
    /// It does not.
    Unavailable,
}

/// Whether requests can be served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Readiness {
    /// The store answers and can be written to.
    pub store: bool,
    /// New keys can be wrapped under the key that the store names.
    pub keys: bool,
    /// The machine's clock is not behind what was written.
    pub clock: bool,
}

impl Readiness {
    /// Whether all is well.
    pub const fn is_ready(self) -> bool {
        self.store && self.keys && self.clock
    }
}

impl Health {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// In one word.
    pub async fn status(&self) -> HealthStatus {
        if self.readiness().await.is_ready() {
            HealthStatus::Healthy
        } else {
            HealthStatus::Degraded
        }
    }

    /// Can the key provider wrap and unwrap right now?
    pub async fn key_provider(&self) -> KeyProviderStatus {
        let provider = &self.core.keys.provider;
        let context = Context::new("health check");
        let probe = [0x5a; 32];
        let works = match provider.wrap(&context, &probe).await {
            Ok(wrapped) => match provider.unwrap(&context, &wrapped).await {
                Ok(opened) => oneclaw_crypto::constant_time_eq(opened.expose(), &probe),
                Err(_) => false,
            },
            Err(_) => false,
        };
        match (works, self.keys_ready().await) {
            (false, _) => KeyProviderStatus::Unavailable,
            (true, false) => KeyProviderStatus::Degraded,
            (true, true) => KeyProviderStatus::Ok,
        }
    }

    /// Whether requests can be served.
    pub async fn readiness(&self) -> Readiness {
        let store = self.core.seams.store.ping().await;
        if let Err(error) = &store {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the store does not answer"
            );
        }
        Readiness {
            store: store.is_ok(),
            keys: self.keys_ready().await,
            clock: self.core.clock.behind().is_none(),
        }
    }

    async fn keys_ready(&self) -> bool {
        let Ok(mut reader) = self.core.seams.store.read().await else {
            return false;
        };
        match reader.keys().master_key().await {
            Ok(Some(named)) => {
                let current = self.core.keys.provider.current();
                current == KeyId::from_bytes(named)
                    || self.core.keys.wraps_under(Some(named)).await.is_ok()
            }
            Ok(None) | Err(_) => false,
        }
    }
}
