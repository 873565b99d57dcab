//! Somebody looks at a vault's policies.

use super::Policies;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Policy, PolicyId, VaultId};
use oneclaw_policy::{Access, ListPolicies, VaultScope};
use oneclaw_storage::{PolicyCursor, Reader, StorageError};

impl Policies {
    /// The policies on a vault, oldest first, expired ones among them: all to who manages it, to
    /// others those that name them.
    ///
    /// # Errors
    /// No such vault in the caller's organization; no grant on it; a cursor of another list.
    pub async fn list(
        &self,
        vault: VaultId,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Policy>, Refusal> {
        let core = &*self.core;
        let on = VaultScope {
            org: caller.org(),
            vault,
        };
        let mut event = core.event::<ListPolicies>(caller, &on);
        let done: Step<_> = async {
            let event = &mut event;
            let access = self.judge::<ListPolicies>(caller, &on).await?;
            let of = vault.to_string();
            let cursors = Cursors::new(&core.keys.mac, "policies", access.org(), &of);
            let after = cursors.read_age(page.cursor.as_deref(), PolicyId::parse)?;
            let after = after.map(|(created_at, id)| PolicyCursor { created_at, id });
            let policies = Seen {
                reader: core.seams.store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, policies).await?;
            let write = |last: PolicyCursor| cursors.write_age(last.created_at, last.id);
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

struct Seen<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListPolicies>,
}

#[async_trait]
impl Pages for Seen<'_> {
    type Row = Policy;
    type Position = PolicyCursor;

    async fn page(
        &mut self,
        after: Option<PolicyCursor>,
        size: PageSize,
    ) -> Result<Page<Policy>, StorageError> {
        self.reader.policies().list(self.access, after, size).await
    }

    fn position(row: &Policy) -> PolicyCursor {
        PolicyCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
