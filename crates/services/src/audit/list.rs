//! Somebody looks at what was done.

use super::Audit;
use crate::Refusal;
use crate::access::Caller;
use crate::core::Step;
use crate::lists::Cursors;
use oneclaw_domain::{ChainedEvent, PageSize};
use oneclaw_policy::ListEvents;
use oneclaw_storage::EventFilter;

/// Which events, and how many of them.
#[derive(Clone, Debug)]
pub struct ListEventsCommand {
    /// Which.
    pub filter: EventFilter,
    /// At most so many.
    pub limit: PageSize,
    /// Without so many of the newest.
    pub offset: i64,
    /// Behind the page that gave it; instead of `offset`.
    pub cursor: Option<String>,
}

/// Some of them.
#[derive(Clone, Debug)]
pub struct ListedEvents {
    /// The events, newest first.
    pub events: Vec<ChainedEvent>,
    /// How many there are in all.
    pub total: i64,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// As many lists of the organization are counted as may be.
const BUSY: Refusal = Refusal::TooManyRequests { retry_after: 1 };

impl Audit {
    /// What was done in the organization, newest first; who does not manage it sees what they did
    /// themselves.
    ///
    /// # Errors
    /// The credential is limited; a cursor of another list; of as many lists as may be it is counted
    /// how long they are.
    pub async fn list(
        &self,
        wanted: &ListEventsCommand,
        caller: &Caller,
    ) -> Result<ListedEvents, Refusal> {
        let core = &*self.core;
        let event = core.event::<ListEvents>(caller, &caller.org_scope());
        let done: Step<_> = async {
            let store = &core.seams.store;
            let (access, _) = core
                .gate
                .judge_alone::<ListEvents>(store, caller, caller.org_scope(), core.now())
                .await?;
            // a cursor is of one list: of these filters, for this caller
            let of = format!("{:?} {}", wanted.filter, caller.principal());
            let cursors = Cursors::new(&core.keys.mac, "audit", access.org(), &of);
            let behind = cursors.read(wanted.cursor.as_deref(), |text| text.parse().ok())?;
            // how many there are of all is known, and of others they are counted
            let is_known = access.manages_org() && wanted.filter == EventFilter::default();
            let slot = if is_known {
                None
            } else {
                Some(self.counts.enter(access.org()).ok_or(BUSY)?)
            };
            let mut reader = store.read().await?;
            let audit = reader.audit();
            let page = audit
                .events(&access, &wanted.filter, behind, wanted.offset, wanted.limit)
                .await?;
            let total = audit.count_events(&access, &wanted.filter).await?;
            drop((reader, slot));
            let last = page.items.last().filter(|_| page.more);
            let listed = ListedEvents {
                next_cursor: last.map(|last| cursors.write(&last.seq.to_string())),
                events: page.items,
                total,
            };
            Ok(core.journal.record(event.clone()).await?.covers(listed))
        }
        .await;
        core.settle(event, done).await
    }
}
