//! Paths are deleted together, each after what hangs on it.

use crate::query::execute;
use crate::schema::{secret_versions, secrets};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::Timestamp;
use oneclaw_policy::{Access, DeleteSecret};
use oneclaw_storage::StorageError;

impl Session {
    /// Deletes paths of an organization with all their versions; gives the ids of their secrets.
    pub(super) async fn delete_paths(
        &mut self,
        org: StoredId,
        paths: &[Access<DeleteSecret>],
        now: Timestamp,
    ) -> Result<Vec<StoredId>, StorageError> {
        let mut ids = Vec::new();
        for access in paths {
            let head = self.lock_head(access.on()).await?;
            let own = head.filter(|_| StoredId::from(access.on().org) == org);
            ids.extend(own.map(|head| head.id));
        }
        if ids.is_empty() {
            return Ok(ids);
        }
        self.lock_versions_of(org, &ids).await?;
        let versions = secret_versions::table
            .filter(secret_versions::org_id.eq(org))
            .filter(secret_versions::secret_id.eq_any(ids.clone()))
            .filter(secret_versions::deleted.eq(false));
        execute!(
            self,
            "secret_versions",
            diesel::update(versions).set(secret_versions::deleted.eq(true))
        )?;
        let own = secrets::table
            .filter(secrets::org_id.eq(org))
            .filter(secrets::id.eq_any(ids.clone()))
            .filter(secrets::deleted_at.is_null());
        execute!(
            self,
            "secrets",
            diesel::update(own).set(secrets::deleted_at.eq(StoredTime::from(now)))
        )?;
        Ok(ids)
    }
}
