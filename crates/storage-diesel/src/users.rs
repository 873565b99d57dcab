//! People's accounts.

use crate::access::role_of;
use crate::error::corrupt;
use crate::orgs::OrgRow;
use crate::query::{execute, fetch, find};
use crate::schema::{login_addresses, orgs, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{AuthMethod, DisplayName, Email, Timestamp, User};
use oneclaw_policy::{
    Access, Account, ChangePassword, CreateApiKey, LogIn, ReadProfile, SignUp, UpdateProfile,
};
use oneclaw_storage::{
    LoginCandidate, Profile, ProfileChanges, ReadUsers, StorageError, WriteUsers,
};

/// An account without its password.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(Pg, Sqlite))]
pub(crate) struct UserRow {
    id: StoredId,
    org_id: StoredId,
    email: String,
    display_name: String,
    auth_method: String,
    role: String,
    email_verified: bool,
    marketing_emails: bool,
    created_at: StoredTime,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.into(),
            org_id: user.org.into(),
            email: user.email.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            auth_method: user.auth_method.as_str().to_owned(),
            role: user.role.as_str().to_owned(),
            email_verified: user.email_verified,
            marketing_emails: user.marketing_emails,
            created_at: user.created_at.into(),
        }
    }
}

impl UserRow {
    pub(crate) fn parse(self) -> Result<User, StorageError> {
        Ok(User {
            id: self.id.into(),
            org: self.org_id.into(),
            email: Email::parse(&self.email).map_err(|_| corrupt("users.email"))?,
            display_name: DisplayName::parse(&self.display_name)
                .map_err(|_| corrupt("users.display_name"))?,
            auth_method: AuthMethod::parse(&self.auth_method)
                .map_err(|_| corrupt("users.auth_method"))?,
            role: role_of(&self.role)?,
            email_verified: self.email_verified,
            marketing_emails: self.marketing_emails,
            created_at: self.created_at.into(),
        })
    }
}

#[derive(Debug, AsChangeset)]
#[diesel(table_name = users)]
struct Changes {
    display_name: Option<String>,
    marketing_emails: Option<bool>,
}

impl Session {
    async fn profile_of(&mut self, account: &Account) -> Result<Option<Profile>, StorageError> {
        let (org, user) = (StoredId::from(account.org), StoredId::from(account.user));
        let row: Option<(UserRow, OrgRow, bool)> = find!(
            self,
            "users",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select((
                    UserRow::as_select(),
                    OrgRow::as_select(),
                    users::password_hash.is_not_null()
                ))
        )?;
        let Some((user, org, has_password)) = row else {
            return Ok(None);
        };
        Ok(Some(Profile {
            user: user.parse()?,
            org: org.parse()?,
            has_password,
        }))
    }
}

#[async_trait]
impl ReadUsers for Session {
    async fn find_for_login(
        &mut self,
        email: &Email,
        address: &[u8; 32],
    ) -> Result<Option<LoginCandidate>, StorageError> {
        let row: Option<(UserRow, Option<String>, bool)> = find!(
            self,
            "users",
            users::table
                .filter(users::email.eq(email.as_str()))
                .select((
                    UserRow::as_select(),
                    users::password_hash,
                    exists(
                        login_addresses::table
                            .filter(login_addresses::org_id.eq(users::org_id))
                            .filter(login_addresses::user_id.eq(users::id))
                            .filter(login_addresses::address.eq(address.as_slice()))
                    ),
                ))
        )?;
        let Some((user, password_hash, address_known)) = row else {
            return Ok(None);
        };
        Ok(Some(LoginCandidate {
            user: user.parse()?,
            password_hash,
            address_known,
        }))
    }

    async fn profile(
        &mut self,
        access: &Access<ReadProfile>,
    ) -> Result<Option<Profile>, StorageError> {
        self.profile_of(access.on()).await
    }

