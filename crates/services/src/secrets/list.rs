//! Somebody looks at which secrets a vault has.

use super::Secrets;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, gather};
use crate::{AuthFailure, ListRequest, Listed, Refusal};
use oneclaw_domain::{AuditEvent, PathPrefix, SecretPath, SecretVersion, VaultId};
use oneclaw_policy::{ListSecrets, VaultScope};

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
        let event = self.core.event::<ListSecrets>(caller, &on);
        self.core
            .audited(event, async |event| {
                self.try_list(on, prefix, page, caller, event).await
            })
            .await
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
        let seen = (epoch, owner.as_ref());
        let vault = on.vault;
        let access = core
            .gate
            .judge::<ListSecrets>(store, caller, on, seen, core.now())
            .await?;
        let of = format!("{vault} {}", prefix.as_str());
        let cursors = Cursors::new(&core.keys.mac, "secrets", access.org(), &of);
        let after = cursors.read(page.cursor.as_deref(), |text| SecretPath::parse(text).ok())?;
        let position = |version: &SecretVersion| version.path.clone();
        let (items, last) = gather(page.limit, after, position, async |after, size| {
            reader
                .secrets()
                .list(&access, prefix, after.as_ref(), size)
                .await
        })
        .await?;
        let event = event.clone().with("listed", items.len());
        let listed = Listed {
            items,
            next_cursor: last.map(|path| cursors.write(path.as_str())),
        };
        Ok(core.journal.record(event).await?.covers(listed))
    }
}
