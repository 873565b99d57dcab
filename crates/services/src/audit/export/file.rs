//! Whether an export is what was written: offline, with nothing but the file and the master key.

use super::lines::{EventLine, FORM, Header, KeyLine, Sealer};
use crate::audit::keys::ChainKeys;
use crate::audit::walk::{Flaw, Place, end_holds};
use oneclaw_crypto::{CryptoError, KeyProvider};
use oneclaw_domain::{Chain, ChainHead, ChainedEvent, EventId, OrgId};
use oneclaw_storage::StoredChainKey;
use serde_json::Value;
use std::sync::Arc;

/// What is wrong with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileFlaw {
    /// The first line is not that of an export.
    NoExport,
    /// A line is not the one that followed on the line before it: changed, lost, added or moved.
    Line,
    /// Something stands behind the end.
    Surplus,
    /// The file ends before the export does.
    Incomplete,
    /// The lines are as they were written, but the log was broken already.
    Log(Flaw, EventId),
    /// The lines are as they were written, but the log's end did not hold already, or was gone.
    End(Flaw),
    /// The keys of the file are not of the master key that is here.
    Keys,
}

/// What a whole file says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileVerdict {
    /// Whose log; `None` = the installation's own.
    pub org: Option<OrgId>,
    /// When it was exported.
    pub exported_at: String,
    /// Events in it.
    pub events: u64,
    /// Events of which it was checked that they follow on one another in the chain.
    pub linked: u64,
}

/// A file, line by line.
pub struct LogFile {
    sealer: Sealer,
    /// Where the chain is; `None` = somewhere that the file does not tell.
    at: Option<Place>,
    /// The chain's end as it was stored; `None` = it was gone.
    head: Option<ChainHead>,
    /// The key of the event that stands at the chain's end.
    last_key: Option<String>,
    /// Whether the file has all of the chain, from its beginning to its end, or what fits a filter.
    is_whole: bool,
    verdict: FileVerdict,
    ended: bool,
}

impl LogFile {
    /// Opens a file by its first line, without the line's end.
    ///
    /// # Errors
    /// [`FileFlaw`], or the key provider fails.
    pub async fn open(
        provider: &dyn KeyProvider,
        line: &[u8],
    ) -> Result<Result<Self, FileFlaw>, CryptoError> {
        let Some((header, stored, head)) = parse(line) else {
            return Ok(Err(FileFlaw::NoExport));
        };
        let keys = match ChainKeys::open(provider, &stored).await {
            Ok(keys) => Arc::new(keys),
            Err(CryptoError::UnknownKey(_)) => return Ok(Err(FileFlaw::Keys)),
            Err(error) => return Err(error),
        };
        if keys.get(&header.key).is_none() {
            return Ok(Err(FileFlaw::Keys));
        }
        let mut sealer = Sealer::new(keys, header.key, header.export_id);
        if !sealer.follows(line) {
            return Ok(Err(FileFlaw::Line));
        }
        let is_whole = header.filters.is_empty();
        Ok(Ok(Self {
            sealer,
            at: head.as_ref().filter(|_| is_whole).map(Place::start),
            head,
            last_key: None,
            is_whole,
            verdict: FileVerdict {
                org: header.org_id.map(OrgId::from_uuid),
                exported_at: header.exported_at,
                events: 0,
                linked: 0,
            },
            ended: false,
        }))
    }

    /// Takes the next line, without its end.
    ///
    /// # Errors
    /// The line is not the one that was written here, or its event not the one that was linked.
    pub fn line(&mut self, line: &[u8]) -> Result<(), FileFlaw> {
        if self.ended {
            return Err(FileFlaw::Surplus);
        }
        if !self.sealer.follows(line) {
            return Err(FileFlaw::Line);
        }
        let value: Value = serde_json::from_slice(line).map_err(|_| FileFlaw::Line)?;
        if value.get("event").is_none() {
            self.ended = true;
            return if value.get("events") == Some(&self.verdict.events.into()) {
                Ok(())
            } else {
                Err(FileFlaw::Line)
            };
        }
        let line: EventLine = serde_json::from_value(value).map_err(|_| FileFlaw::Line)?;
        self.verdict.events += 1;
        self.event(&line.parse().ok_or(FileFlaw::Line)?)
    }

    fn event(&mut self, event: &ChainedEvent) -> Result<(), FileFlaw> {
        let link = event.link.as_ref();
        let end = self.head.as_ref().map(|head| head.length);
        if let Some(link) = link.filter(|link| Some(link.position) == end) {
            self.last_key.get_or_insert_with(|| link.key.clone());
        }
        // where the end was gone, what was done since begins at the first place again
        let is_next = |at: &Place| {
            link.is_some_and(|link| {
                link.position == at.position.saturating_add(1)
                    && (end.is_some() || link.previous == at.last)
            })
        };
        match &mut self.at {
            // with a filter, events in between are left out
            Some(at) if (self.is_whole && end.is_some()) || is_next(at) => {
                at.step(&self.sealer.keys, event)
                    .map_err(|flaw| FileFlaw::Log(flaw, event.event.id))?;
                self.verdict.linked += 1;
            }
            at => *at = Place::behind(event),
        }
        Ok(())
    }

    /// What it comes to, at the file's end.
    ///
    /// # Errors
    /// The export goes on, or the chain does; or the chain's end was not as it was signed.
    pub fn finish(self) -> Result<FileVerdict, FileFlaw> {
        if !self.ended {
            return Err(FileFlaw::Incomplete);
        }
        let head = self.head.ok_or(FileFlaw::End(Flaw::EndMissing))?;
        // the export's own MAC says only that the store held this end, not that it was a good one
        end_holds(&self.sealer.keys, &head, self.last_key.as_deref()).map_err(FileFlaw::End)?;
        if self.is_whole
            && self.at != Some(Place::end(&head))
            && let Some(last) = head.last
        {
            return Err(FileFlaw::Log(Flaw::CutOff, last));
        }
        Ok(self.verdict)
    }
}

/// What the first line says, the chain's keys, and its end; `None` = it is not that of an export.
fn parse(line: &[u8]) -> Option<(Header, Vec<StoredChainKey>, Option<ChainHead>)> {
    let mut header: Header = serde_json::from_slice(line).ok()?;
    if header.format != FORM || header.n != 0 {
        return None;
    }
    let keys = std::mem::take(&mut header.keys).into_iter();
    let keys = keys.map(KeyLine::parse).collect::<Option<Vec<_>>>()?;
    let chain = Chain::of(header.org_id.map(OrgId::from_uuid));
    let head = match header.chain.take() {
        Some(ends) => Some(ends.parse(chain)?),
        None => None,
    };
    Some((header, keys, head))
}
