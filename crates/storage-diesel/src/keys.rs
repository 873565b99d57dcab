//! The installation's keys, wrapped by the master key.

use crate::error::corrupt;
use crate::query::{execute, find, load};
use crate::schema::{audit_keys, installation, installation_keys, orgs, sessions, vaults};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::Timestamp;
use oneclaw_policy::{Access, ManageKeys};
use oneclaw_storage::{
    KeyPurpose, ReadKeys, StorageError, StoredChainKey, StoredKey, WrappedKey, WrappedOwner,
    WriteKeys,
};

/// A key, wrapped.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = installation_keys, check_for_backend(Pg, Sqlite))]
struct KeyRow {
    id: String,
    purpose: String,
    master_key: Vec<u8>,
    wrapped: Vec<u8>,
    public_key: Option<Vec<u8>>,
    created_at: StoredTime,
    retires_at: Option<StoredTime>,
}

impl KeyRow {
    fn parse(self, purpose: KeyPurpose) -> Result<StoredKey, StorageError> {
        Ok(StoredKey {
            id: self.id,
            purpose,
            wrapped: wrapped_key(
                &self.master_key,
                self.wrapped,
                "installation_keys.master_key",
            )?,
            public: self.public_key,
            created_at: self.created_at.into(),
            retires_at: self.retires_at.map(Into::into),
        })
    }
}

/// A key under the master key of that id.
pub(crate) fn wrapped_key(
    master_key: &[u8],
    bytes: Vec<u8>,
    place: &'static str,
) -> Result<WrappedKey, StorageError> {
    Ok(WrappedKey {
        master_key: key_id(master_key, place)?,
        bytes,
    })
}

fn key_id(bytes: &[u8], place: &'static str) -> Result<[u8; 16], StorageError> {
    bytes.try_into().map_err(|_| corrupt(place))
}

fn master_key_of(row: Option<Vec<u8>>) -> Result<Option<[u8; 16]>, StorageError> {
    row.map(|bytes| key_id(&bytes, "installation.master_key"))
        .transpose()
}

#[async_trait]
impl ReadKeys for Session {
    async fn master_key(&mut self) -> Result<Option<[u8; 16]>, StorageError> {
        let row: Option<Option<Vec<u8>>> = find!(
            self,
            "installation",
            installation::table.select(installation::master_key)
        )?;
        master_key_of(row.flatten())
    }

    async fn list(&mut self, purpose: KeyPurpose) -> Result<Vec<StoredKey>, StorageError> {
        let rows: Vec<KeyRow> = load!(
            self,
            "installation_keys",
            installation_keys::table
                .filter(installation_keys::purpose.eq(purpose.as_str()))
                .order((installation_keys::created_at, installation_keys::id))
                .select(KeyRow::as_select())
        )?;
        rows.into_iter().map(|row| row.parse(purpose)).collect()
    }

    async fn outdated(
        &mut self,
        current: &[u8; 16],
        many: i64,
    ) -> Result<Vec<(WrappedOwner, WrappedKey)>, StorageError> {
        let keys: Vec<(String, Vec<u8>, Vec<u8>)> = load!(
            self,
            "installation_keys",
            installation_keys::table
                .filter(installation_keys::master_key.ne(current.as_slice()))
                .order(installation_keys::id)
                .limit(many)
                .select((
                    installation_keys::id,
                    installation_keys::master_key,
                    installation_keys::wrapped,
                ))
        )?;
        let mut found = Vec::with_capacity(keys.len());
        for (id, master_key, bytes) in keys {
            let key = wrapped_key(&master_key, bytes, "installation_keys.master_key")?;
            found.push((WrappedOwner::Installation(id), key));
        }
        let keys: Vec<(String, Vec<u8>, Vec<u8>)> = load!(
            self,
            "audit_keys",
            audit_keys::table
                .filter(audit_keys::master_key.ne(current.as_slice()))
                .order(audit_keys::id)
                .limit(many)
                .select((audit_keys::id, audit_keys::master_key, audit_keys::wrapped))
        )?;
        for (id, master_key, bytes) in keys {
            let key = wrapped_key(&master_key, bytes, "audit_keys.master_key")?;
            found.push((WrappedOwner::Chain(id), key));
        }
        let left = many.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
        if left <= 0 {
            return Ok(found);
        }
        let rows: Vec<(StoredId, StoredId, Vec<u8>, Vec<u8>)> = load!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::kek_master_key.ne(current.as_slice()))
                .order(vaults::id)
                .limit(left)
                .select((
                    vaults::org_id,
                    vaults::id,
                    vaults::kek_master_key,
                    vaults::kek
                ))
        )?;
        for (org, vault, master_key, bytes) in rows {
            let key = wrapped_key(&master_key, bytes, "vaults.kek_master_key")?;
            found.push((WrappedOwner::Vault(org.into(), vault.into()), key));
        }
        Ok(found)
    }
}

