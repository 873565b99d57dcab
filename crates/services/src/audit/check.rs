//! Whether a stretch of a chain is whole.

use super::keeper::Keeper;
use super::keys::ChainKeys;
use super::walk::{Flaw, Place, end_holds};
use oneclaw_domain::{ChainHead, ChainedEvent, EventId, PageSize, Timestamp};
use oneclaw_policy::{Access, VerifyAudit};
use oneclaw_storage::{ReadAudit, StorageError};

/// How many times a stretch is looked at whose beginning is taken away meanwhile.
const TRIES: u8 = 3;

/// Which stretch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// Events not before this moment.
    pub from: Option<Timestamp>,
    /// Events before this one.
    pub to: Option<Timestamp>,
    /// Only so many of the newest of them; `None` = all.
    pub newest: Option<i64>,
}

/// How whole it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainCheck {
    /// What is wrong first, and with which event, where one can be named.
    pub broken: Option<(Flaw, Option<EventId>)>,
    /// Events that are what was linked.
    pub verified: i64,
    /// Events that were looked at.
    pub checked: i64,
    /// Events that have no place yet: neither valid nor broken.
    pub pending: i64,
}

/// What a check goes by.
pub(super) struct Check<'a> {
    pub(super) audit: &'a mut dyn ReadAudit,
    pub(super) access: &'a Access<VerifyAudit>,
    pub(super) keys: &'a ChainKeys,
    /// Who has seen the chain's end in this process.
    pub(super) keeper: Option<&'a Keeper>,
    pub(super) now: Timestamp,
}

impl Check<'_> {
    /// Checks a stretch, again if retention was at work meanwhile.
    pub(super) async fn run(&mut self, stretch: Stretch) -> Result<ChainCheck, StorageError> {
        let mut tried = 1;
        loop {
            let before = self.pruned().await?;
            let done = self.once(stretch).await?;
            if done.broken.is_none() || tried == TRIES || self.pruned().await? == before {
                return Ok(done);
            }
            tried += 1;
        }
    }

    async fn pruned(&mut self) -> Result<i64, StorageError> {
        let head = self.audit.chain_head(self.access).await?;
        Ok(head.map_or(0, |head| head.pruned))
    }

    async fn once(&mut self, stretch: Stretch) -> Result<ChainCheck, StorageError> {
        // the end is read behind the events: what was linked meanwhile is no surplus
        let all = self.audit.chain_range(self.access, None, None).await?;
        let wanted = match (stretch.from, stretch.to) {
            (None, None) => all,
            (from, to) => self.audit.chain_range(self.access, from, to).await?,
        };
        let pending = self.audit.unchained(self.access).await?;
        let mut done = ChainCheck {
            broken: None,
            verified: 0,
            checked: 0,
            pending,
        };
        let Some(head) = self.audit.chain_head(self.access).await? else {
            done.broken = Some((Flaw::EndMissing, None));
            return Ok(done);
        };
        let is_bounded = stretch.from.is_some() || stretch.to.is_some();
        if let Some((first, last)) = wanted {
            let last = if stretch.to.is_none() {
                head.length.max(last)
            } else {
                last
            };
            let reach = self.reach(&head, first, last, stretch);
            self.walk(&head, reach, &mut done).await?;
        } else if !is_bounded && head.length > head.pruned {
            done.broken = Some((Flaw::CutOff, head.last));
        }
        if done.broken.is_none() {
            done.broken = self.ends(&head, all).await?;
        }
        if done.broken.is_none() && pending > 0 && !self.keys.adopts(self.now) {
            done.broken = Some((Flaw::Unplaced, None));
        }
        Ok(done)
    }

    /// The first and the last place to check.
    fn reach(&self, head: &ChainHead, first: i64, last: i64, stretch: Stretch) -> (i64, i64) {
        let start = head.pruned.saturating_add(1);
        // without a bound the chain has to begin where it is known to, not where events happen to be
        let first = if stretch.from.is_none() { start } else { first };
        let newest = stretch
            .newest
            .map_or(first, |many| last.saturating_sub(many).saturating_add(1));
        (first.max(newest), last)
    }

    /// Goes from the first place to the last.
    async fn walk(
        &mut self,
        head: &ChainHead,
        (first, last): (i64, i64),
        done: &mut ChainCheck,
    ) -> Result<(), StorageError> {
        let before = first.saturating_sub(1);
        let mut at = (before <= head.pruned).then(|| Place::start(head));
        let mut next = if at.is_some() { first } else { before };
        loop {
            let events = self
                .audit
                .chain_events(self.access, next, PageSize::MAX)
                .await?;
            for event in &events {
                if position(event) > last {
                    break;
                }
                match &mut at {
                    // the event before the stretch: the first of the stretch hangs on it
                    None if position(event) == before => at = Place::behind(event),
                    None => return missing(done, event),
                    Some(at) => {
                        done.checked += 1;
                        if let Err(flaw) = at.step(self.keys, event) {
                            done.broken = Some((flaw, Some(event.event.id)));
                            return Ok(());
                        }
                        done.verified += 1;
                    }
                }
            }
            let end = events.last().map_or(last, position);
            if events.len() < PageSize::MAX.get() || end >= last {
                break;
            }
            // more than a page of events at one place are none of ours; the rest of them stay unread
            next = end.saturating_add(1);
        }
        let reached = at.map_or(before, |at| at.position);
        if reached < last {
            done.broken = Some((Flaw::CutOff, head.last));
        }
        Ok(())
    }

    /// The chain's two ends.
    async fn ends(
        &mut self,
        head: &ChainHead,
        all: Option<(i64, i64)>,
    ) -> Result<Option<(Flaw, Option<EventId>)>, StorageError> {
        let last = self
            .audit
            .chain_events(self.access, head.length, PageSize::MAX)
            .await?;
        let at_end = last.first().filter(|event| position(event) == head.length);
        let key = at_end.and_then(|event| event.link.as_ref());
        if let Err(flaw) = end_holds(self.keys, head, key.map(|link| link.key.as_str())) {
            return Ok(Some((flaw, head.last)));
        }
        if head.length > head.pruned && at_end.and_then(Place::behind) != Some(Place::end(head)) {
            return Ok(Some((Flaw::CutOff, head.last)));
        }
        if self.keeper.is_some_and(|keeper| !keeper.is_newest(head)) {
            return Ok(Some((Flaw::RolledBack, head.last)));
        }
        let (first, end) = all.unwrap_or((i64::MAX, 0));
        if first <= head.pruned || end > head.length {
            let at = if first <= head.pruned {
                first
            } else {
                head.length.saturating_add(1)
            };
            let surplus = self
                .audit
                .chain_events(self.access, at, PageSize::MAX)
                .await?;
            return Ok(Some((
                Flaw::Inserted,
                surplus.first().map(|event| event.event.id),
            )));
        }
        Ok(None)
    }
}

fn position(event: &ChainedEvent) -> i64 {
    event.link.as_ref().map_or(0, |link| link.position)
}

/// The event that the stretch hangs on is not there.
fn missing(done: &mut ChainCheck, event: &ChainedEvent) -> Result<(), StorageError> {
    done.checked += 1;
    done.broken = Some((Flaw::Missing, Some(event.event.id)));
    Ok(())
}
