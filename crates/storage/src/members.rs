//! Members of an organization.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Timestamp, User, UserId};
use oneclaw_policy::{Access, ChangeMemberRole, InAccount, InOrg, ListMembers};

/// The last member of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberCursor {
    /// When the account was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: UserId,
}

/// Reads of members.
#[async_trait]
pub trait ReadMembers: Send {
    /// The organization's members, oldest first.
    async fn list(
        &mut self,
        access: &Access<ListMembers>,
        after: Option<MemberCursor>,
        size: PageSize,
    ) -> Result<Page<User>, StorageError>;
}

/// Writes to members.
#[async_trait]
pub trait WriteMembers: Send {
    /// Finds and locks a member of the organization.
    async fn lock(&mut self, org: InOrg, user: UserId) -> Result<Option<User>, StorageError>;

    /// How many members the organization has.
    async fn count(&mut self, org: InOrg) -> Result<i64, StorageError>;

    /// How many owners the organization has.
    async fn owners(&mut self, org: InOrg) -> Result<i64, StorageError>;

    /// Gives a member the role that the proof names.
    async fn set_role(&mut self, access: &Access<ChangeMemberRole>) -> Result<(), StorageError>;

    /// Removes a member with their sessions, keys, the policies that name them and the invitations
    /// that they sent; what they registered or made stays, without them as its keeper.
    async fn remove(&mut self, account: InAccount) -> Result<(), StorageError>;
}
