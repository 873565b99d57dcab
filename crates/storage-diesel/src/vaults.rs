//! Vaults.

use crate::access::owner_of;
use crate::error::corrupt;
use crate::query::{execute, fetch, find, load};
use crate::schema::{orgs, secret_versions, secrets, vaults};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Description, Epoch, OrgId, Page, PageSize, Principal, Vault, VaultId, VaultName,
};
use oneclaw_policy::{Access, CreateVault, DeleteVault, ListVaults, ReadVault, VaultScope};
use oneclaw_storage::{
    Guarded, NewVault, ReadVaults, Sighting, StorageError, VaultCursor, WriteVaults,
};

/// A vault without its key.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = vaults, check_for_backend(Pg, Sqlite))]
struct VaultRow {
    id: StoredId,
    org_id: StoredId,
    name: String,
    description: String,
    created_by: String,
    created_at: StoredTime,
}

impl VaultRow {
    fn parse(self) -> Result<Vault, StorageError> {
        Ok(Vault {
            id: self.id.into(),
            org: self.org_id.into(),
            name: VaultName::stored(self.name),
            description: Description::parse(&self.description)
                .map_err(|_| corrupt("vaults.description"))?,
            created_by: Principal::parse(&self.created_by)
                .map_err(|_| corrupt("vaults.created_by"))?,
            created_at: self.created_at.into(),
        })
    }
}

#[async_trait]
impl ReadVaults for Session {
    async fn find(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<Sighting<Guarded<Vault, ReadVault>>>, StorageError> {
        let (org_id, vault_id) = (StoredId::from(org), StoredId::from(vault));
        let row: Option<(i64, Option<VaultRow>)> = find!(
            self,
            "vaults",
            orgs::table
                .left_join(
                    vaults::table.on(vaults::org_id.eq(orgs::id).and(vaults::id.eq(vault_id)))
                )
                .filter(orgs::id.eq(org_id))
                .select((orgs::authz_epoch, Option::<VaultRow>::as_select()))
        )?;
        let Some((epoch, row)) = row else {
            return Ok(None);
        };
        let owner = row
            .as_ref()
            .map(|row| owner_of(org, vault, &row.created_by))
            .transpose()?;
        let row = row.map(VaultRow::parse).transpose()?;
        Ok(Some(Sighting {
            epoch: Epoch(epoch),
            vault: owner,
            row: row.map(|row| Guarded::seal(VaultScope { org, vault }, row)),
        }))
    }

    async fn list(
        &mut self,
        access: &Access<ListVaults>,
        after: Option<VaultCursor>,
        size: PageSize,
    ) -> Result<Page<Vault>, StorageError> {
        let org = StoredId::from(access.on().org);
        let many = i64::try_from(size.get())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let seen = vaults::table
            .filter(vaults::org_id.eq(org))
            .order((vaults::created_at.asc(), vaults::id.asc()))
            .limit(many);
        // Whoever manages the organization sees all; nobody else sees what another made. A caller
        // who is nobody has made nothing.
        let all = access.manages_org();
        let by = access
            .principal()
            .map_or(String::new(), |who| who.to_string());
        let rows: Vec<VaultRow> = if let Some(cursor) = after {
            let (at, id) = (
                StoredTime::from(cursor.created_at),
                StoredId::from(cursor.id),
            );
            let behind = seen.filter(
                vaults::created_at
                    .gt(at)
                    .or(vaults::created_at.eq(at).and(vaults::id.gt(id))),
            );
            if all {
                load!(self, "vaults", behind.select(VaultRow::as_select()))?
            } else {
                load!(
                    self,
                    "vaults",
                    behind
                        .filter(vaults::created_by.eq(&by))
                        .select(VaultRow::as_select())
                )?
            }
        } else if all {
            load!(self, "vaults", seen.select(VaultRow::as_select()))?
        } else {
            load!(
                self,
                "vaults",
                seen.filter(vaults::created_by.eq(&by))
                    .select(VaultRow::as_select())
            )?
        };
        let found = rows
            .into_iter()
            .map(VaultRow::parse)
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(found, size))
    }
}

#[async_trait]
impl WriteVaults for Session {
    async fn insert(
        &mut self,
        access: &Access<CreateVault>,
        new: &NewVault,
    ) -> Result<(), StorageError> {
        let vault = &new.vault;
        let row = VaultRow {
            id: vault.id.into(),
            org_id: access.on().org.into(),
            name: vault.name.as_str().to_owned(),
            description: vault.description.as_str().to_owned(),
            created_by: vault.created_by.to_string(),
            created_at: vault.created_at.into(),
        };
        let key = (
            vaults::kek.eq(new.key.bytes.as_slice()),
            vaults::kek_master_key.eq(new.key.master_key.as_slice()),
        );
        execute!(
            self,
            "vaults",
            diesel::insert_into(vaults::table).values((&row, key))
        )?;
        Ok(())
    }

    async fn delete(&mut self, access: &Access<DeleteVault>) -> Result<Option<i64>, StorageError> {
        let (org, vault) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().vault),
        );
        let own = vaults::table
            .filter(vaults::org_id.eq(org))
            .filter(vaults::id.eq(vault));
        let locked: Option<StoredId> = find!(self, "vaults", own.select(vaults::id), for_update)?;
        if locked.is_none() {
            return Ok(None);
        }
        self.lock_versions_of(org, vault, None).await?;
        let live: i64 = fetch!(
            self,
            "secrets",
            secrets::table
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::deleted_at.is_null())
                .count()
        )?;
        execute!(self, "vaults", diesel::delete(own))?;
        Ok(Some(live))
    }
}

impl Session {
    /// Locks the versions of a vault or of one secret in the order in which the journal does, so
    /// that the two wait for each other and never both.
    pub(crate) async fn lock_versions_of(
        &mut self,
        org: StoredId,
        vault: StoredId,
        secret: Option<StoredId>,
    ) -> Result<(), StorageError> {
        let crate::session::Conn::Postgres(_) = self.conn else {
            return Ok(());
        };
        let all = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::vault_id.eq(vault))
            .order(secret_versions::id)
            .select(secret_versions::id);
        let locked = if let Some(secret) = secret {
            let own = all.filter(secret_versions::secret_id.eq(secret));
            crate::query::run!(self, get_results, own, own.for_no_key_update())
        } else {
            // By their secrets, because versions have no index that begins with the vault.
            let here = secrets::table
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .select(secrets::id);
            let own = all.filter(secret_versions::secret_id.eq_any(here));
            crate::query::run!(self, get_results, own, own.for_update())
        };
        let _ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        Ok(())
    }
}
