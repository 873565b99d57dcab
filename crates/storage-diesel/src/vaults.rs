//! Vaults.

use crate::access::owner_of;
use crate::error::corrupt;
use crate::query::{execute, fetch, find, load};
use crate::schema::{orgs, secret_versions, secrets, vaults};
use crate::secrets::cmek_of;
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use async_trait::async_trait;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use oneclaw_domain::{
    Description, Epoch, OrgId, Page, PageSize, Principal, Vault, VaultId, VaultName,
};
use oneclaw_policy::{
    Access, CreateVault, DeleteVault, FindAgentKeysVault, InOrg, ListVaults, ReadVault, VaultReach,
    VaultScope,
};
use oneclaw_storage::{
    Guarded, NewVault, ReadVaults, Sighting, StorageError, VaultCursor, VaultGone, WriteVaults,
};
use std::collections::HashSet;

/// A vault without its key.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = vaults, check_for_backend(Pg, Sqlite))]
pub(crate) struct VaultRow {
    id: StoredId,
    org_id: StoredId,
    name: String,
    description: String,
    created_by: String,
    created_at: StoredTime,
    is_system: bool,
    cmek_fingerprint: Option<String>,
}

impl VaultRow {
    pub(crate) fn parse(self) -> Result<Vault, StorageError> {
        Ok(Vault {
            id: self.id.into(),
            org: self.org_id.into(),
            name: VaultName::stored(self.name),
            description: Description::parse(&self.description)
                .map_err(|_| corrupt("vaults.description"))?,
            created_by: Principal::parse(&self.created_by)
                .map_err(|_| corrupt("vaults.created_by"))?,
            created_at: self.created_at.into(),
            is_system: self.is_system,
            cmek: cmek_of(self.cmek_fingerprint, "vaults.cmek_fingerprint")?,
        })
    }
}

fn stored(vaults: &[VaultId]) -> Vec<StoredId> {
    vaults.iter().copied().map(Into::into).collect()
}

/// The rows of a query behind a cursor.
macro_rules! behind {
    ($session:expr, $query:expr, $after:expr) => {{
        let query = $query;
        match $after {
            None => load!($session, "vaults", query.select(VaultRow::as_select())),
            Some(VaultCursor { created_at, id }) => {
                let (at, id) = (StoredTime::from(created_at), StoredId::from(id));
                let later = vaults::created_at
                    .gt(at)
                    .or(vaults::created_at.eq(at).and(vaults::id.gt(id)));
                load!(
                    $session,
                    "vaults",
                    query.filter(later).select(VaultRow::as_select())
                )
            }
        }
    }};
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
            .map(|row| owner_of(org, vault, &row.created_by, row.is_system))
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
        let all = vaults::table
            .filter(vaults::org_id.eq(org))
            .order((vaults::created_at.asc(), vaults::id.asc()))
            .limit(many);
        let rows: Vec<VaultRow> = match access.reach() {
            VaultReach::All => behind!(self, all, after)?,
            VaultReach::Some { by, granted, bound } => {
                let mine = vaults::created_by.eq(by.to_string());
                let granted = vaults::id.eq_any(stored(&granted));
                let visible = all.filter(mine.or(granted));
                match bound {
                    None => behind!(self, visible, after)?,
                    Some(bound) => {
                        let bound = vaults::id.eq_any(stored(&bound));
                        behind!(self, visible.filter(bound), after)?
                    }
                }
            }
        };
        let found = rows
            .into_iter()
            .map(VaultRow::parse)
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(found, size))
    }

    async fn agent_keys(
        &mut self,
        access: &Access<FindAgentKeysVault>,
    ) -> Result<Option<VaultId>, StorageError> {
        self.system_vault(access.org()).await
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
            is_system: vault.is_system,
            cmek_fingerprint: vault.cmek.as_ref().map(|key| key.as_str().to_owned()),
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

    async fn agent_keys(&mut self, org: InOrg) -> Result<Option<VaultId>, StorageError> {
        self.system_vault(org.org()).await
    }

    async fn all_exist(&mut self, org: InOrg, vaults: &[VaultId]) -> Result<bool, StorageError> {
        let org = StoredId::from(org.org());
        let asked: HashSet<VaultId> = vaults.iter().copied().collect();
        let asked: Vec<StoredId> = asked.into_iter().map(Into::into).collect();
        let wanted = i64::try_from(asked.len()).unwrap_or(i64::MAX);
        let there: i64 = fetch!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(org))
                .filter(vaults::id.eq_any(asked))
                .count()
        )?;
        Ok(there == wanted)
    }

    async fn delete(
        &mut self,
        access: &Access<DeleteVault>,
    ) -> Result<Option<VaultGone>, StorageError> {
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
        self.lock_versions_in_vault(org, vault).await?;
        let shares = self.hold_shares(org, Some(vault)).await?;
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
        Ok(Some(VaultGone {
            secrets: live,
            shares,
        }))
    }
}

impl Session {
    /// Finds a vault and holds it against other changes.
    pub(crate) async fn hold_vault(
        &mut self,
        org: OrgId,
        vault: VaultId,
    ) -> Result<Option<Vault>, StorageError> {
        let (org, vault) = (StoredId::from(org), StoredId::from(vault));
        let row: Option<VaultRow> = find!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(org))
                .filter(vaults::id.eq(vault))
                .select(VaultRow::as_select()),
            for_no_key_update
        )?;
        row.map(VaultRow::parse).transpose()
    }

    async fn system_vault(&mut self, org: OrgId) -> Result<Option<VaultId>, StorageError> {
        let org = StoredId::from(org);
        let found: Option<StoredId> = find!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(org))
                .filter(vaults::is_system)
                .select(vaults::id)
        )?;
        Ok(found.map(Into::into))
    }

    /// Locks the versions of a vault in the order in which the journal does, so that the two wait
    /// for each other and never both.
    async fn lock_versions_in_vault(
        &mut self,
        org: StoredId,
        vault: StoredId,
    ) -> Result<(), StorageError> {
        let crate::session::Conn::Postgres(_) = self.conn else {
            return Ok(());
        };
        // By their secrets, because versions have no index that begins with the vault.
        let here = secrets::table
            .filter(secrets::org_id.eq(org))
            .filter(secrets::vault_id.eq(vault))
            .select(secrets::id);
        let own = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::vault_id.eq(vault))
            .filter(secret_versions::secret_id.eq_any(here))
            .order(secret_versions::id)
            .select(secret_versions::id);
        let locked = crate::query::run!(self, get_results, own, own.for_update());
        let _ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        Ok(())
    }
}
