//! Somebody looks at who belongs to their organization.

use super::Members;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, User, UserId};
use oneclaw_policy::{Access, ListMembers};
use oneclaw_storage::{MemberCursor, Reader, StorageError};

impl Members {
    /// The members of the caller's organization, oldest first.
    ///
    /// # Errors
    /// The caller is no person; a cursor of another list.
    pub async fn list(&self, page: &ListRequest, caller: &Caller) -> Result<Listed<User>, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListMembers>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListMembers>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "members", access.org(), "");
            let after = cursors.read_age(page.cursor.as_deref(), UserId::parse)?;
            let after = after.map(|(created_at, id)| MemberCursor { created_at, id });
            let members = All {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, members).await?;
            let write = |last: MemberCursor| cursors.write_age(last.created_at, last.id);
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

struct All<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListMembers>,
}

#[async_trait]
impl Pages for All<'_> {
    type Row = User;
    type Position = MemberCursor;

    async fn page(
        &mut self,
        after: Option<MemberCursor>,
        size: PageSize,
    ) -> Result<Page<User>, StorageError> {
        self.reader.members().list(self.access, after, size).await
    }

    fn position(row: &User) -> MemberCursor {
        MemberCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
