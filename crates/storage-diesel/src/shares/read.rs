//! The reads of the contract.

use super::rows::ShareRow;
use crate::query::find;
use crate::schema::{secrets, shares};
use crate::secrets::path_of;
use crate::session::Session;
use crate::types::StoredId;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{OrgId, Page, PageSize, SecretId, Share, ShareId, ShareReader};
use oneclaw_policy::{Access, ListShares, SecretAt};
use oneclaw_storage::{ReadShares, ShareCursor, SharedSecret, StorageError};

#[async_trait]
impl ReadShares for Session {
    async fn find_to_read(&mut self, share: ShareId) -> Result<Option<SharedSecret>, StorageError> {
        self.shared_secret(share).await
    }

    async fn find(&mut self, org: OrgId, share: ShareId) -> Result<Option<Share>, StorageError> {
        let found: Option<(ShareRow, String)> = find!(
            self,
            "shares",
            shares::table
                .inner_join(
                    secrets::table.on(secrets::org_id
                        .eq(shares::org_id)
                        .and(secrets::vault_id.eq(shares::vault_id))
                        .and(secrets::id.eq(shares::secret_id)))
                )
                .filter(shares::org_id.eq(StoredId::from(org)))
                .filter(shares::id.eq(StoredId::from(share)))
                .filter(shares::revoked_at.is_null())
                .select((ShareRow::as_select(), secrets::path))
        )?;
        found.map(|(row, path)| row.at(&path)).transpose()
    }

    async fn locate(
        &mut self,
        org: OrgId,
        secret: SecretId,
    ) -> Result<Option<SecretAt>, StorageError> {
        let found: Option<(StoredId, String)> = find!(
            self,
            "secrets",
            secrets::table
                .filter(secrets::org_id.eq(StoredId::from(org)))
                .filter(secrets::id.eq(StoredId::from(secret)))
                .select((secrets::vault_id, secrets::path))
        )?;
        found
            .map(|(vault, path)| {
                Ok(SecretAt {
                    org,
                    vault: vault.into(),
                    path: path_of(&path)?,
                })
            })
            .transpose()
    }

    async fn list_outbound(
        &mut self,
        access: &Access<ListShares>,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError> {
        let Some(maker) = access.principal() else {
            return Ok(Page::cut(Vec::new(), size));
        };
        self.shares_made_by(access.org(), maker, after, size).await
    }

    async fn list_inbound(
        &mut self,
        access: &Access<ListShares>,
        reader: &ShareReader,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError> {
        self.shares_given_to(access.org(), reader, after, size)
            .await
    }
}
