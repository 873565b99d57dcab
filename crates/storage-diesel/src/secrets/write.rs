//! The writes of the contract.

use super::rows::NewVersionRow;
use crate::error::corrupt;
use crate::keys::wrapped_key;
use crate::query::{execute, find, run};
use crate::schema::{secret_versions, vaults};
use crate::session::Session;
use crate::types::StoredId;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    CmekFingerprint, Principal, SecretHead, SecretId, SecretVersion, ShareId, Timestamp,
    VersionNumber,
};
use oneclaw_policy::{Access, DeleteSecret, DisableVersion, InOrg, RotateSecret, WriteSecret};
use oneclaw_storage::{NewVersion, Reserved, StorageError, VaultSeal, WriteSecrets};
use std::slice;

#[async_trait]
impl WriteSecrets for Session {
    async fn reserve(
        &mut self,
        access: &Access<WriteSecret>,
        fresh: SecretId,
        now: Timestamp,
    ) -> Result<Reserved, StorageError> {
        self.take_number(access.on(), fresh, now).await
    }

    async fn vault_seal(
        &mut self,
        access: &Access<WriteSecret>,
    ) -> Result<Option<VaultSeal>, StorageError> {
        let (org, vault) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().vault),
        );
        let row: Option<(Vec<u8>, Vec<u8>, Option<String>)> = find!(
            self,
            "vaults",
            vaults::table
                .filter(vaults::org_id.eq(org))
                .filter(vaults::id.eq(vault))
                .select((
                    vaults::kek_master_key,
                    vaults::kek,
                    vaults::cmek_fingerprint
                ))
        )?;
        row.map(|(master_key, bytes, fingerprint)| {
            Ok(VaultSeal {
                key: wrapped_key(&master_key, bytes, "vaults.kek_master_key")?,
                cmek: fingerprint
                    .map(|text| CmekFingerprint::parse(&text))
                    .transpose()
                    .map_err(|_| corrupt("vaults.cmek_fingerprint"))?,
            })
        })
        .transpose()
    }

    async fn insert_version(
        &mut self,
        access: &Access<WriteSecret>,
        version: &NewVersion,
    ) -> Result<(), StorageError> {
        let (org, vault) = (
            StoredId::from(access.on().org),
            StoredId::from(access.on().vault),
        );
        let row = NewVersionRow::new(org, vault, version);
        execute!(
            self,
            "secret_versions",
            diesel::insert_into(secret_versions::table).values(&row)
        )?;
        Ok(())
    }

    async fn lock_latest(
        &mut self,
        access: &Access<RotateSecret>,
    ) -> Result<Option<SecretVersion>, StorageError> {
        let Some(head) = self.lock_head(access.on()).await? else {
            return Ok(None);
        };
        let latest = VersionNumber::stored(head.latest_version);
        self.lock_one(access.on(), &head, latest).await
    }

    async fn lock_for_delete(
        &mut self,
        access: &Access<DeleteSecret>,
    ) -> Result<Option<SecretHead>, StorageError> {
        let head = self.lock_head(access.on()).await?;
        Ok(head.map(|head| head.at(&access.on().path)))
    }

    async fn delete(
        &mut self,
        access: &Access<DeleteSecret>,
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError> {
        let org = StoredId::from(access.on().org);
        let secrets = self.delete_paths(org, slice::from_ref(access), now).await?;
        self.end_shares(org, &[], &secrets, now).await
    }

    async fn delete_with(
        &mut self,
        org: InOrg,
        paths: &[Access<DeleteSecret>],
        whose: &[Principal],
        now: Timestamp,
    ) -> Result<Vec<ShareId>, StorageError> {
        let org = StoredId::from(org.org());
        let secrets = self.delete_paths(org, paths, now).await?;
        self.end_shares(org, whose, &secrets, now).await
    }

    async fn lock_version(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<Option<SecretVersion>, StorageError> {
        let Some(head) = self.lock_head(access.on()).await? else {
            return Ok(None);
        };
        self.lock_one(access.on(), &head, number).await
    }

    async fn disable(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        let Some(head) = self.lock_head(on).await? else {
            return Ok(());
        };
        let version = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::vault_id.eq(vault))
            .filter(secret_versions::secret_id.eq(head.id))
            .filter(secret_versions::number.eq(number.get()));
        execute!(
            self,
            "secret_versions",
            diesel::update(version).set(secret_versions::disabled.eq(true))
        )?;
        Ok(())
    }

    async fn disable_before(
        &mut self,
        access: &Access<DisableVersion>,
        number: VersionNumber,
    ) -> Result<(), StorageError> {
        let on = access.on();
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        let Some(head) = self.lock_head(on).await? else {
            return Ok(());
        };
        let earlier = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::vault_id.eq(vault))
            .filter(secret_versions::secret_id.eq(head.id))
            .filter(secret_versions::number.lt(number.get()))
            .filter(secret_versions::disabled.eq(false));
        // in the order in which the journal locks them
        let ids = earlier
            .order(secret_versions::id)
            .select(secret_versions::id);
        let locked = run!(self, get_results, ids, ids.for_no_key_update());
        let _ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        execute!(
            self,
            "secret_versions",
            diesel::update(earlier).set(secret_versions::disabled.eq(true))
        )?;
        Ok(())
    }
}
