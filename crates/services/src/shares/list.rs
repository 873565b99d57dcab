//! Somebody looks at what they share, and at what is shared with them.

use super::Shares;
use super::reader::proved_email;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::{Cursors, Pages, gather};
use crate::{ListRequest, Listed, Refusal};
use async_trait::async_trait;
use oneclaw_domain::{Page, PageSize, Share, ShareId, ShareReader};
use oneclaw_policy::{Access, ListShares};
use oneclaw_storage::{Reader, ShareCursor, StorageError};

impl Shares {
    /// What the caller shares, newest first; what was taken back is left out.
    ///
    /// # Errors
    /// A cursor of another list.
    pub async fn list_outbound(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Share>, Refusal> {
        self.list(page, caller, Direction::Outbound).await
    }

    /// What is shared with the caller by name, or with an address that they have proved, newest
    /// first; what was taken back or refused is left out.
    ///
    /// # Errors
    /// A cursor of another list.
    pub async fn list_inbound(
        &self,
        page: &ListRequest,
        caller: &Caller,
    ) -> Result<Listed<Share>, Refusal> {
        self.list(page, caller, Direction::Inbound).await
    }

    async fn list(
        &self,
        page: &ListRequest,
        caller: &Caller,
        direction: Direction,
    ) -> Result<Listed<Share>, Refusal> {
        let core = &*self.core;
        let mut event = core
            .event::<ListShares>(caller, &caller.org_scope())
            .with("direction", direction.name());
        let done: Step<_> = async {
            let event = &mut event;
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListShares>(store, caller, caller.org_scope(), core.now())
                .await?;
            let of = format!("{} {}", direction.name(), caller.principal());
            let cursors = Cursors::new(&core.keys.mac, "shares", access.org(), &of);
            let after = cursors.read_age(page.cursor.as_deref(), ShareId::parse)?;
            let after = after.map(|(created_at, id)| ShareCursor { created_at, id });
            let to = match direction {
                Direction::Outbound => None,
                Direction::Inbound => Some(ShareReader {
                    principal: Some(caller.principal()),
                    proved_email: proved_email(core, caller).await?,
                }),
            };
            let shares = Shared {
                reader: store.read().await?,
                access: &access,
                to,
            };
            let (items, last) = gather(page.limit, after, shares).await?;
            let write = |last: ShareCursor| cursors.write_age(last.created_at, last.id);
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

#[derive(Clone, Copy)]
enum Direction {
    Outbound,
    Inbound,
}

impl Direction {
    const fn name(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Inbound => "inbound",
        }
    }
}

struct Shared<'a> {
    reader: Box<dyn Reader>,
    access: &'a Access<ListShares>,
    /// For whom they are; `None` = those that the caller made.
    to: Option<ShareReader>,
}

#[async_trait]
impl Pages for Shared<'_> {
    type Row = Share;
    type Position = ShareCursor;

    async fn page(
        &mut self,
        after: Option<ShareCursor>,
        size: PageSize,
    ) -> Result<Page<Share>, StorageError> {
        let shares = self.reader.shares();
        match &self.to {
            None => shares.list_outbound(self.access, after, size).await,
            Some(reader) => shares.list_inbound(self.access, reader, after, size).await,
        }
    }

    fn position(row: &Share) -> ShareCursor {
        ShareCursor {
            created_at: row.created_at,
            id: row.id,
        }
    }
}
