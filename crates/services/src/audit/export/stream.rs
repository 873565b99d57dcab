//! An export, piece by piece: in constant memory, and without a connection between two pieces.

use super::begin::{Begun, ExportFormat};
use super::csv;
use super::lines::{End, EventLine, Header, Sealer};
use crate::Refusal;
use oneclaw_domain::{ChainedEvent, Page, PageSize};
use oneclaw_storage::{EventFilter, ReadAudit, StorageError, Store};
use std::sync::Arc;
use uuid::Uuid;

/// Events of one piece.
const PIECE: i64 = 200;
/// Places that one statement looks through, so that a filter that little fits does not make it go
/// through all of a log.
const WINDOW: i64 = 1000;

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Header,
    Events,
    /// What has no place in the chain: it is told, too, and proves nothing.
    Unchained,
    Nothing,
}

/// An export under way.
pub struct AuditExport {
    begun: Begun,
    store: Arc<dyn Store>,
    /// The last place that retention had taken away when it began.
    pruned: i64,
    /// The chain's last place then: what is linked later is not in it.
    until: i64,
    sealer: Option<Sealer>,
    header: Option<Header>,
    /// The place of the last event that was given, and the number of its row.
    after: (i64, i64),
    events: u64,
    next: Next,
}

impl AuditExport {
    pub(super) fn new(
        begun: Begun,
        store: Arc<dyn Store>,
        (pruned, until): (i64, i64),
        sealed: Option<(Sealer, Header)>,
    ) -> Self {
        let (sealer, header) = sealed.unzip();
        Self {
            begun,
            store,
            pruned,
            until,
            sealer,
            header,
            after: (0, i64::MIN),
            events: 0,
            next: Next::Header,
        }
    }

    /// Its id, which is also in the event of it.
    pub const fn id(&self) -> Uuid {
        self.begun.id
    }

    /// In which form it is.
    pub const fn format(&self) -> ExportFormat {
        self.begun.command.format
    }

    /// The next piece; `None` = that was all.
    ///
    /// # Errors
    /// The store fails, or retention took away meanwhile what was to come next: then what was given
    /// so far is incomplete, and says so by its missing end.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, Refusal> {
        match self.next {
            Next::Header => {
                self.next = Next::Events;
                self.first().map(Some)
            }
            Next::Events | Next::Unchained => self.events().await.map(Some),
            Next::Nothing => Ok(None),
        }
    }

    fn first(&mut self) -> Result<Vec<u8>, Refusal> {
        match (&mut self.sealer, self.header.take()) {
            (Some(sealer), Some(mut header)) => {
                header.key.clone_from(&sealer.key);
                Ok(sealer.seal(&header).ok_or_else(unsealed)?)
            }
            _ => Ok(csv::TITLES.as_bytes().to_vec()),
        }
    }

    async fn events(&mut self) -> Result<Vec<u8>, Refusal> {
        let size = PageSize::new(PIECE).unwrap_or(PageSize::MAX);
        let mut reader = self.store.read().await?;
        let (access, filter) = (&self.begun.access, &self.begun.command.filter);
        let audit = reader.audit();
        let window = self.until.min(self.after.0.saturating_add(WINDOW));
        let page = if self.next == Next::Events {
            let placed = audit.export_events(access, filter, self.after, window, size);
            let page = placed.await?;
            self.goes_on(audit, &page).await?;
            page
        } else {
            let others = audit.export_unchained(access, filter, self.after.1, size);
            others.await?
        };
        drop(reader);
        let mut piece = Vec::new();
        for event in page.items {
            self.after = (place(&event), event.seq);
            self.events += 1;
            piece.append(&mut self.line(event)?);
        }
        if page.more {
            return Ok(piece);
        }
        if self.next == Next::Events && window < self.until {
            self.after = (window, i64::MAX);
        } else if self.next == Next::Events {
            self.next = Next::Unchained;
            self.after = (0, i64::MIN);
        } else {
            self.next = Next::Nothing;
            if let Some(sealer) = &mut self.sealer {
                let end = End {
                    n: self.events + 1,
                    events: self.events,
                };
                piece.append(&mut sealer.seal(&end).ok_or_else(unsealed)?);
            }
        }
        Ok(piece)
    }

    /// That a page of a whole log begins where the one before it ended.
    ///
    /// # Errors
    /// It does not, and the chain begins further on by now: the file would have a gap like that of a
    /// loss. Where retention took nothing, the gap is one, and is for whoever checks the file.
    async fn goes_on(
        &self,
        audit: &mut dyn ReadAudit,
        page: &Page<ChainedEvent>,
    ) -> Result<(), StorageError> {
        let reached = self.after.0.max(self.pruned);
        let behind = self.until.saturating_add(1);
        let next = page.items.first().map_or(behind, place);
        let is_whole = self.begun.command.filter == EventFilter::default();
        if !is_whole || next <= reached.saturating_add(1) {
            return Ok(());
        }
        let head = audit.chain_head(&self.begun.seen).await?;
        if head.is_none_or(|head| head.pruned <= reached) {
            return Ok(());
        }
        tracing::info!(export = %self.begun.id, "retention took away what an export had yet to read");
        Err(StorageError::Unavailable(
            "retention took away what the export had yet to read".into(),
        ))
    }

    fn line(&mut self, event: ChainedEvent) -> Result<Vec<u8>, StorageError> {
        match &mut self.sealer {
            Some(sealer) => sealer
                .seal(&EventLine::new(self.events, event))
                .ok_or_else(unsealed),
            None => Ok(csv::line(&event).into_bytes()),
        }
    }
}

/// An event's place in its chain; 0 = it has none.
fn place(event: &ChainedEvent) -> i64 {
    event.link.as_ref().map_or(0, |link| link.position)
}

fn unsealed() -> StorageError {
    StorageError::Unavailable("there is no audit key to prove a line with".into())
}
