//! Second factors and recovery codes.

use crate::query::{execute, fetch, find};
use crate::schema::{recovery_codes, second_factors};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::Timestamp;
use oneclaw_policy::{Access, InAccount, ReadMfa};
use oneclaw_storage::{ReadSecondFactors, SecondFactor, StorageError, WriteSecondFactors};

/// Before every time step: none was used yet.
const NO_STEP: i64 = -1;

/// A second factor without its place.
#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors, check_for_backend(Pg, Sqlite))]
struct FactorRow {
    sealed: Vec<u8>,
    is_on: bool,
    last_step: i64,
    pending_until: StoredTime,
}

impl From<FactorRow> for SecondFactor {
    fn from(row: FactorRow) -> Self {
        Self {
            sealed: row.sealed,
            is_on: row.is_on,
            last_step: row.last_step,
            pending_until: row.pending_until.into(),
        }
    }
}

/// The second factor of an account.
macro_rules! factor_of {
    ($account:expr) => {{
        let account: InAccount = $account;
        second_factors::table
            .filter(second_factors::org_id.eq(StoredId::from(account.org())))
            .filter(second_factors::user_id.eq(StoredId::from(account.user())))
    }};
}

/// The recovery codes of an account.
macro_rules! codes_of {
    ($account:expr) => {{
        let account: InAccount = $account;
        recovery_codes::table
            .filter(recovery_codes::org_id.eq(StoredId::from(account.org())))
            .filter(recovery_codes::user_id.eq(StoredId::from(account.user())))
    }};
}

impl Session {
    async fn asks_for_factor(&mut self, account: InAccount) -> Result<bool, StorageError> {
        let on = factor_of!(account)
            .filter(second_factors::is_on)
            .select(second_factors::user_id);
        fetch!(self, "second_factors", diesel::select(exists(on)))
    }
}

#[async_trait]
impl ReadSecondFactors for Session {
    async fn is_on(&mut self, access: &Access<ReadMfa>) -> Result<bool, StorageError> {
        self.asks_for_factor(access.in_account()).await
    }
}

#[async_trait]
impl WriteSecondFactors for Session {
    async fn is_asked_for(&mut self, account: InAccount) -> Result<bool, StorageError> {
        self.asks_for_factor(account).await
    }

    async fn lock(&mut self, account: InAccount) -> Result<Option<SecondFactor>, StorageError> {
        let row: Option<FactorRow> = find!(
            self,
            "second_factors",
            factor_of!(account).select(FactorRow::as_select()),
            for_update
        )?;
        Ok(row.map(Into::into))
    }

    async fn put_pending(
        &mut self,
        account: InAccount,
        sealed: &[u8],
        pending_until: Timestamp,
    ) -> Result<(), StorageError> {
        let pending = factor_of!(account).filter(second_factors::is_on.eq(false));
        execute!(self, "second_factors", diesel::delete(pending))?;
        execute!(
            self,
            "second_factors",
            diesel::insert_into(second_factors::table).values((
                second_factors::org_id.eq(StoredId::from(account.org())),
                second_factors::user_id.eq(StoredId::from(account.user())),
                second_factors::sealed.eq(sealed),
                second_factors::is_on.eq(false),
                second_factors::last_step.eq(NO_STEP),
                second_factors::pending_until.eq(StoredTime::from(pending_until)),
            ))
        )?;
        Ok(())
    }

    async fn turn_on(
        &mut self,
        account: InAccount,
        step: i64,
        recovery: &[[u8; 32]],
    ) -> Result<(), StorageError> {
        let pending = factor_of!(account).filter(second_factors::is_on.eq(false));
        execute!(
            self,
            "second_factors",
            diesel::update(pending).set((
                second_factors::is_on.eq(true),
                second_factors::last_step.eq(step),
            ))
        )?;
        execute!(self, "recovery_codes", diesel::delete(codes_of!(account)))?;
        for hash in recovery {
            execute!(
                self,
                "recovery_codes",
                diesel::insert_into(recovery_codes::table).values((
                    recovery_codes::code_hash.eq(hash.as_slice()),
                    recovery_codes::org_id.eq(StoredId::from(account.org())),
                    recovery_codes::user_id.eq(StoredId::from(account.user())),
                ))
            )?;
        }
        Ok(())
    }

    async fn use_step(&mut self, account: InAccount, step: i64) -> Result<bool, StorageError> {
        let earlier = factor_of!(account).filter(second_factors::last_step.lt(step));
        let used = execute!(
            self,
            "second_factors",
            diesel::update(earlier).set(second_factors::last_step.eq(step))
        )?;
        Ok(used == 1)
    }

    async fn spend_recovery(
        &mut self,
        account: InAccount,
        hash: &[u8; 32],
    ) -> Result<bool, StorageError> {
        let one = codes_of!(account).filter(recovery_codes::code_hash.eq(hash.as_slice()));
        Ok(execute!(self, "recovery_codes", diesel::delete(one))? == 1)
    }

    async fn remove(&mut self, account: InAccount) -> Result<bool, StorageError> {
        let was_on = self.asks_for_factor(account).await?;
        execute!(self, "recovery_codes", diesel::delete(codes_of!(account)))?;
        execute!(self, "second_factors", diesel::delete(factor_of!(account)))?;
        Ok(was_on)
    }
}
