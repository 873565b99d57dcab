//! Tokens and codes by which people prove something about their accounts.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{OrgId, ProofKind, Timestamp, UserId};
use oneclaw_policy::InAccount;

/// A proof to store: of its token or code only the keyed hash.
#[derive(Clone, Debug)]
pub struct NewProof {
    /// What for.
    pub kind: ProofKind,
    /// The keyed hash, of a label of its kind.
    pub hash: [u8; 32],
    /// What else it is bound to: an address, a purpose, a method. Nothing secret.
    pub about: Option<String>,
    /// When it was given out.
    pub created_at: Timestamp,
    /// When it stops standing.
    pub expires_at: Timestamp,
}

/// A proof that was found.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What for.
    pub kind: ProofKind,
    /// The keyed hash.
    pub hash: [u8; 32],
    /// The organization of the account.
    pub org: OrgId,
    /// Whose account.
    pub user: UserId,
    /// What else it is bound to.
    pub about: Option<String>,
    /// Wrong codes that were tried against it.
    pub failures: i64,
    /// When it stops standing.
    pub expires_at: Timestamp,
}

/// Writes to proofs. They go with their account.
#[async_trait]
pub trait WriteProofs: Send {
    /// Adds a proof. [`StorageError::Conflict`] where there is one with this hash.
    async fn insert(&mut self, account: InAccount, proof: &NewProof) -> Result<(), StorageError>;

    /// Which account a proof belongs to, so that its organization can be locked before it.
    async fn account_of(
        &mut self,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<Option<(OrgId, UserId)>, StorageError>;

    /// Finds and locks a proof of an account, expired ones included.
    async fn lock(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<Option<Proof>, StorageError>;

    /// Finds and locks the newest proof of a kind, expired ones included.
    async fn lock_newest(
        &mut self,
        account: InAccount,
        kind: ProofKind,
    ) -> Result<Option<Proof>, StorageError>;

    /// Counts a wrong code against a proof.
    async fn count_failure(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<(), StorageError>;

    /// Spends a proof; tells whether it was there. Of several at once it was for one.
    async fn spend(
        &mut self,
        account: InAccount,
        kind: ProofKind,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError>;

    /// Voids an account's proofs of these kinds.
    async fn void(&mut self, account: InAccount, kinds: &[ProofKind]) -> Result<u64, StorageError>;
}
