//! Second factors: secrets of time-based codes, and recovery codes.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::Timestamp;
use oneclaw_policy::{Access, InAccount, ReadMfa};

/// An account's second factor.
#[derive(Clone, Debug)]
pub struct SecondFactor {
    /// The secret, sealed for this account.
    pub sealed: Vec<u8>,
    /// Whether it is on; else it waits for its first code.
    pub is_on: bool,
    /// The last time step whose code was used; it only grows.
    pub last_step: i64,
    /// Until when it waits for its first code.
    pub pending_until: Timestamp,
}

/// Reads of second factors.
#[async_trait]
pub trait ReadSecondFactors: Send {
    /// Whether the caller's account asks for one.
    async fn is_on(&mut self, access: &Access<ReadMfa>) -> Result<bool, StorageError>;
}

/// Writes to second factors.
#[async_trait]
pub trait WriteSecondFactors: Send {
    /// Whether an account asks for one.
    async fn is_asked_for(&mut self, account: InAccount) -> Result<bool, StorageError>;

    /// Finds and locks an account's, on or pending.
    async fn lock(&mut self, account: InAccount) -> Result<Option<SecondFactor>, StorageError>;

    /// Sets a pending one, in the place of another pending one.
    async fn put_pending(
        &mut self,
        account: InAccount,
        sealed: &[u8],
        pending_until: Timestamp,
    ) -> Result<(), StorageError>;

    /// Turns the pending one on, with its first used step and its recovery codes (keyed hashes).
    async fn turn_on(
        &mut self,
        account: InAccount,
        step: i64,
        recovery: &[[u8; 32]],
    ) -> Result<(), StorageError>;

    /// Uses the code of a step; tells whether that step is later than every one used before.
    async fn use_step(&mut self, account: InAccount, step: i64) -> Result<bool, StorageError>;

    /// Spends a recovery code; tells whether it was there.
    async fn spend_recovery(
        &mut self,
        account: InAccount,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError>;

    /// Takes it away with its recovery codes; tells whether one was on.
    async fn remove(&mut self, account: InAccount) -> Result<bool, StorageError>;
}
