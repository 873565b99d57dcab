//! Whether an export is what was written: offline, with nothing but the file and the master key.

use super::lines::{EventLine, FORM, Header, Sealer, unhex};
use crate::audit::keys::ChainKeys;
use crate::audit::walk::{Flaw, Place};
use oneclaw_crypto::{CryptoError, KeyProvider};
use oneclaw_domain::{EventId, OrgId};
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
    /// Where the chain has to be in the end, if the file has all of it.
    end: Option<Place>,
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
        let Ok(header) = serde_json::from_slice::<Header>(line) else {
            return Ok(Err(FileFlaw::NoExport));
        };
        if header.format != FORM || header.n != 0 {
            return Ok(Err(FileFlaw::NoExport));
        }
        let parse = |key: super::lines::KeyLine| key.parse();
        let Some(stored) = header
            .keys
            .into_iter()
            .map(parse)
            .collect::<Option<Vec<_>>>()
        else {
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
        let ends = header.chain;
        let place = |position, last: Option<uuid::Uuid>, hash: &str| {
            let hash = unhex(hash.as_bytes())?;
            let last = last.map(EventId::from_uuid);
            Some(Place {
                position,
                last,
                hash,
            })
        };
        // all of the chain, or what fits some filter
        let is_whole = header.filters.is_empty();
        let start = place(ends.pruned, ends.pruned_event_id, &ends.pruned_hash);
        let end = place(ends.length, ends.last_event_id, &ends.last_hash);
        Ok(Ok(Self {
            sealer,
            at: start.filter(|_| is_whole),
            end: end.filter(|_| is_whole),
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
        let event = line.parse().ok_or(FileFlaw::Line)?;
        let is_next = |at: &Place| {
            let link = event.link.as_ref();
            link.is_some_and(|link| link.position == at.position.saturating_add(1))
        };
        match &mut self.at {
            // with a filter, events in between are left out
            Some(at) if self.end.is_some() || is_next(at) => {
                at.step(&self.sealer.keys, &event)
                    .map_err(|flaw| FileFlaw::Log(flaw, event.event.id))?;
                self.verdict.linked += 1;
            }
            at => *at = Place::behind(&event),
        }
        Ok(())
    }

    /// What it comes to, at the file's end.
    ///
    /// # Errors
    /// The export goes on, or the chain does.
    pub fn finish(self) -> Result<FileVerdict, FileFlaw> {
        if !self.ended {
            return Err(FileFlaw::Incomplete);
        }
        if let (Some(end), Some(at)) = (&self.end, &self.at)
            && end != at
            && let Some(last) = end.last
        {
            return Err(FileFlaw::Log(Flaw::CutOff, last));
        }
        Ok(self.verdict)
    }
}