    async fn is_taken(&mut self, email: &Email) -> Result<bool, StorageError> {
        let taken = users::table
            .filter(users::email.eq(email.as_str()))
            .select(users::id);
        fetch!(self, "users", diesel::select(exists(taken)))
    }

    async fn any(&mut self) -> Result<bool, StorageError> {
        fetch!(
            self,
            "users",
            diesel::select(exists(users::table.select(users::id)))
        )
    }
}

#[async_trait]
impl WriteUsers for Session {
    async fn insert(
        &mut self,
        access: &Access<SignUp>,
        user: &User,
        password_hash: &str,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let row = UserRow {
            id: on.user.into(),
            org_id: on.org.into(),
            ..user.into()
        };
        execute!(
            self,
            "users",
            diesel::insert_into(users::table)
                .values((&row, users::password_hash.eq(password_hash)))
        )?;
        Ok(())
    }

    async fn update_profile(
        &mut self,
        access: &Access<UpdateProfile>,
        changes: &ProfileChanges,
    ) -> Result<Option<Profile>, StorageError> {
        let on = access.on();
        if changes.display_name.is_some() || changes.marketing_emails.is_some() {
            let set = Changes {
                display_name: changes
                    .display_name
                    .as_ref()
                    .map(|name| name.as_str().to_owned()),
                marketing_emails: changes.marketing_emails,
            };
            let (org, user) = (StoredId::from(on.org), StoredId::from(on.user));
            execute!(
                self,
                "users",
                diesel::update(
                    users::table
                        .filter(users::org_id.eq(org))
                        .filter(users::id.eq(user))
                )
                .set(&set)
            )?;
        }
        self.profile_of(on).await
    }

    async fn find_for_password_change(
        &mut self,
        access: &Access<ChangePassword>,
    ) -> Result<Option<(User, Option<String>)>, StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let row: Option<(UserRow, Option<String>)> = find!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select((UserRow::as_select(), users::password_hash)),
            for_no_key_update
        )?;
        row.map(|(user, hash)| Ok((user.parse()?, hash)))
            .transpose()
    }

    async fn find_for_api_key(
        &mut self,
        access: &Access<CreateApiKey>,
    ) -> Result<Option<User>, StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let row: Option<UserRow> = find!(
            self,
            "users",
            users::table
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select(UserRow::as_select())
        )?;
        row.map(UserRow::parse).transpose()
    }

    async fn set_password(
        &mut self,
        access: &Access<ChangePassword>,
        password_hash: &str,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        execute!(
            self,
            "users",
            diesel::update(
                users::table
                    .filter(users::org_id.eq(org))
                    .filter(users::id.eq(user))
            )
            .set(users::password_hash.eq(password_hash))
        )?;
        Ok(())
    }

    async fn has_password(
        &mut self,
        access: &Access<LogIn>,
        password_hash: &str,
    ) -> Result<bool, StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let unchanged = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.eq(user))
            .filter(users::password_hash.eq(password_hash))
            .select(users::id);
        fetch!(self, "users", diesel::select(exists(unchanged)))
    }

    async fn rehash_password(
        &mut self,
        access: &Access<LogIn>,
        old: &str,
        new: &str,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let unchanged = users::table
            .filter(users::org_id.eq(org))
            .filter(users::id.eq(user))
            .filter(users::password_hash.eq(old));
        execute!(
            self,
            "users",
            diesel::update(unchanged).set(users::password_hash.eq(new))
        )?;
        Ok(())
    }

    async fn remember_address(
        &mut self,
        access: &Access<LogIn>,
        address: &[u8; 32],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let seen = login_addresses::last_seen_at.eq(StoredTime::from(now));
        execute!(
            self,
            "login_addresses",
            diesel::insert_into(login_addresses::table)
                .values((
                    login_addresses::org_id.eq(org),
                    login_addresses::user_id.eq(user),
                    login_addresses::address.eq(address.as_slice()),
                    seen,
                ))
                .on_conflict((login_addresses::user_id, login_addresses::address))
                .do_update()
                .set(seen)
        )?;
        Ok(())
    }
}
