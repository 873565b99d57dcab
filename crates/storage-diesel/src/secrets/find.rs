//! Point reads: one statement each, that brings the row and all it is judged by.

use super::rows::{HeadRow, VersionRow};
use crate::access::owner_of;
use crate::keys::wrapped_key;
use crate::query::find;
use crate::schema::{orgs, secret_versions, secrets, vaults};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Epoch, SecretHead, VersionNumber};
use oneclaw_policy::{ListVersions, ReadSecret, SecretAt};
use oneclaw_storage::{Guarded, SealedVersion, Sighting, StorageError};

/// Who made the vault, whether it is the system's, and its key: the wrapped bytes and the id of what
/// wraps them.
type VaultColumns = (String, bool, Vec<u8>, Vec<u8>);
/// Epoch, vault, version, value.
type Found = (
    i64,
    Option<VaultColumns>,
    Option<VersionRow>,
    Option<Vec<u8>>,
);
/// Epoch, who made the vault and whether it is the system's, path.
type FoundHead = (i64, Option<(String, bool)>, Option<HeadRow>);
type Sealed = Sighting<Guarded<SealedVersion, ReadSecret>>;

/// The join from an organization to the version of a path that `$which` picks.
macro_rules! versions_at {
    ($org:expr, $vault:expr, $path:expr, $which:expr) => {
        orgs::table
            .left_join(vaults::table.on(vaults::org_id.eq(orgs::id).and(vaults::id.eq($vault))))
            .left_join(
                secrets::table.on(secrets::org_id
                    .eq(orgs::id)
                    .and(secrets::vault_id.eq($vault))
                    .and(secrets::path.eq($path))),
            )
            .left_join(
                secret_versions::table.on(secret_versions::org_id
                    .eq(orgs::id)
                    .and(secret_versions::vault_id.eq($vault))
                    .and(secret_versions::secret_id.eq(secrets::id))
                    .and(secret_versions::number.eq($which))),
            )
            .filter(orgs::id.eq($org))
            .select((
                orgs::authz_epoch,
                (
                    vaults::created_by,
                    vaults::is_system,
                    vaults::kek,
                    vaults::kek_master_key,
                )
                    .nullable(),
                Option::<VersionRow>::as_select(),
                secret_versions::envelope.nullable(),
            ))
    };
}

fn sighting(at: &SecretAt, found: Found) -> Result<Sealed, StorageError> {
    let (epoch, vault, version, envelope) = found;
    let epoch = Epoch(epoch);
    let Some((created_by, is_system, kek, kek_master_key)) = vault else {
        return Ok(Sighting {
            epoch,
            vault: None,
            row: None,
        });
    };
    let owner = owner_of(at.org, at.vault, &created_by, is_system)?;
    let row = match version.zip(envelope) {
        None => None,
        Some((version, envelope)) => Some(SealedVersion {
            version: version.at(at.path.clone())?,
            envelope,
            vault_key: wrapped_key(&kek_master_key, kek, "vaults.kek_master_key")?,
        }),
    };
    Ok(Sighting {
        epoch,
        vault: Some(owner),
        row: row.map(|row| Guarded::seal(at.clone(), row)),
    })
}

impl Session {
    pub(super) async fn latest_at(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sealed>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let path = at.path.as_str().to_owned();
        let found: Option<Found> = find!(
            self,
            "secret_versions",
            versions_at!(org, vault, path, secrets::latest_version)
        )?;
        found.map(|found| sighting(at, found)).transpose()
    }

    pub(super) async fn version_at(
        &mut self,
        at: &SecretAt,
        number: VersionNumber,
    ) -> Result<Option<Sealed>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let path = at.path.as_str().to_owned();
        let found: Option<Found> = find!(
            self,
            "secret_versions",
            versions_at!(org, vault, path, number.get())
        )?;
        found.map(|found| sighting(at, found)).transpose()
    }

    pub(super) async fn head_at(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<Sighting<Guarded<SecretHead, ListVersions>>>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let found: Option<FoundHead> = find!(
            self,
            "secrets",
            orgs::table
                .left_join(vaults::table.on(vaults::org_id.eq(orgs::id).and(vaults::id.eq(vault))))
                .left_join(
                    secrets::table.on(secrets::org_id
                        .eq(orgs::id)
                        .and(secrets::vault_id.eq(vault))
                        .and(secrets::path.eq(at.path.as_str())))
                )
                .filter(orgs::id.eq(org))
                .select((
                    orgs::authz_epoch,
                    (vaults::created_by, vaults::is_system).nullable(),
                    Option::<HeadRow>::as_select(),
                ))
        )?;
        let Some((epoch, vault, head)) = found else {
            return Ok(None);
        };
        let owner = vault
            .map(|(by, is_system)| owner_of(at.org, at.vault, &by, is_system))
            .transpose()?;
        let row = head.map(|head| Guarded::seal(at.clone(), head.at(&at.path)));
        Ok(Some(Sighting {
            epoch: Epoch(epoch),
            vault: owner,
            row,
        }))
    }
}
