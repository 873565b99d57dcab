//! Keys that customers manage, and rotations from one to another.

use crate::{SealedVersion, StorageError};
use async_trait::async_trait;
use oneclaw_domain::{CmekFingerprint, CmekJob, CmekJobId, Timestamp, Vault, VersionId};
use oneclaw_policy::{Access, InVault, ReadCmekJob, RotateCmek};

/// Reads of rotations.
#[async_trait]
pub trait ReadCmek: Send {
    /// A rotation of the proof's vault.
    async fn job(
        &mut self,
        access: &Access<ReadCmekJob>,
        job: CmekJobId,
    ) -> Result<Option<CmekJob>, StorageError>;
}

/// How a batch of a rotation leaves its job.
#[derive(Clone, Debug)]
pub struct JobProgress {
    /// Versions that were done with in this batch, opened or not.
    pub processed: i64,
    /// Of those, versions that did not open.
    pub failed: i64,
    /// Until when whoever works at it has it now.
    pub held_until: Timestamp,
}

/// Writes to customers' keys.
#[async_trait]
pub trait WriteCmek: Send {
    /// Finds and locks the vault of a proof.
    async fn lock_vault(&mut self, vault: InVault) -> Result<Option<Vault>, StorageError>;

    /// Says under which customer's key values of the vault come in from now on.
    async fn set_fingerprint(
        &mut self,
        vault: InVault,
        fingerprint: Option<&CmekFingerprint>,
    ) -> Result<(), StorageError>;

    /// The vault's rotation that is written as running, whether its time is over or not. The vault
    /// is locked.
    async fn running(&mut self, vault: InVault) -> Result<Option<CmekJob>, StorageError>;

    /// The newest of the vault's rotations from a key, however it stands. The vault is locked.
    async fn newest_from(
        &mut self,
        vault: InVault,
        old: &CmekFingerprint,
    ) -> Result<Option<CmekJob>, StorageError>;

    /// Adds a rotation.
    async fn insert_job(
        &mut self,
        access: &Access<RotateCmek>,
        job: &CmekJob,
    ) -> Result<(), StorageError>;

    /// Finds and locks a rotation.
    async fn lock_job(
        &mut self,
        vault: InVault,
        job: CmekJobId,
    ) -> Result<Option<CmekJob>, StorageError>;

    /// Versions under a customer's key, without those that were deleted or disabled: nobody reads
    /// them any more.
    async fn count_under(
        &mut self,
        vault: InVault,
        fingerprint: &CmekFingerprint,
    ) -> Result<i64, StorageError>;

    /// The next such versions by id, locked.
    async fn lock_batch(
        &mut self,
        vault: InVault,
        fingerprint: &CmekFingerprint,
        after: Option<VersionId>,
        many: i64,
    ) -> Result<Vec<SealedVersion>, StorageError>;

    /// Writes a version's new envelope, and under which customer's key its value is now.
    async fn rewrite(
        &mut self,
        vault: InVault,
        version: VersionId,
        envelope: &[u8],
        fingerprint: &CmekFingerprint,
    ) -> Result<(), StorageError>;

    /// Notes a batch.
    async fn note_progress(
        &mut self,
        vault: InVault,
        job: CmekJobId,
        progress: &JobProgress,
    ) -> Result<(), StorageError>;

    /// Ends a rotation: completed where `error` is `None`, else failed.
    async fn finish(
        &mut self,
        vault: InVault,
        job: CmekJobId,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StorageError>;
}
