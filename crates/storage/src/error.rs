//! What can go wrong below a use case.

use std::error::Error;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Something of that name or id is there already, or what it hangs on is gone.
    #[error("conflicts with what is stored ({0})")]
    Conflict(String),
    /// The store cannot be reached, is busy, is full, or asked for a retry that did not help.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A stored row does not read as what it should be.
    #[error("a stored row is corrupt ({0})")]
    Corrupt(String),
    /// The month's requests are spent, and credits do not cover one more: nothing was done.
    #[error("the quota is spent")]
    Unpaid(Box<oneclaw_domain::Quota>),
    /// Any other failure.
    #[error("the store failed")]
    Backend(#[source] Box<dyn Error + Send + Sync>),
}
