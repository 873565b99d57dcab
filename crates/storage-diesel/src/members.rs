//! Members of an organization.

use crate::query::{execute, fetch, find, load, one_more};
use crate::schema::{agents, ip_rules, policies, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use crate::users::UserRow;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{Page, PageSize, Principal, Role, User, UserId};
use oneclaw_policy::{Access, ChangeMemberRole, InAccount, InOrg, ListMembers};
use oneclaw_storage::{MemberCursor, ReadMembers, StorageError, WriteMembers};

#[async_trait]
impl ReadMembers for Session {
    async fn list(
        &mut self,
        access: &Access<ListMembers>,
        after: Option<MemberCursor>,
        size: PageSize,
    ) -> Result<Page<User>, StorageError> {
        let org = StoredId::from(access.on().org);
        let all = users::table
            .filter(users::org_id.eq(org))
            .order((users::created_at.asc(), users::id.asc()))
            .limit(one_more(size));
        let rows: Vec<UserRow> = match after {
            None => load!(self, "users", all.select(UserRow::as_select()))?,
            Some(cursor) => {
                let (at, id) = (
                    StoredTime::from(cursor.created_at),
                    StoredId::from(cursor.id),
                );
                let behind = users::created_at
                    .gt(at)
                    .or(users::created_at.eq(at).and(users::id.gt(id)));
                load!(
                    self,
                    "users",
                    all.filter(behind).select(UserRow::as_select())
                )?
            }
        };
        let members = rows.into_iter().map(UserRow::parse);
        Ok(Page::cut(members.collect::<Result<_, _>>()?, size))
    }
}

#[async_trait]
impl WriteMembers for Session {
    async fn lock(&mut self, org: InOrg, user: UserId) -> Result<Option<User>, StorageError> {
        let (org, user) = (StoredId::from(org.org()), StoredId::from(user));
        // As deleting does, so that who locks them to remove them waits once.
        let row: Option<UserRow> = find!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select(UserRow::as_select()),
            for_update
        )?;
        row.map(UserRow::parse).transpose()
    }

    async fn count(&mut self, org: InOrg) -> Result<i64, StorageError> {
        let org = StoredId::from(org.org());
        fetch!(
            self,
            "users",
            users::table.filter(users::org_id.eq(org)).count()
        )
    }

    async fn owners(&mut self, org: InOrg) -> Result<i64, StorageError> {
        let org = StoredId::from(org.org());
        fetch!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(org))
                .filter(users::role.eq(Role::Owner.as_str()))
                .count()
        )
    }

    async fn set_role(&mut self, access: &Access<ChangeMemberRole>) -> Result<(), StorageError> {
        let on = access.on();
        let (org, user) = (StoredId::from(on.org), StoredId::from(on.user));
        let one = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.eq(user));
        execute!(
            self,
            "users",
            diesel::update(one).set(users::role.eq(on.role.as_str()))
        )?;
        Ok(())
    }

    async fn remove(&mut self, account: InAccount) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(account.org()),
            StoredId::from(account.user()),
        );
        let own = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.eq(user));
        // The person first: logins and refreshes in their name wait here, and hold nothing below.
        let locked: Option<StoredId> = find!(self, "users", own.select(users::id), for_update)?;
        if locked.is_none() {
            return Ok(());
        }
        let named = policies::table
            .filter(policies::org_id.eq(org))
            .filter(policies::principal.eq(Principal::User(account.user()).to_string()));
        execute!(self, "policies", diesel::delete(named))?;
        let registered = agents::table
            .filter(agents::org_id.eq(org))
            .filter(agents::created_by.eq(user));
        execute!(
            self,
            "agents",
            diesel::update(registered).set(agents::created_by.eq(None::<StoredId>))
        )?;
        let made = ip_rules::table
            .filter(ip_rules::org_id.eq(org))
            .filter(ip_rules::created_by.eq(user));
        execute!(
            self,
            "ip_rules",
            diesel::update(made).set(ip_rules::created_by.eq(None::<StoredId>))
        )?;
        execute!(self, "users", diesel::delete(own))?;
        Ok(())
    }
}
