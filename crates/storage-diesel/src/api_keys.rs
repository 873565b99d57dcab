//! Personal API keys.

use crate::error::corrupt;
use crate::query::{execute, find, load};
use crate::schema::{api_keys, users};
use crate::session::Session;
use crate::types::{StoredId, StoredJson, StoredTime};
use crate::users::UserRow;
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{ApiKey, ApiKeyId, ApiKeyName, KeyPrefix, Page, PageSize, Scopes, Timestamp};
use oneclaw_policy::{Access, CreateApiKey, ListApiKeys, LogIn, RevokeApiKey};
use oneclaw_storage::{ApiKeyLogin, ReadApiKeys, StorageError, WriteApiKeys};
use serde_json::Value;

/// A key without its hash.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, check_for_backend(Pg, Sqlite))]
struct ApiKeyRow {
    id: StoredId,
    org_id: StoredId,
    user_id: StoredId,
    name: String,
    prefix: String,
    scopes: StoredJson,
    created_at: StoredTime,
    expires_at: Option<StoredTime>,
    last_used_at: Option<StoredTime>,
    revoked_at: Option<StoredTime>,
}

/// Scopes are stored as an array of texts; anything else must not be read as "no limit".
pub(crate) fn scopes_of(json: StoredJson) -> Result<Scopes, StorageError> {
    serde_json::from_value(json.0)
        .map(Scopes::stored)
        .map_err(|_| corrupt("api_keys.scopes"))
}

impl ApiKeyRow {
    fn parse(self) -> Result<ApiKey, StorageError> {
        Ok(ApiKey {
            id: self.id.into(),
            org: self.org_id.into(),
            user: self.user_id.into(),
            name: ApiKeyName::parse(&self.name).map_err(|_| corrupt("api_keys.name"))?,
            prefix: KeyPrefix::stored(self.prefix),
            scopes: scopes_of(self.scopes)?,
            created_at: self.created_at.into(),
            expires_at: self.expires_at.map(Into::into),
            last_used_at: self.last_used_at.map(Into::into),
            revoked_at: self.revoked_at.map(Into::into),
        })
    }
}

#[async_trait]
impl ReadApiKeys for Session {
    async fn find_by_hash(&mut self, hash: &[u8; 32]) -> Result<Option<ApiKeyLogin>, StorageError> {
        let row: Option<(ApiKeyRow, UserRow)> = find!(
            self,
            "api_keys",
            api_keys::table
                .inner_join(
                    users::table.on(users::org_id
                        .eq(api_keys::org_id)
                        .and(users::id.eq(api_keys::user_id)))
                )
                .filter(api_keys::key_hash.eq(hash.as_slice()))
                .select((ApiKeyRow::as_select(), UserRow::as_select()))
        )?;
        row.map(|(key, user)| {
            Ok(ApiKeyLogin {
                key: key.parse()?,
                user: user.parse()?,
            })
        })
        .transpose()
    }

    async fn list(
        &mut self,
        access: &Access<ListApiKeys>,
        after: Option<(Timestamp, ApiKeyId)>,
        size: PageSize,
    ) -> Result<Page<ApiKey>, StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let many = i64::try_from(size.get())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let own = api_keys::table
            .filter(api_keys::org_id.eq(org))
            .filter(api_keys::user_id.eq(user))
            .filter(api_keys::revoked_at.is_null())
            .order((api_keys::created_at.desc(), api_keys::id.desc()))
            .limit(many);
        let rows: Vec<ApiKeyRow> = match after {
            None => load!(self, "api_keys", own.select(ApiKeyRow::as_select()))?,
            Some((at, id)) => {
                let (at, id) = (StoredTime::from(at), StoredId::from(id));
                let behind = api_keys::created_at
                    .lt(at)
                    .or(api_keys::created_at.eq(at).and(api_keys::id.lt(id)));
                load!(
                    self,
                    "api_keys",
                    own.filter(behind).select(ApiKeyRow::as_select())
                )?
            }
        };
        let keys = rows
            .into_iter()
            .map(ApiKeyRow::parse)
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(keys, size))
    }
}

#[async_trait]
impl WriteApiKeys for Session {
    async fn insert(
        &mut self,
        access: &Access<CreateApiKey>,
        key: &ApiKey,
        hash: &[u8; 32],
    ) -> Result<(), StorageError> {
        let scopes = key
            .scopes
            .as_slice()
            .iter()
            .cloned()
            .map(Value::String)
            .collect();
        let row = ApiKeyRow {
            id: key.id.into(),
            org_id: access.on().org.into(),
            user_id: access.on().user.into(),
            name: key.name.as_str().to_owned(),
            prefix: key.prefix.as_str().to_owned(),
            scopes: StoredJson(Value::Array(scopes)),
            created_at: key.created_at.into(),
            expires_at: key.expires_at.map(Into::into),
            last_used_at: key.last_used_at.map(Into::into),
            revoked_at: key.revoked_at.map(Into::into),
        };
        execute!(
            self,
            "api_keys",
            diesel::insert_into(api_keys::table)
                .values((&row, api_keys::key_hash.eq(hash.as_slice())))
        )?;
        Ok(())
    }

    async fn revoke(
        &mut self,
        access: &Access<RevokeApiKey>,
        key: ApiKeyId,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let live = api_keys::table
            .filter(api_keys::org_id.eq(org))
            .filter(api_keys::user_id.eq(user))
            .filter(api_keys::id.eq(StoredId::from(key)))
            .filter(api_keys::revoked_at.is_null());
        let revoked = execute!(
            self,
            "api_keys",
            diesel::update(live).set(api_keys::revoked_at.eq(StoredTime::from(now)))
        )?;
        Ok(revoked == 1)
    }

    async fn touch(
        &mut self,
        access: &Access<LogIn>,
        key: ApiKeyId,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let (org, user) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().user),
        );
        let own = api_keys::table
            .filter(api_keys::org_id.eq(org))
            .filter(api_keys::user_id.eq(user))
            .filter(api_keys::id.eq(StoredId::from(key)));
        execute!(
            self,
            "api_keys",
            diesel::update(own).set(api_keys::last_used_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }
}
