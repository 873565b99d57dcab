//! Invitations.

use crate::StorageError;
use async_trait::async_trait;
use oneclaw_domain::{Email, Invite, InviteId, OrgId, Page, PageSize, Role, Timestamp};
use oneclaw_policy::{Access, CancelInvite, InAccount, InOrg, InviteMember, ListInvites};

/// The last invitation of a page: lists go oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InviteCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id, where two were made in one moment.
    pub id: InviteId,
}

/// Reads of invitations.
#[async_trait]
pub trait ReadInvites: Send {
    /// Which organization a token invites into, so that the organization can be locked before the
    /// invitation.
    async fn org_of(&mut self, token_hash: &[u8; 32]) -> Result<Option<OrgId>, StorageError>;

    /// As what an invitation of an organization invites, which decides who may take it back.
    async fn role_of(&mut self, org: OrgId, invite: InviteId)
    -> Result<Option<Role>, StorageError>;

    /// Those that were neither accepted nor cancelled, oldest first, expired ones among them.
    async fn list(
        &mut self,
        access: &Access<ListInvites>,
        after: Option<InviteCursor>,
        size: PageSize,
    ) -> Result<Page<Invite>, StorageError>;
}

/// Writes to invitations.
#[async_trait]
pub trait WriteInvites: Send {
    /// Whether an address belongs to a member of the organization.
    async fn is_member(&mut self, org: InOrg, email: &Email) -> Result<bool, StorageError>;

    /// Adds an invitation in the place of an earlier one to the same address, which is given back.
    async fn put(
        &mut self,
        access: &Access<InviteMember>,
        invite: &Invite,
        token_hash: &[u8; 32],
    ) -> Result<Option<Invite>, StorageError>;

    /// Finds and locks an invitation in its organization.
    async fn lock(
        &mut self,
        org: OrgId,
        token_hash: &[u8; 32],
    ) -> Result<Option<Invite>, StorageError>;

    /// The invitations that stand for an address, in whatever organizations, newest first, at most
    /// `limit`. Nothing is locked yet. An organization has one for an address.
    async fn standing_for(
        &mut self,
        email: &Email,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Invite>, StorageError>;

    /// Finds and locks an invitation by id.
    async fn lock_by_id(
        &mut self,
        org: OrgId,
        invite: InviteId,
    ) -> Result<Option<Invite>, StorageError>;

    /// Takes an invitation out because it was accepted; tells whether it was there.
    async fn accept(&mut self, org: InOrg, invite: InviteId) -> Result<bool, StorageError>;

    /// Takes back all that a member sent; tells how many. What waits to tell of them is cancelled
    /// before: [`WriteOutbox::cancel_invitations_of`](crate::WriteOutbox::cancel_invitations_of).
    async fn withdraw_of(&mut self, account: InAccount) -> Result<u64, StorageError>;

    /// Takes an invitation back; `None` = there is none.
    async fn cancel(
        &mut self,
        access: &Access<CancelInvite>,
        invite: InviteId,
    ) -> Result<Option<Invite>, StorageError>;
}
