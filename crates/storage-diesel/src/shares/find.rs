//! A share with all that decides whether it is read: one statement.

use super::rows::ShareRow;
use crate::access::owner_of;
use crate::keys::wrapped_key;
use crate::query::find;
use crate::schema::{orgs, secret_versions, secrets, shares, vaults};
use crate::secrets::VersionRow;
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Epoch, ShareId};
use oneclaw_policy::SecretAt;
use oneclaw_storage::{Guarded, SealedVersion, SharedSecret, StorageError};

/// Who made the vault, whether it is the system's, and its key: the wrapped bytes and the id of what
/// wraps them.
type VaultColumns = (String, bool, Vec<u8>, Vec<u8>);
/// Share, its passphrase's hash, path, epoch, vault, version, value.
type Found = (
    ShareRow,
    Option<String>,
    String,
    i64,
    VaultColumns,
    VersionRow,
    Vec<u8>,
);

impl Session {
    pub(super) async fn shared_secret(
        &mut self,
        share: ShareId,
    ) -> Result<Option<SharedSecret>, StorageError> {
        let found: Option<Found> = find!(
            self,
            "shares",
            shares::table
                .inner_join(orgs::table.on(orgs::id.eq(shares::org_id)))
                .inner_join(
                    vaults::table.on(vaults::org_id
                        .eq(shares::org_id)
                        .and(vaults::id.eq(shares::vault_id)))
                )
                .inner_join(
                    secrets::table.on(secrets::org_id
                        .eq(shares::org_id)
                        .and(secrets::vault_id.eq(shares::vault_id))
                        .and(secrets::id.eq(shares::secret_id)))
                )
                .inner_join(
                    secret_versions::table.on(secret_versions::org_id
                        .eq(shares::org_id)
                        .and(secret_versions::vault_id.eq(shares::vault_id))
                        .and(secret_versions::secret_id.eq(secrets::id))
                        .and(secret_versions::number.eq(secrets::latest_version)))
                )
                .filter(shares::id.eq(StoredId::from(share)))
                .filter(shares::revoked_at.is_null())
                .select((
                    ShareRow::as_select(),
                    shares::passphrase_hash,
                    secrets::path,
                    orgs::authz_epoch,
                    (
                        vaults::created_by,
                        vaults::is_system,
                        vaults::kek,
                        vaults::kek_master_key,
                    ),
                    VersionRow::as_select(),
                    secret_versions::envelope,
                ))
        )?;
        found.map(parse).transpose()
    }
}

fn parse(found: Found) -> Result<SharedSecret, StorageError> {
    let (share, passphrase_hash, path, epoch, vault, version, envelope) = found;
    let share = share.at(&path)?;
    let (created_by, is_system, kek, kek_master_key) = vault;
    let at = SecretAt {
        org: share.org,
        vault: share.vault,
        path: share.path.clone(),
    };
    let version = SealedVersion {
        version: version.at(share.path.clone())?,
        envelope,
        vault_key: wrapped_key(&kek_master_key, kek, "vaults.kek_master_key")?,
    };
    Ok(SharedSecret {
        vault: owner_of(share.org, share.vault, &created_by, is_system)?,
        share,
        passphrase_hash,
        version: Guarded::seal(at.clone(), version),
        at,
        epoch: Epoch(epoch),
    })
}
