//! The writes of the contract.

use super::rows::UserRow;
use crate::query::{execute, fetch, find};
use crate::schema::{login_addresses, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use oneclaw_domain::{Email, Timestamp, User};
use oneclaw_policy::{Access, CreateApiKey, InAccount, LogIn, SignUp, UpdateProfile};
use oneclaw_storage::{Profile, ProfileChanges, StorageError, Voided, WriteUsers};

#[derive(Debug, AsChangeset)]
#[diesel(table_name = users)]
struct Changes {
    display_name: Option<String>,
    marketing_emails: Option<bool>,
}

/// The account of a proof.
macro_rules! account_of {
    ($account:expr) => {{
        let account: InAccount = $account;
        users::table
            .filter(users::org_id.eq(StoredId::from(account.org())))
            .filter(users::id.eq(StoredId::from(account.user())))
    }};
}

#[async_trait]
impl WriteUsers for Session {
    async fn insert(
        &mut self,
        access: &Access<SignUp>,
        user: &User,
        password_hash: Option<&str>,
    ) -> Result<(), StorageError> {
        let row = UserRow::new(access.on(), user);
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

    async fn lock(
        &mut self,
        account: InAccount,
    ) -> Result<Option<(User, Option<String>)>, StorageError> {
        let row: Option<(UserRow, Option<String>)> = find!(
            self,
            "users",
            account_of!(account).select((UserRow::as_select(), users::password_hash)),
            for_no_key_update
        )?;
        row.map(|(user, hash)| Ok((user.parse()?, hash)))
            .transpose()
    }

    async fn find_by_email(&mut self, email: &Email) -> Result<Option<User>, StorageError> {
        let row: Option<UserRow> = find!(
            self,
            "users",
            users::table
                .filter(users::email.eq(email.as_str()))
                .select(UserRow::as_select())
        )?;
        row.map(UserRow::parse).transpose()
    }

    async fn set_verified(&mut self, account: InAccount) -> Result<(), StorageError> {
        execute!(
            self,
            "users",
            diesel::update(account_of!(account)).set(users::email_verified.eq(true))
        )?;
        Ok(())
    }

    async fn set_email(&mut self, account: InAccount, email: &Email) -> Result<(), StorageError> {
        execute!(
            self,
            "users",
            diesel::update(account_of!(account)).set((
                users::email.eq(email.as_str()),
                users::email_verified.eq(true)
            ))
        )?;
        Ok(())
    }

    async fn void_keys(
        &mut self,
        account: InAccount,
        now: Timestamp,
    ) -> Result<Voided, StorageError> {
        Ok(Voided {
            api_keys: self.revoke_keys_of(account, now).await?,
            agents: self.void_agents_of(account).await?,
        })
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
        account: InAccount,
        password_hash: Option<&str>,
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "users",
            diesel::update(account_of!(account)).set(users::password_hash.eq(password_hash))
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

    async fn forget_addresses(&mut self, account: InAccount) -> Result<u64, StorageError> {
        let known = login_addresses::table
            .filter(login_addresses::org_id.eq(StoredId::from(account.org())))
            .filter(login_addresses::user_id.eq(StoredId::from(account.user())));
        Ok(execute!(self, "login_addresses", diesel::delete(known))? as u64)
    }
}
