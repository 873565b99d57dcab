//! An export, piece by piece: in constant memory, and without a connection between two pieces.

use super::begin::{Begun, ExportFormat};
use super::csv;
use super::lines::{End, EventLine, Header, Sealer};
use crate::Refusal;
use oneclaw_domain::{ChainedEvent, PageSize};
use oneclaw_storage::{StorageError, Store};
use std::sync::Arc;
use uuid::Uuid;

/// Events of one piece.
const PIECE: i64 = 200;

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
    /// The chain's length when it began: what is linked later is not in it.
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
        until: i64,
        sealed: Option<(Sealer, Header)>,
    ) -> Self {
        let (sealer, header) = sealed.unzip();
        Self {
            begun,
            store,
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
    /// The store fails: then what was given so far is incomplete, and says so by its missing end.
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
        let (audit, until) = (reader.audit(), self.until);
        let page = if self.next == Next::Events {
            let placed = audit.export_events(access, filter, self.after, until, size);
            placed.await?
        } else {
            let others = audit.export_unchained(access, filter, self.after.1, size);
            others.await?
        };
        drop(reader);
        let mut piece = Vec::new();
        for event in page.items {
            let place = event.link.as_ref().map_or(0, |link| link.position);
            self.after = (place, event.seq);
            self.events += 1;
            piece.append(&mut self.line(event)?);
        }
        if page.more {
            return Ok(piece);
        }
        if self.next == Next::Events {
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

    fn line(&mut self, event: ChainedEvent) -> Result<Vec<u8>, StorageError> {
        match &mut self.sealer {
            Some(sealer) => sealer
                .seal(&EventLine::new(self.events, event))
                .ok_or_else(unsealed),
            None => Ok(csv::line(&event).into_bytes()),
        }
    }
}

fn unsealed() -> StorageError {
    StorageError::Unavailable("there is no audit key to prove a line with".into())
}
