//! Accounts, as they are stored.

use crate::access::role_of;
use crate::error::corrupt;
use crate::schema::users;
use crate::types::{StoredId, StoredTime};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{AuthMethod, DisplayName, Email, User};
use oneclaw_policy::Account;
use oneclaw_storage::StorageError;

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
    pub(super) fn new(on: &Account, user: &User) -> Self {
        Self {
            id: on.user.into(),
            org_id: on.org.into(),
            ..user.into()
        }
    }

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
