//! Accounts that wait for their address to be proved. None of them exists yet.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{DisplayName, Email, SignupId, Timestamp};
use oneclaw_policy::{Access, SignUp};

/// An account that waits.
#[derive(Clone, Debug)]
pub struct PendingSignup {
    /// Its id.
    pub id: SignupId,
    /// The address that is to be proved.
    pub email: Email,
    /// What others will see.
    pub display_name: DisplayName,
    /// The password's hash (PHC string): it becomes the account's with this very link.
    pub password_hash: String,
    /// Whether it may be the installation's first: it came from the machine itself or with the
    /// set-up code.
    pub may_be_first: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its link stops standing.
    pub expires_at: Timestamp,
}

/// Writes to accounts that wait.
#[async_trait]
pub trait WriteSignups: Send {
    /// Adds one. Several may wait for one address, each bound to its own link.
    async fn insert(
        &mut self,
        access: &Access<SignUp>,
        signup: &PendingSignup,
        token_hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Finds and locks the one that a link leads to, expired ones included.
    async fn lock(&mut self, token_hash: &[u8; 32]) -> Result<Option<PendingSignup>, StorageError>;

    /// Takes out all that wait for an address: it has an account now.
    async fn clear(&mut self, access: &Access<SignUp>, email: &Email) -> Result<u64, StorageError>;
}
