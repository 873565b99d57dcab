//! The installation as a whole.

use crate::orgs::OrgRow;
use crate::query::{execute, fetch, find, load};
use crate::schema::{installation_settings, orgs, usage_months, users};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use crate::users::UserRow;
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{Email, Month, OrgId, User, UserId};
use oneclaw_policy::{Access, DeleteSetting, ListUsers, PutSetting};
use oneclaw_storage::{
    ChangedSetting, ListedUser, ReadInstallation, StorageError, WriteInstallation,
};

/// A setting that was changed.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = installation_settings, check_for_backend(Pg, Sqlite))]
#[diesel(treat_none_as_null = true)]
struct SettingRow {
    key: String,
    value: String,
    updated_by: Option<StoredId>,
    updated_at: StoredTime,
}

impl From<SettingRow> for ChangedSetting {
    fn from(row: SettingRow) -> Self {
        Self {
            key: row.key,
            value: row.value,
            updated_by: row.updated_by.map(Into::into),
            updated_at: row.updated_at.into(),
        }
    }
}

/// An account with what its organization is allowed and used.
type ListedRow = (UserRow, OrgRow, Option<i64>, bool, Option<i64>);

fn listed(row: ListedRow) -> Result<ListedUser, StorageError> {
    let (user, org, request_limit, is_sponsored, requests) = row;
    let org = org.parse()?;
    Ok(ListedUser {
        user: user.parse()?,
        org_name: org.name,
        is_platform: org.is_platform,
        plan: org.plan,
        request_limit,
        is_sponsored,
        requests: requests.unwrap_or(0),
    })
}

#[async_trait]
impl ReadInstallation for Session {
    async fn settings(&mut self) -> Result<Vec<ChangedSetting>, StorageError> {
        let rows: Vec<SettingRow> = load!(
            self,
            "installation_settings",
            installation_settings::table
                .order(installation_settings::key.asc())
                .select(SettingRow::as_select())
        )?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn settings_named(&mut self, keys: &[&str]) -> Result<Vec<ChangedSetting>, StorageError> {
        let rows: Vec<SettingRow> = load!(
            self,
            "installation_settings",
            installation_settings::table
                .filter(installation_settings::key.eq_any(keys.iter().copied()))
                .select(SettingRow::as_select())
        )?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn users(
        &mut self,
        _access: &Access<ListUsers>,
        month: Month,
        skip: i64,
        many: i64,
    ) -> Result<(Vec<ListedUser>, i64), StorageError> {
        let total: i64 = fetch!(self, "users", users::table.count())?;
        let used = usage_months::org_id
            .eq(users::org_id)
            .and(usage_months::month.eq(month.get()));
        let rows: Vec<ListedRow> = load!(
            self,
            "users",
            users::table
                .inner_join(orgs::table.on(orgs::id.eq(users::org_id)))
                .left_join(usage_months::table.on(used))
                .order((users::created_at.asc(), users::id.asc()))
                .offset(skip)
                .limit(many)
                .select((
                    UserRow::as_select(),
                    OrgRow::as_select(),
                    orgs::request_limit,
                    orgs::is_sponsored,
                    usage_months::requests.nullable(),
                ))
        )?;
        let rows = rows.into_iter().map(listed);
        Ok((rows.collect::<Result<_, _>>()?, total))
    }

    async fn user(&mut self, id: UserId) -> Result<Option<User>, StorageError> {
        let row: Option<UserRow> = find!(
            self,
            "users",
            users::table
                .filter(users::id.eq(StoredId::from(id)))
                .select(UserRow::as_select())
        )?;
        row.map(UserRow::parse).transpose()
    }

    async fn user_of(&mut self, email: &Email) -> Result<Option<User>, StorageError> {
        let row: Option<UserRow> = find!(
            self,
            "users",
            users::table
                .filter(users::email.eq(email.as_str()))
                .select(UserRow::as_select())
        )?;
        row.map(UserRow::parse).transpose()
    }

    async fn platform(&mut self) -> Result<Option<OrgId>, StorageError> {
        let id: Option<StoredId> = find!(
            self,
            "orgs",
            orgs::table.filter(orgs::is_platform).select(orgs::id)
        )?;
        Ok(id.map(Into::into))
    }
}

#[async_trait]
impl WriteInstallation for Session {
    async fn put_setting(
        &mut self,
        _access: &Access<PutSetting>,
        setting: &ChangedSetting,
    ) -> Result<(), StorageError> {
        let row = SettingRow {
            key: setting.key.clone(),
            value: setting.value.clone(),
            updated_by: setting.updated_by.map(Into::into),
            updated_at: setting.updated_at.into(),
        };
        execute!(
            self,
            "installation_settings",
            diesel::insert_into(installation_settings::table)
                .values(&row)
                .on_conflict(installation_settings::key)
                .do_update()
                .set(&row)
        )?;
        Ok(())
    }

    async fn delete_setting(
        &mut self,
        _access: &Access<DeleteSetting>,
        key: &str,
    ) -> Result<bool, StorageError> {
        let one = installation_settings::table.filter(installation_settings::key.eq(key));
        let deleted = execute!(self, "installation_settings", diesel::delete(one))?;
        Ok(deleted == 1)
    }
}
