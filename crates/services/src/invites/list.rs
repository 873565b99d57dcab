//! Somebody looks at the invitations that were not accepted yet.

use super::Invites;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Invite, InviteId, Page, PageSize};
use oneclaw_policy::{Access, ListInvites};
use oneclaw_storage::{InviteCursor, Reader, StorageError};

impl Invites {
    /// The invitations that were neither accepted nor taken back, oldest first, those that ran out
    /// among them.
    ///
    /// # Errors
    /// The caller does not manage the organization; a cursor of another list.
    pub async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Invite>, Refusal> {
        let core = &*self.core;
        let mut event = core.event::<ListInvites>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListInvites>(store, caller, caller.org_scope(), core.now())
                .await?;
            let cursors = Cursors::new(&core.keys.mac, "invites", access.org(), "");
            let after = cursors.read_age(page.cursor.as_deref(), InviteId::parse)?;
            let after = after.map(|(created_at, id)| InviteCursor { created_at, id });
            let open = Open {
                reader: store.read().await?,
                access: &access,
            };
            let (items, last) = gather(page.limit, after, open).await?;
            let write = |last: InviteCursor| cursors.write_age(last.created_at, last.id);
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

struct Open<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListInvites>,
}

#[async_trait]
impl Pages for Open<'_> {
    type Row = Invite;
    type Position = InviteCursor;

    async fn page(
        &mut self,
        after: Option<InviteCursor>,
        size: PageSize,
    ) -> Result<Page<Invite>, StorageError> {
        self.reader.invites().list(self.access, after, size).await
    }

    fn position(row: &Invite) -> InviteCursor {
        InviteCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
