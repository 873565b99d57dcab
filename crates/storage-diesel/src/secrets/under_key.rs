//! Versions whose values are under one customer's key.

use super::rows::{VersionRow, path_of};
use crate::keys::wrapped_key;
use crate::query::{load, run};
use crate::schema::{secret_versions, secrets, vaults};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{CmekFingerprint, VersionId};
use oneclaw_policy::InVault;
use oneclaw_storage::{SealedVersion, StorageError};
use uuid::Uuid;

/// Path, version, value, the vault's master key and key.
type Row = (String, VersionRow, Vec<u8>, Vec<u8>, Vec<u8>);

impl Session {
    /// The next versions under a key, by id as the journal locks them. They are locked in a
    /// statement of their own, as paths are, and read in the next.
    pub(crate) async fn lock_under_key(
        &mut self,
        vault: InVault,
        fingerprint: &CmekFingerprint,
        after: Option<VersionId>,
        many: i64,
    ) -> Result<Vec<SealedVersion>, StorageError> {
        let (org, vault) = (StoredId::from(vault.org()), StoredId::from(vault.vault()));
        let after = after.map_or(StoredId(Uuid::nil()), StoredId::from);
        let next = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::vault_id.eq(vault))
            .filter(secret_versions::cmek_fingerprint.eq(fingerprint.as_str()))
            .filter(secret_versions::deleted.eq(false))
            .filter(secret_versions::disabled.eq(false))
            .filter(secret_versions::id.gt(after))
            .order(secret_versions::id)
            .limit(many)
            .select(secret_versions::id);
        let locked = run!(self, get_results, next, next.for_no_key_update());
        let ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = load!(
            self,
            "secret_versions",
            secret_versions::table
                .inner_join(
                    secrets::table.on(secrets::org_id
                        .eq(secret_versions::org_id)
                        .and(secrets::vault_id.eq(secret_versions::vault_id))
                        .and(secrets::id.eq(secret_versions::secret_id)))
                )
                .inner_join(
                    vaults::table.on(vaults::org_id
                        .eq(secret_versions::org_id)
                        .and(vaults::id.eq(secret_versions::vault_id)))
                )
                .filter(secret_versions::org_id.eq(org))
                .filter(secret_versions::vault_id.eq(vault))
                .filter(secret_versions::id.eq_any(ids))
                .order(secret_versions::id)
                .select((
                    secrets::path,
                    VersionRow::as_select(),
                    secret_versions::envelope,
                    vaults::kek_master_key,
                    vaults::kek,
                ))
        )?;
        rows.into_iter().map(sealed).collect()
    }
}

fn sealed((path, version, envelope, master_key, kek): Row) -> Result<SealedVersion, StorageError> {
    Ok(SealedVersion {
        version: version.at(path_of(&path)?)?,
        envelope,
        vault_key: wrapped_key(&master_key, kek, "vaults.kek_master_key")?,
    })
}
