//! Devices that ask to be logged in (RFC 8628).

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{DeviceGrant, DeviceGrantId, Timestamp};
use oneclaw_policy::{Access, ApproveDevice, DenyDevice, InAccount, LogIn, RequestDevice};

/// A question to store: of its codes only the keyed hashes.
#[derive(Clone, Debug)]
pub struct NewDeviceGrant {
    /// The question.
    pub grant: DeviceGrant,
    /// The hash of the code that the device shows.
    pub device_hash: [u8; 32],
    /// The hash of the code that the person types.
    pub user_code_hash: [u8; 32],
}

/// Reads of questions. The code is the bearer's proof, so no organization is named.
#[async_trait]
pub trait ReadDevices: Send {
    /// The question that a person's code leads to, whatever became of it.
    async fn find_by_user_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError>;

    /// The question that a device's code leads to, whatever became of it.
    async fn find_by_device_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError>;

    /// How many stand at `now` and are undecided.
    async fn count_waiting(&mut self, now: Timestamp) -> Result<i64, StorageError>;
}

/// Writes to questions.
#[async_trait]
pub trait WriteDevices: Send {
    /// Adds a question. [`StorageError::Conflict`] where the person's code is taken.
    async fn insert(
        &mut self,
        access: &Access<RequestDevice>,
        new: &NewDeviceGrant,
    ) -> Result<(), StorageError>;

    /// Finds and locks the question that a person's code leads to.
    async fn lock_by_user_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError>;

    /// Finds and locks the question that a device's code leads to.
    async fn lock_by_device_code(
        &mut self,
        hash: &[u8; 32],
    ) -> Result<Option<DeviceGrant>, StorageError>;

    /// Writes that the person of the proof approved it.
    async fn approve(
        &mut self,
        access: &Access<ApproveDevice>,
        grant: DeviceGrantId,
    ) -> Result<(), StorageError>;

    /// Writes that it was denied.
    async fn deny(
        &mut self,
        access: &Access<DenyDevice>,
        grant: DeviceGrantId,
    ) -> Result<(), StorageError>;

    /// Writes when the device asked, and how long it has to wait from now on, in seconds.
    async fn note_poll(
        &mut self,
        access: &Access<RequestDevice>,
        grant: DeviceGrantId,
        at: Timestamp,
        interval: i64,
    ) -> Result<(), StorageError>;

    /// Redeems an approved one; tells whether it was still approved. Of several at once it was for
    /// one.
    async fn redeem(
        &mut self,
        access: &Access<LogIn>,
        grant: DeviceGrantId,
    ) -> Result<bool, StorageError>;

    /// Takes back what an account approved and was not redeemed yet.
    async fn take_back(&mut self, account: InAccount) -> Result<u64, StorageError>;
}
