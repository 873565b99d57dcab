//! The reads of the contract.

use super::rows::UserRow;
use crate::orgs::OrgRow;
use crate::query::{fetch, find};
use crate::schema::{login_addresses, orgs, second_factors, users};
use crate::session::Session;
use crate::types::StoredId;
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use oneclaw_domain::Email;
use oneclaw_policy::{Access, Account, ReadProfile};
use oneclaw_storage::{LoginCandidate, Profile, ReadUsers, StorageError};

impl Session {
    pub(super) async fn profile_of(
        &mut self,
        account: &Account,
    ) -> Result<Option<Profile>, StorageError> {
        let (org, user) = (StoredId::from(account.org), StoredId::from(account.user));
        let row: Option<(UserRow, OrgRow, bool, bool)> = find!(
            self,
            "users",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .filter(users::org_id.eq(org))
                .filter(users::id.eq(user))
                .select((
                    UserRow::as_select(),
                    OrgRow::as_select(),
                    users::password_hash.is_not_null(),
                    exists(
                        second_factors::table
                            .filter(second_factors::org_id.eq(users::org_id))
                            .filter(second_factors::user_id.eq(users::id))
                            .filter(second_factors::is_on)
                    ),
                ))
        )?;
        let Some((user, org, has_password, has_second_factor)) = row else {
            return Ok(None);
        };
        Ok(Some(Profile {
            user: user.parse()?,
            org: org.parse()?,
            has_password,
            has_second_factor,
        }))
    }
}

#[async_trait]
impl ReadUsers for Session {
    async fn find_for_login(
        &mut self,
        email: &Email,
        addresses: &[[u8; 32]],
    ) -> Result<Option<LoginCandidate>, StorageError> {
        let addresses = addresses.iter().map(<[u8; 32]>::as_slice);
        let addresses: Vec<&[u8]> = addresses.collect();
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
                            .filter(login_addresses::address.eq_any(&addresses))
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
