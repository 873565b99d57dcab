//! Agents that ask to be registered.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{AgentId, Enrollment, EnrollmentId, Timestamp};
use oneclaw_policy::{Access, DecideEnrollment, EnrollAgent};

/// A request to store: of its tokens only their keyed hashes.
#[derive(Clone, Debug)]
pub struct NewEnrollment {
    /// The request.
    pub enrollment: Enrollment,
    /// The hash of the token in the link that decides.
    pub link_hash: [u8; 32],
    /// The hash of the token with which the agent asks how it went.
    pub poll_hash: Option<[u8; 32]>,
}

/// Reads of requests.
#[async_trait]
pub trait ReadEnrollments: Send {
    /// The request with this id and this token of its agent, with the sealed key that was not
    /// collected yet.
    async fn find_by_poll(
        &mut self,
        enrollment: EnrollmentId,
        poll_hash: &[u8; 32],
    ) -> Result<Option<(Enrollment, Option<Vec<u8>>)>, StorageError>;
}

/// Writes to requests. They belong to no organization until one takes them in.
#[async_trait]
pub trait WriteEnrollments: Send {
    /// Adds a request.
    async fn insert(
        &mut self,
        access: &Access<EnrollAgent>,
        new: &NewEnrollment,
    ) -> Result<(), StorageError>;

    /// How many requests are waiting at `now`: of those that name who shall decide, or of those
    /// that do not. Others who count wait until this unit of work has ended, so that of several at
    /// once no more pass than there is room for.
    async fn count_waiting(
        &mut self,
        names_somebody: bool,
        now: Timestamp,
    ) -> Result<i64, StorageError>;

    /// Finds and locks the request that a link decides.
    async fn lock_by_link(
        &mut self,
        link_hash: &[u8; 32],
    ) -> Result<Option<Enrollment>, StorageError>;

    /// Writes that a request was denied.
    async fn deny(
        &mut self,
        access: &Access<DecideEnrollment>,
        enrollment: EnrollmentId,
    ) -> Result<(), StorageError>;

    /// Writes that a request was approved, and what came of it: the agent, and its sealed key
    /// where it collects that itself.
    async fn approve(
        &mut self,
        access: &Access<DecideEnrollment>,
        enrollment: EnrollmentId,
        agent: AgentId,
        sealed_key: Option<&[u8]>,
    ) -> Result<(), StorageError>;

    /// Forgets the sealed key because it is being collected; tells whether it was there. Of several
    /// at once it was for one.
    async fn forget_key(
        &mut self,
        access: &Access<EnrollAgent>,
        enrollment: EnrollmentId,
    ) -> Result<bool, StorageError>;
}
