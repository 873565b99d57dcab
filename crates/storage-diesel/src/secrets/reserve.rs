//! Taking the next version number of a path.

use super::rows::{HeadRow, kind_of};
use crate::query::{execute, find};
use crate::schema::{secret_versions, secrets};
use crate::session::Session;
use crate::types::{StoredId, StoredTime};
use diesel::prelude::*;
use oneclaw_domain::{SecretId, SecretType, Timestamp, VersionNumber};
use oneclaw_policy::SecretAt;
use oneclaw_storage::{Reserved, StorageError};

impl Session {
    /// The path's row, locked and raised; made where there is none. Of two first ones one waits for
    /// the other and then finds its row.
    pub(super) async fn take_number(
        &mut self,
        at: &SecretAt,
        fresh: SecretId,
        now: Timestamp,
    ) -> Result<Reserved, StorageError> {
        if let Some(head) = self.lock_head(at).await? {
            return self.raise(at, &head).await;
        }
        if self.insert_head(at, fresh, now).await? {
            let number = VersionNumber::stored(1);
            return Ok(Reserved {
                before: None,
                kind_before: None,
                secret: fresh,
                number,
            });
        }
        match self.lock_head(at).await? {
            Some(head) => self.raise(at, &head).await,
            None => Err(StorageError::Conflict(
                "secrets_org_id_vault_id_path_key".to_owned(),
            )),
        }
    }

    async fn raise(&mut self, at: &SecretAt, head: &HeadRow) -> Result<Reserved, StorageError> {
        let number = head.latest_version.saturating_add(1);
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let kind_before = self.kind_of_latest(at, head).await?;
        let own = secrets::table
            .filter(secrets::org_id.eq(org))
            .filter(secrets::vault_id.eq(vault))
            .filter(secrets::id.eq(head.id));
        let set = (
            secrets::latest_version.eq(number),
            secrets::deleted_at.eq(None::<StoredTime>),
        );
        execute!(self, "secrets", diesel::update(own).set(set))?;
        Ok(Reserved {
            before: Some(head.at(&at.path)),
            kind_before,
            secret: head.id.into(),
            number: VersionNumber::stored(number),
        })
    }

    async fn insert_head(
        &mut self,
        at: &SecretAt,
        fresh: SecretId,
        now: Timestamp,
    ) -> Result<bool, StorageError> {
        let inserted = execute!(
            self,
            "secrets",
            diesel::insert_into(secrets::table)
                .values((
                    secrets::id.eq(StoredId::from(fresh)),
                    secrets::org_id.eq(StoredId::from(at.org)),
                    secrets::vault_id.eq(StoredId::from(at.vault)),
                    secrets::path.eq(at.path.as_str()),
                    secrets::latest_version.eq(1),
                    secrets::created_at.eq(StoredTime::from(now)),
                ))
                .on_conflict((secrets::org_id, secrets::vault_id, secrets::path))
                .do_nothing()
        )?;
        Ok(inserted == 1)
    }

    async fn kind_of_latest(
        &mut self,
        at: &SecretAt,
        head: &HeadRow,
    ) -> Result<Option<SecretType>, StorageError> {
        let (org, vault) = (StoredId::from(at.org), StoredId::from(at.vault));
        let word: Option<String> = find!(
            self,
            "secret_versions",
            secret_versions::table
                .filter(secret_versions::org_id.eq(org))
                .filter(secret_versions::vault_id.eq(vault))
                .filter(secret_versions::secret_id.eq(head.id))
                .filter(secret_versions::number.eq(head.latest_version))
                .select(secret_versions::secret_type)
        )?;
        word.map(|word| kind_of(&word)).transpose()
    }
}
