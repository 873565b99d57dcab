//! Somebody looks at the vaults that they may see.

use super::Vaults;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Vault, VaultId};
use oneclaw_policy::{Access, ListVaults};
use oneclaw_storage::{Reader, StorageError, VaultCursor};

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
        let mut event = core.event::<ListVaults>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListVaults>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "vaults", access.org(), "");
            let after = cursors.read_age(page.cursor.as_deref(), VaultId::parse)?;
            let after = after.map(|(created_at, id)| VaultCursor { created_at, id });
            let vaults = VaultsSeen {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, vaults).await?;
            let write = |last: VaultCursor| cursors.write_age(last.created_at, last.id);
            let listed = Listed {
                items,
                next_cursor: last.map(write),
            };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        }
        .await;
        core.settle(event, done).await
    }
}

/// The vaults that a proof reaches.
pub(crate) struct VaultsSeen<'a> {
    pub(crate) reader: Box<dyn Reader>,
    pub(crate) access: &'a Access<ListVaults>,
}

#[async_trait]
impl Pages for VaultsSeen<'_> {
    type Row = Vault;
    type Position = VaultCursor;

    async fn page(
        &mut self,
        after: Option<VaultCursor>,
        size: PageSize,
    ) -> Result<Page<Vault>, StorageError> {
        self.reader.vaults().list(self.access, after, size).await
    }

    fn position(row: &Vault) -> VaultCursor {
        VaultCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
