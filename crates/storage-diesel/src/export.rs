//! What a person takes along.

use crate::agents::{self as agent_rows, AgentRow, IssueRow, SettingsRow};
use crate::error::corrupt;
use crate::policies::PolicyRow;
use crate::query::{load, one_more};
use crate::schema::{agents, policies, secret_versions, secrets, vaults};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use crate::vaults::VaultRow;
use async_trait::async_trait;
use diesel::prelude::*;
use oneclaw_domain::{
    Agent, AgentId, Page, PageSize, Policy, PolicyId, Principal, SecretId, SecretPath, SecretType,
    Vault, VaultId, VersionNumber,
};
use oneclaw_policy::{Access, ExportData};
use oneclaw_storage::{ExportedSecret, ReadExport, StorageError};
use uuid::Uuid;

/// A live secret with its newest version.
type SecretColumns = (StoredId, StoredId, String, String, i64, StoredTime);

/// Behind which id a page begins: all ids are greater than the nil one.
fn behind(after: Option<impl Into<StoredId>>) -> StoredId {
    after.map_or(StoredId(Uuid::nil()), Into::into)
}

/// The vaults that an export is about: all, or those that its person manages, which made them.
macro_rules! exported {
    ($access:expr, $query:ident, $run:expr) => {{
        let all = $query.filter(vaults::org_id.eq(StoredId::from($access.on().org)));
        if $access.manages_org() {
            let $query = all;
            $run
        } else {
            let maker = Principal::User($access.on().user).to_string();
            let $query = all
                .filter(vaults::created_by.eq(maker))
                .filter(vaults::is_system.eq(false));
            $run
        }
    }};
}

impl Session {
    async fn exported_policies(
        &mut self,
        access: &Access<ExportData>,
        after: StoredId,
        many: i64,
    ) -> Result<Vec<PolicyRow>, StorageError> {
        let query = policies::table.inner_join(
            vaults::table.on(vaults::org_id
                .eq(policies::org_id)
                .and(vaults::id.eq(policies::vault_id))),
        );
        exported!(
            access,
            query,
            load!(
                self,
                "policies",
                query
                    .filter(policies::id.gt(after))
                    .order(policies::id.asc())
                    .limit(many)
                    .select(PolicyRow::as_select())
            )
        )
    }
}

fn parse_secret(row: SecretColumns) -> Result<ExportedSecret, StorageError> {
    let (id, vault, path, kind, version, created_at) = row;
    Ok(ExportedSecret {
        id: id.into(),
        vault: vault.into(),
        path: SecretPath::parse(&path).map_err(|_| corrupt("secrets.path"))?,
        kind: SecretType::parse(&kind).map_err(|_| corrupt("secret_versions.secret_type"))?,
        version: VersionNumber::stored(version),
        created_at: created_at.into(),
    })
}

#[async_trait]
impl ReadExport for Session {
    async fn vaults(
        &mut self,
        access: &Access<ExportData>,
        after: Option<VaultId>,
        size: PageSize,
    ) -> Result<Page<Vault>, StorageError> {
        let (after, many) = (behind(after), one_more(size));
        let query = vaults::table;
        let rows: Vec<VaultRow> = exported!(
            access,
            query,
            load!(
                self,
                "vaults",
                query
                    .filter(vaults::id.gt(after))
                    .order(vaults::id.asc())
                    .limit(many)
                    .select(VaultRow::as_select())
            )
        )?;
        let found = rows.into_iter().map(VaultRow::parse);
        Ok(Page::cut(found.collect::<Result<_, _>>()?, size))
    }

    async fn agents(
        &mut self,
        access: &Access<ExportData>,
        after: Option<AgentId>,
        size: PageSize,
    ) -> Result<Page<Agent>, StorageError> {
        let on = access.on();
        let all = agents::table
            .filter(agents::org_id.eq(StoredId::from(on.org)))
            .filter(agents::id.gt(behind(after)))
            .order(agents::id.asc())
            .limit(one_more(size));
        let rows: Vec<AgentRow> = if access.manages_org() {
            load!(
                self,
                "agents",
                all.select((IssueRow::as_select(), SettingsRow::as_select()))
            )?
        } else {
            let registered = all.filter(agents::created_by.eq(StoredId::from(on.user)));
            load!(
                self,
                "agents",
                registered.select((IssueRow::as_select(), SettingsRow::as_select()))
            )?
        };
        let found = rows.into_iter().map(agent_rows::parse);
        Ok(Page::cut(found.collect::<Result<_, _>>()?, size))
    }

    async fn secrets(
        &mut self,
        access: &Access<ExportData>,
        after: Option<SecretId>,
        size: PageSize,
    ) -> Result<Page<ExportedSecret>, StorageError> {
        let (after, many) = (behind(after), one_more(size));
        let query = secrets::table
            .inner_join(
                vaults::table.on(vaults::org_id
                    .eq(secrets::org_id)
                    .and(vaults::id.eq(secrets::vault_id))),
            )
            .inner_join(
                secret_versions::table.on(secret_versions::org_id
                    .eq(secrets::org_id)
                    .and(secret_versions::secret_id.eq(secrets::id))
                    .and(secret_versions::number.eq(secrets::latest_version))),
            );
        let rows: Vec<SecretColumns> = exported!(
            access,
            query,
            load!(
                self,
                "secrets",
                query
                    .filter(secrets::deleted_at.is_null())
                    .filter(secrets::id.gt(after))
                    .order(secrets::id.asc())
                    .limit(many)
                    .select((
                        secrets::id,
                        secrets::vault_id,
                        secrets::path,
                        secret_versions::secret_type,
                        secret_versions::number,
                        secret_versions::created_at,
                    ))
            )
        )?;
        let found = rows.into_iter().map(parse_secret);
        Ok(Page::cut(found.collect::<Result<_, _>>()?, size))
    }

    async fn policies(
        &mut self,
        access: &Access<ExportData>,
        after: Option<PolicyId>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError> {
        let many = one_more(size);
        let (mut found, mut after) = (Vec::new(), behind(after));
        // a row that cannot be read takes no room on a page, and does not end the list
        while found.len() <= size.get() {
            let rows = self.exported_policies(access, after, many).await?;
            let is_last = i64::try_from(rows.len()).is_ok_and(|got| got < many);
            after = rows.last().map_or(after, |row| row.cursor().id.into());
            found.extend(rows.into_iter().filter_map(|row| row.parse().ok()));
            if is_last {
                break;
            }
        }
        Ok(Page::cut(found, size))
    }
}
