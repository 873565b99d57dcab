//! Somebody looks at the vaults that they may see.

use super::Vaults;
use crate::access::Caller;
use crate::lists::{Cursors, gather};
use crate::{ListRequest, Listed, Refusal};
use oneclaw_domain::{Timestamp, Vault, VaultId};
use oneclaw_policy::ListVaults;
use oneclaw_storage::VaultCursor;

impl Vaults {
    /// The vaults that the caller sees, oldest first.
    ///
    /// # Errors
    /// A cursor of another list.
    pub async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Vault>, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListVaults>(caller, &caller.org_scope());
        core.audited(event, async |event| {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListVaults>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "vaults", access.org(), "");
            let after = cursors.read(page.cursor.as_deref(), read_position)?;
            let mut reader = store.read().await?;
            let position = |vault: &Vault| VaultCursor {
                created_at: vault.created_at,
                id: vault.id,
            };
            let (items, last) = gather(page.limit, after, position, async |after, size| {
                reader.vaults().list(&access, after, size).await
            })
            .await?;
            let write = |last: VaultCursor| {
                cursors.write(&format!("{} {}", last.created_at.millis(), last.id))
            };
            let listed = Listed {
                items,
                next_cursor: last.map(write),
            };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        })
        .await
    }
}

fn read_position(text: &str) -> Option<VaultCursor> {
    let (at, id) = text.split_once(' ')?;
    let created_at = Timestamp::from_millis(at.parse().ok()?);
    Some(VaultCursor {
        created_at,
        id: VaultId::parse(id).ok()?,
    })
}
