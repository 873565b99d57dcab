//! Invitations.

use crate::error::corrupt;
use crate::query::{execute, fetch, find, load, one_more};
use crate::schema::{invites, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{Email, Invite, InviteId, OrgId, Page, PageSize, Role, Timestamp};
use oneclaw_policy::{Access, CancelInvite, InAccount, InOrg, InviteMember, ListInvites};
use oneclaw_storage::{InviteCursor, ReadInvites, StorageError, WriteInvites};

/// An invitation without its token's hash.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = invites, check_for_backend(Pg, Sqlite))]
struct InviteRow {
    id: StoredId,
    org_id: StoredId,
    email: String,
    role: String,
    mailed: bool,
    invited_by: StoredId,
    created_at: StoredTime,
    expires_at: StoredTime,
}

impl InviteRow {
    fn parse(self) -> Result<Invite, StorageError> {
        Ok(Invite {
            id: self.id.into(),
            org: self.org_id.into(),
            email: Email::parse(&self.email).map_err(|_| corrupt("invites.email"))?,
            role: Role::parse(&self.role).map_err(|_| corrupt("invites.role"))?,
            invited_by: self.invited_by.into(),
            created_at: self.created_at.into(),
            expires_at: self.expires_at.into(),
            mailed: self.mailed,
        })
    }
}

#[async_trait]
impl ReadInvites for Session {
    async fn org_of(&mut self, token_hash: &[u8; 32]) -> Result<Option<OrgId>, StorageError> {
        let org: Option<StoredId> = find!(
            self,
            "invites",
            invites::table
                .filter(invites::token_hash.eq(token_hash.as_slice()))
                .select(invites::org_id)
        )?;
        Ok(org.map(Into::into))
    }

    async fn role_of(
        &mut self,
        org: OrgId,
        invite: InviteId,
    ) -> Result<Option<Role>, StorageError> {
        let org = StoredId::from(org);
        let role: Option<String> = find!(
            self,
            "invites",
            invites::table
                .filter(invites::org_id.eq(org))
                .filter(invites::id.eq(StoredId::from(invite)))
                .select(invites::role)
        )?;
        role.map(|role| Role::parse(&role).map_err(|_| corrupt("invites.role")))
            .transpose()
    }

    async fn list(
        &mut self,
        access: &Access<ListInvites>,
        after: Option<InviteCursor>,
        size: PageSize,
    ) -> Result<Page<Invite>, StorageError> {
        let org = StoredId::from(access.on().org);
        let all = invites::table
            .filter(invites::org_id.eq(org))
            .order((invites::created_at.asc(), invites::id.asc()))
            .limit(one_more(size));
        let rows: Vec<InviteRow> = match after {
            None => load!(self, "invites", all.select(InviteRow::as_select()))?,
            Some(cursor) => {
                let (at, id) = (
                    StoredTime::from(cursor.created_at),
                    StoredId::from(cursor.id),
                );
                let behind = invites::created_at
                    .gt(at)
                    .or(invites::created_at.eq(at).and(invites::id.gt(id)));
                load!(
                    self,
                    "invites",
                    all.filter(behind).select(InviteRow::as_select())
                )?
            }
        };
        let found = rows.into_iter().map(InviteRow::parse);
        Ok(Page::cut(found.collect::<Result<_, _>>()?, size))
    }
}

#[async_trait]
impl WriteInvites for Session {
    async fn is_member(&mut self, org: InOrg, email: &Email) -> Result<bool, StorageError> {
        let org = StoredId::from(org.org());
        let member = users::table
            .filter(users::org_id.eq(org))
            .filter(users::email.eq(email.as_str()))
            .select(users::id);
        fetch!(self, "users", diesel::select(exists(member)))
    }

    async fn put(
        &mut self,
        access: &Access<InviteMember>,
        invite: &Invite,
        token_hash: &[u8; 32],
    ) -> Result<Option<Invite>, StorageError> {
        let row = InviteRow {
            id: invite.id.into(),
            org_id: access.on().org.into(),
            email: invite.email.as_str().to_owned(),
            role: invite.role.as_str().to_owned(),
            mailed: invite.mailed,
            invited_by: invite.invited_by.into(),
            created_at: invite.created_at.into(),
            expires_at: invite.expires_at.into(),
        };
        let earlier: Option<InviteRow> = find!(
            self,
            "invites",
            diesel::delete(
                invites::table
                    .filter(invites::org_id.eq(row.org_id))
                    .filter(invites::email.eq(invite.email.as_str()))
            )
            .returning(InviteRow::as_returning())
        )?;
        execute!(
            self,
            "invites",
            diesel::insert_into(invites::table)
                .values((&row, invites::token_hash.eq(token_hash.as_slice())))
        )?;
        earlier.map(InviteRow::parse).transpose()
    }

    async fn lock(
        &mut self,
        org: OrgId,
        token_hash: &[u8; 32],
    ) -> Result<Option<Invite>, StorageError> {
        let org = StoredId::from(org);
        let row: Option<InviteRow> = find!(
            self,
            "invites",
            invites::table
                .filter(invites::org_id.eq(org))
                .filter(invites::token_hash.eq(token_hash.as_slice()))
                .select(InviteRow::as_select()),
            for_update
        )?;
        row.map(InviteRow::parse).transpose()
    }

    async fn standing_for(
        &mut self,
        email: &Email,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Invite>, StorageError> {
        let rows: Vec<InviteRow> = load!(
            self,
            "invites",
            invites::table
                .filter(invites::email.eq(email.as_str()))
                .filter(invites::expires_at.gt(StoredTime(now)))
                .order((invites::created_at.desc(), invites::id.desc()))
                .limit(limit)
                .select(InviteRow::as_select())
        )?;
        rows.into_iter().map(InviteRow::parse).collect()
    }

    async fn lock_by_id(
        &mut self,
        org: OrgId,
        invite: InviteId,
    ) -> Result<Option<Invite>, StorageError> {
        let org = StoredId::from(org);
        let row: Option<InviteRow> = find!(
            self,
            "invites",
            invites::table
                .filter(invites::org_id.eq(org))
                .filter(invites::id.eq(StoredId::from(invite)))
                .select(InviteRow::as_select()),
            for_update
        )?;
        row.map(InviteRow::parse).transpose()
    }

    async fn accept(&mut self, org: InOrg, invite: InviteId) -> Result<bool, StorageError> {
        let org = StoredId::from(org.org());
        let one = invites::table
            .filter(invites::org_id.eq(org))
            .filter(invites::id.eq(StoredId::from(invite)));
        let taken = execute!(self, "invites", diesel::delete(one))?;
        Ok(taken == 1)
    }

    async fn withdraw_of(&mut self, account: InAccount) -> Result<u64, StorageError> {
        let sent = invites::table
            .filter(invites::org_id.eq(StoredId::from(account.org())))
            .filter(invites::invited_by.eq(StoredId::from(account.user())));
        Ok(execute!(self, "invites", diesel::delete(sent))? as u64)
    }

    async fn cancel(
        &mut self,
        access: &Access<CancelInvite>,
        invite: InviteId,
    ) -> Result<Option<Invite>, StorageError> {
        let org = StoredId::from(access.on().org);
        let row: Option<InviteRow> = find!(
            self,
            "invites",
            diesel::delete(
                invites::table
                    .filter(invites::org_id.eq(org))
                    .filter(invites::id.eq(StoredId::from(invite)))
            )
            .returning(InviteRow::as_returning())
        )?;
        row.map(InviteRow::parse).transpose()
    }
}
