//! Locks. The path's row comes first and alone, then what hangs on it, in statements of their own:
//! a join under a lock sees its other tables as they were before the wait.

use super::rows::{HeadRow, VersionRow};
use crate::query::{find, run};
use crate::schema::{secret_versions, secrets};
use crate::session::{Conn, Session};
use crate::types::StoredId;
use diesel::prelude::*;
use oneclaw_domain::{SecretVersion, VersionNumber};
use oneclaw_policy::SecretAt;
use oneclaw_storage::StorageError;

impl Session {
    /// Holds a path until the unit of work ends.
    pub(super) async fn lock_head(
        &mut self,
        at: &SecretAt,
    ) -> Result<Option<HeadRow>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        find!(
            self,
            "secrets",
            secrets::table
                .filter(secrets::org_id.eq(org))
                .filter(secrets::vault_id.eq(vault))
                .filter(secrets::path.eq(at.path.as_str()))
                .select(HeadRow::as_select()),
            for_no_key_update
        )
    }

    /// Locks the versions of secrets in the order in which the journal does, so that the two wait
    /// for each other and never both.
    pub(super) async fn lock_versions_of(
        &mut self,
        org: StoredId,
        of: &[StoredId],
    ) -> Result<(), StorageError> {
        let Conn::Postgres(_) = self.conn else {
            return Ok(());
        };
        let own = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::secret_id.eq_any(of.to_vec()))
            .order(secret_versions::id)
            .select(secret_versions::id);
        let locked = run!(self, get_results, own, own.for_no_key_update());
        let _ids: Vec<StoredId> = self.settle("secret_versions", locked)?;
        Ok(())
    }

    /// A version of a path that is held, and held itself against being counted meanwhile.
    pub(super) async fn lock_one(
        &mut self,
        at: &SecretAt,
        head: &HeadRow,
        number: VersionNumber,
    ) -> Result<Option<SecretVersion>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let row: Option<VersionRow> = find!(
            self,
            "secret_versions",
            secret_versions::table
                .filter(secret_versions::org_id.eq(org))
                .filter(secret_versions::vault_id.eq(vault))
                .filter(secret_versions::secret_id.eq(head.id))
                .filter(secret_versions::number.eq(number.get()))
                .select(VersionRow::as_select()),
            for_no_key_update
        )?;
        row.map(|row| row.at(at.path.clone())).transpose()
    }
}
