//! Lists of paths and of versions. Ranges and not `LIKE`: on SQLite that would ignore case.

use super::rows::{VersionRow, path_of};
use crate::query::load;
use crate::schema::{secret_versions, secrets};
use crate::session::Session;
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{Page, PageSize, PathPrefix, SecretPath, SecretVersion, VersionNumber};
use oneclaw_policy::{SecretAt, VaultScope};
use oneclaw_storage::StorageError;

/// Above every path: paths are ASCII, and all their bytes are below this one.
const ABOVE_ALL: &str = "\u{7f}";

/// One row more than the page, which tells whether there are more.
fn one_more(size: PageSize) -> i64 {
    i64::try_from(size.get())
        .unwrap_or(i64::MAX)
        .saturating_add(1)
}

impl Session {
    pub(super) async fn paths_in(
        &mut self,
        on: &VaultScope,
        prefix: &PathPrefix,
        after: Option<&SecretPath>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        let end = prefix.end().unwrap_or_else(|| ABOVE_ALL.to_owned());
        let after = after.map_or("", SecretPath::as_str);
        let rows: Vec<(String, VersionRow)> = load!(
            self,
            "secrets",
            secrets::table
                .inner_join(
                    secret_versions::table.on(secret_versions::org_id
                        .eq(secrets::org_id)
                        .and(secret_versions::vault_id.eq(secrets::vault_id))
                        .and(secret_versions::secret_id.eq(secrets::id))
                        .and(secret_versions::number.eq(secrets::latest_version)))
                )
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::deleted_at.is_null())
                .filter(secrets::path.ge(prefix.as_str()))
                .filter(secrets::path.lt(end.as_str()))
                .filter(secrets::path.gt(after))
                .order(secrets::path.asc())
                .limit(one_more(size))
                .select((secrets::path, VersionRow::as_select()))
        )?;
        let versions = rows.into_iter().map(|(path, row)| row.at(path_of(&path)?));
        Ok(Page::cut(versions.collect::<Result<_, _>>()?, size))
    }

    pub(super) async fn versions_of(
        &mut self,
        on: &SecretAt,
        before: Option<VersionNumber>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        let (org, vault) = (StoredId::from(on.org), StoredId::from(on.vault));
        let before = before.map_or(i64::MAX, VersionNumber::get);
        let rows: Vec<VersionRow> = load!(
            self,
            "secret_versions",
            secrets::table
                .inner_join(
                    secret_versions::table.on(secret_versions::org_id
                        .eq(secrets::org_id)
                        .and(secret_versions::vault_id.eq(secrets::vault_id))
                        .and(secret_versions::secret_id.eq(secrets::id)))
                )
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::path.eq(on.path.as_str()))
                .filter(secret_versions::deleted.eq(false))
                .filter(secret_versions::number.lt(before))
                .order(secret_versions::number.desc())
                .limit(one_more(size))
                .select(VersionRow::as_select())
        )?;
        let versions = rows.into_iter().map(|row| row.at(on.path.clone()));
        Ok(Page::cut(versions.collect::<Result<_, _>>()?, size))
    }
}
