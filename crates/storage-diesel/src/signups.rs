//! Accounts that wait for their address to be proved.

use crate::error::corrupt;
use crate::query::{execute, find, run};
use crate::schema::pending_signups;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{DisplayName, Email};
use oneclaw_policy::{Access, SignUp};
use oneclaw_storage::{PendingSignup, StorageError, WriteSignups};

/// An account that waits, without its link's hash.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = pending_signups, check_for_backend(Pg, Sqlite))]
struct SignupRow {
    id: StoredId,
    email: String,
    display_name: String,
    password_hash: String,
    may_be_first: bool,
    created_at: StoredTime,
    expires_at: StoredTime,
}

impl From<&PendingSignup> for SignupRow {
    fn from(signup: &PendingSignup) -> Self {
        Self {
            id: signup.id.into(),
            email: signup.email.as_str().to_owned(),
            display_name: signup.display_name.as_str().to_owned(),
            password_hash: signup.password_hash.clone(),
            may_be_first: signup.may_be_first,
            created_at: signup.created_at.into(),
            expires_at: signup.expires_at.into(),
        }
    }
}

impl SignupRow {
    fn parse(self) -> Result<PendingSignup, StorageError> {
        Ok(PendingSignup {
            id: self.id.into(),
            email: Email::parse(&self.email).map_err(|_| corrupt("pending_signups.email"))?,
            display_name: DisplayName::parse(&self.display_name)
                .map_err(|_| corrupt("pending_signups.display_name"))?,
            password_hash: self.password_hash,
            may_be_first: self.may_be_first,
            created_at: self.created_at.into(),
            expires_at: self.expires_at.into(),
        })
    }
}

#[async_trait]
impl WriteSignups for Session {
    async fn insert(
        &mut self,
        _access: &Access<SignUp>,
        signup: &PendingSignup,
        token_hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        let row = SignupRow::from(signup);
        execute!(
            self,
            "pending_signups",
            diesel::insert_into(pending_signups::table)
                .values((&row, pending_signups::token_hash.eq(token_hash.as_slice())))
        )?;
        Ok(())
    }

    async fn lock(&mut self, token_hash: &[u8; 32]) -> Result<Option<PendingSignup>, StorageError> {
        let row: Option<SignupRow> = find!(
            self,
            "pending_signups",
            pending_signups::table
                .filter(pending_signups::token_hash.eq(token_hash.as_slice()))
                .select(SignupRow::as_select()),
            for_update
        )?;
        row.map(SignupRow::parse).transpose()
    }

    async fn clear(
        &mut self,
        _access: &Access<SignUp>,
        email: &Email,
    ) -> Result<u64, StorageError> {
        // one that somebody else is following at this moment is passed over: it comes to nothing, as
        // the address is taken, and two that waited for each other's would both
        let waiting = pending_signups::table
            .filter(pending_signups::email.eq(email.as_str()))
            .select(pending_signups::id);
        let found = run!(
            self,
            get_results,
            waiting,
            waiting.for_update().skip_locked()
        );
        let found: Vec<StoredId> = self.settle("pending_signups", found)?;
        if found.is_empty() {
            return Ok(0);
        }
        let cleared = pending_signups::table.filter(pending_signups::id.eq_any(found));
        Ok(execute!(self, "pending_signups", diesel::delete(cleared))? as u64)
    }
}
