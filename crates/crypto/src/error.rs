//! The ways in which a cryptographic operation can fail, none of which carries a secret.

use crate::KeyId;

/// Why a cryptographic operation did not give a result.
///
/// The text completes "could not ..." and holds no key, no plaintext and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The ciphertext does not open. One failure for every cause (a changed byte, another context, a truncated
    /// or unknown format), so that nothing can be learned from the difference.
    #[error("ciphertext does not open")]
    Opaque,
    /// The ciphertext names a key that is not held: a wrong master key, not a broken row.
    #[error("key {0} is not held")]
    UnknownKey(KeyId),
    /// The random generator of the system failed. There is no fallback; the caller answers "unavailable".
    #[error("random generator of the system failed")]
    Random,
    /// A key provider cannot serve; the text says what to mend, in one line.
    #[error("{0}")]
    Provider(String),
    /// The password queue is full.
    #[error("password queue is full")]
    Busy,
    /// A cost or size that was configured is out of range; the text names it.
    #[error("{0}")]
    Parameters(String),
}
