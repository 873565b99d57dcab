//! The seam behind which the master key lives: a file or the environment now, an HSM or a cloud KMS later.

use async_trait::async_trait;

use crate::keyring::key_id_of;
use crate::{Context, CryptoError, KeyId, Plaintext};

/// A key as it is stored: wrapped under the master key that `key_id` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    /// The master key that opens it.
    pub key_id: KeyId,
    /// The ciphertext, which says its own format and names the same key.
    pub bytes: Vec<u8>,
}

impl Wrapped {
    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`CryptoError::Opaque`] when the format is unknown.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, CryptoError> {
        Ok(Self {
            key_id: key_id_of(&bytes)?,
            bytes,
        })
    }
}

/// Holds the master keys and wraps other keys under them. Callers never see a master key.
#[async_trait]
pub trait KeyProvider: Send + Sync {
    /// What this is and where, for people: "file ./data/master.key". No secret.
    fn describe(&self) -> String;

    /// The id of the master key that wraps new keys.
    fn current(&self) -> KeyId;

    /// Whether the master key `id` is held; may look at its source again to find out.
    async fn knows(&self, id: KeyId) -> bool;

    /// Looks at the source again, so that `current` is what the source says now.
    ///
    /// # Errors
    /// [`CryptoError::Provider`] when the source cannot be read; what was held before stays in force.
    async fn refresh(&self) -> Result<(), CryptoError>;

    /// Wraps `key` under the current master key for `context`.
    ///
    /// # Errors
    /// [`CryptoError::Random`] or [`CryptoError::Provider`].
    async fn wrap(&self, context: &Context, key: &[u8]) -> Result<Wrapped, CryptoError>;

    /// Opens what `wrap` made for the same context.
    ///
    /// # Errors
    /// [`CryptoError::UnknownKey`] when its master key is not held, [`CryptoError::Opaque`] when it does not
    /// open, [`CryptoError::Provider`] when the source cannot be read.
    async fn unwrap(&self, context: &Context, wrapped: &Wrapped) -> Result<Plaintext, CryptoError>;
}
