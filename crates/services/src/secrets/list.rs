//! Somebody looks at which secrets a vault has.

use super::Secrets;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{AuthFailure, ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{AuditEvent, PathPrefix, SecretPath, SecretVersion, VaultId};
use oneclaw_domain::{Page, PageSize};
use oneclaw_policy::{Access, Facts, ListSecrets, VaultScope};
use oneclaw_storage::{Reader, StorageError};

impl Secrets {
    /// The newest version of each live path with this prefix, by path bytes, without values.
    ///
    /// # Errors
    /// No such vault; no grant; a cursor of another list.
    pub async fn list(
        &self,
        vault: VaultId,
        prefix: &PathPrefix,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<SecretVersion>, Refusal> {
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let mut event = self.core.event::<ListSecrets>(caller, &on);
        let done = self.try_list(on, prefix, page, caller, &mut event).await;
        self.core.settle(event, done).await
    }

    async fn try_list(
        &self,
        on: VaultScope,
        prefix: &PathPrefix,
        page: &ListRequest,
        caller: &Caller,
        event: &mut AuditEvent,
    ) -> Step<Listed<SecretVersion>> {
        let core = &*self.core;
        let store = &core.seams.store;
        let mut reader = store.read().await?;
        let seen = reader.access().vault_owner(on.org, on.vault).await?;
        let (epoch, owner) = seen.ok_or(Refusal::Unauthenticated(AuthFailure::Revoked))?;
        let seen = (epoch, Facts::vault(owner.as_ref()));
        let vault = on.vault;
        let access = core
            .gate
            .judge::<ListSecrets>(store, caller, on, seen, core.now())
            .await?;
        let of = format!("{vault} {}", prefix.as_str());
        let cursors = Cursors::new(&core.keys.mac, "secrets", access.org(), &of);
        let after = cursors.read(page.cursor.as_deref(), |text| SecretPath::parse(text).ok())?;
        let paths = Paths {
            reader,
            access: &access,
            prefix,
        };
        let (items, last) = gather(page.limit, after, paths).await?;
        let event = event.clone().with("listed", items.len());
        let listed = Listed {
            items,
            next_cursor: last.map(|path| cursors.write(path.as_str())),
        };
        Ok(core.journal.record(event).await?.covers(listed))
    }
}

struct Paths<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListSecrets>,
    prefix: &'a PathPrefix,
}

#[async_trait]
impl Pages for Paths<'_> {
    type Row = SecretVersion;
    type Position = SecretPath;

    async fn page(
        &mut self,
        after: Option<SecretPath>,
        size: PageSize,
    ) -> Result<Page<SecretVersion>, StorageError> {
        self.reader
            .secrets()
            .list(self.access, self.prefix, after.as_ref(), size)
            .await
    }

    fn position(row: &SecretVersion) -> SecretPath {
        row.path.clone()
    }
}