#[async_trait]
impl WriteKeys for Session {
    async fn found(
        &mut self,
        _access: &Access<ManageKeys>,
        master_key: &[u8; 16],
    ) -> Result<bool, StorageError> {
        let unclaimed = installation::table.filter(installation::master_key.is_null());
        let claimed = execute!(
            self,
            "installation",
            diesel::update(unclaimed).set(installation::master_key.eq(master_key.as_slice()))
        )?;
        Ok(claimed == 1)
    }

    async fn lock_master_key(&mut self) -> Result<Option<[u8; 16]>, StorageError> {
        let row: Option<Option<Vec<u8>>> = find!(
            self,
            "installation",
            installation::table.select(installation::master_key),
            for_share
        )?;
        master_key_of(row.flatten())
    }

    async fn set_master_key(
        &mut self,
        _access: &Access<ManageKeys>,
        master_key: &[u8; 16],
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "installation",
            diesel::update(installation::table)
                .set(installation::master_key.eq(master_key.as_slice()))
        )?;
        Ok(())
    }

    async fn insert(
        &mut self,
        _access: &Access<ManageKeys>,
        key: &StoredKey,
    ) -> Result<(), StorageError> {
        let row = KeyRow {
            id: key.id.clone(),
            purpose: key.purpose.as_str().to_owned(),
            master_key: key.wrapped.master_key.to_vec(),
            wrapped: key.wrapped.bytes.clone(),
            public_key: key.public.clone(),
            created_at: key.created_at.into(),
            retires_at: key.retires_at.map(Into::into),
        };
        execute!(
            self,
            "installation_keys",
            diesel::insert_into(installation_keys::table).values(&row)
        )?;
        Ok(())
    }

    async fn insert_first_chain_key(
        &mut self,
        _access: &Access<ManageKeys>,
        key: &StoredChainKey,
    ) -> Result<(), StorageError> {
        self.insert_chain_key(key, true).await?;
        Ok(())
    }

    async fn retire(
        &mut self,
        _access: &Access<ManageKeys>,
        id: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "installation_keys",
            diesel::update(installation_keys::table.filter(installation_keys::id.eq(id)))
                .set(installation_keys::retires_at.eq(StoredTime::from(at)))
        )?;
        Ok(())
    }

    async fn rewrap(
        &mut self,
        _access: &Access<ManageKeys>,
        owner: &WrappedOwner,
        old: &WrappedKey,
        new: &WrappedKey,
    ) -> Result<bool, StorageError> {
        let replaced = match owner {
            WrappedOwner::Installation(id) => {
                let unchanged = installation_keys::table
                    .filter(installation_keys::id.eq(id))
                    .filter(installation_keys::master_key.eq(old.master_key.as_slice()))
                    .filter(installation_keys::wrapped.eq(old.bytes.as_slice()));
                let set = (
                    installation_keys::master_key.eq(new.master_key.as_slice()),
                    installation_keys::wrapped.eq(new.bytes.as_slice()),
                );
                execute!(
                    self,
                    "installation_keys",
                    diesel::update(unchanged).set(set)
                )?
            }
            WrappedOwner::Vault(org, vault) => {
                let unchanged = vaults::table
                    .filter(vaults::org_id.eq(StoredId::from(*org)))
                    .filter(vaults::id.eq(StoredId::from(*vault)))
                    .filter(vaults::kek_master_key.eq(old.master_key.as_slice()))
                    .filter(vaults::kek.eq(old.bytes.as_slice()));
                let set = (
                    vaults::kek_master_key.eq(new.master_key.as_slice()),
                    vaults::kek.eq(new.bytes.as_slice()),
                );
                execute!(self, "vaults", diesel::update(unchanged).set(set))?
            }
            WrappedOwner::Chain(id) => {
                let unchanged = audit_keys::table
                    .filter(audit_keys::id.eq(id))
                    .filter(audit_keys::master_key.eq(old.master_key.as_slice()))
                    .filter(audit_keys::wrapped.eq(old.bytes.as_slice()));
                let set = (
                    audit_keys::master_key.eq(new.master_key.as_slice()),
                    audit_keys::wrapped.eq(new.bytes.as_slice()),
                );
                execute!(self, "audit_keys", diesel::update(unchanged).set(set))?
            }
        };
        Ok(replaced == 1)
    }

    async fn end_all_sessions(
        &mut self,
        _access: &Access<ManageKeys>,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        execute!(
            self,
            "orgs",
            diesel::update(orgs::table).set(orgs::authz_epoch.eq(orgs::authz_epoch + 1))
        )?;
        execute!(
            self,
            "sessions",
            diesel::update(sessions::table.filter(sessions::revoked_at.is_null()))
                .set(sessions::revoked_at.eq(StoredTime::from(now)))
        )?;
        Ok(())
    }
}
