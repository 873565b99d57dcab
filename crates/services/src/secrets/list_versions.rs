//! Somebody looks at which versions a secret has.

use super::Secrets;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{AuthFailure, ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{
    AuditEvent, AuditResource, ResourceKind, SecretPath, SecretVersion, VaultId, VersionNumber,
    VersionState,
};
use oneclaw_domain::{Page, PageSize};
use oneclaw_policy::{Access, Facts, ListVersions, SecretAt};
use oneclaw_storage::{Reader, StorageError};

impl Secrets {
    /// The versions of a path, newest first, without values.
    ///
    /// # Errors
    /// No such vault or path; no permission; the path was deleted.
    pub async fn list_versions(
        &self,
        vault: VaultId,
        path: SecretPath,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<SecretVersion>, Refusal> {
        let at = SecretAt {
            org: caller.org(),
            vault,
            path,
        };
        let mut event = self.core.event::<ListVersions>(caller, &at);
        let done = self.try_list_versions(at, page, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_list_versions(
        &self,
        at: SecretAt,
        page: &ListRequest,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Listed<SecretVersion>> {
        let core = &*self.core;
        let store = &core.seams.store;
        let mut reader = store.read().await?;
        let found = reader.secrets().find_head(&at).await?;
        let found = found.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
        let seen = (found.epoch, Facts::vault(found.vault.as_ref()));
        let access = core
            .gate
            .judge::<ListVersions>(store, caller, at, seen, core.now())
            .await?;
        let head = found
            .row
            .and_then(|row| row.open(&access))
            .ok_or(Refusal::NotFound)?;
        event.resource = AuditResource::new(ResourceKind::Secret, &head.id);
        if head.deleted {
            return Err(Refusal::Gone(VersionState::Deleted).into());
        }
        let of = head.id.to_string();
        let cursors = Cursors::new(&core.keys.mac, "versions", access.org(), &of);
        let before = cursors.read(page.cursor.as_deref(), |text| {
            VersionNumber::parse(text).ok()
        })?;
        let versions = Versions {
            reader,
            access: &access,
        };
        let (items, last) = gather(page.limit, before, versions).await?;
        let event = event.clone().with("listed", items.len());
        let next_cursor = last.map(|number| cursors.write(&number.get().to_string()));
        Ok(core
            .journal
            .record(event)
            .await?
            .covers(Listed { items, next_cursor }))
    }
}

struct Versions<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListVersions>,
}

#[async_trait]
impl Pages for Versions<'_> {
    type Row = SecretVersion;
    type Position = VersionNumber;

    async fn page(
        &mut self,
        after: Option<VersionNumber>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        self.reader
            .secrets()
            .list_versions(self.access, after, size)
            .await
    }

    fn position(row: &SecretVersion) -> VersionNumber {
        row.number
    }
}
