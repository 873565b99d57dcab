//! Whether a stretch of a chain is whole.

use super::keeper::{Keeper, Seen, is_newest};
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
        // what was committed here until now is in the store; what is meanwhile may be behind the end
        // that is read below
        let chain = self.access.on().chain;
        let seen = self.keeper.and_then(|keeper| keeper.seen(chain));
        // the end is read behind the events: what was linked meanwhile is no surplus
        let all = self.audit.chain_range(self.access, None, None).await?;
        let wanted = match (stretch.from, stretch.to) {
            (None, None) => all,
            (from, to) => self.audit.chain_range(self.access, from, to).await?,
        };
        let around = match wanted {
            None => self.around(stretch).await?,
            Some(_) => (None, None),
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
        let reach = match wanted {
            Some(found) => Reach::of(&head, found, stretch),
            None => Reach::between(&head, around, stretch),
        };
        self.walk(&head, reach, &mut done).await?;
        if done.broken.is_none() {
            done.broken = self.ends(&head, all, seen).await?;
        }
        if done.broken.is_none() && pending > 0 && !self.keys.adopts(self.now) {
            done.broken = Some((Flaw::Unplaced, None));
        }
        Ok(done)
    }

    /// The last place before a stretch without events, and the first behind it, as far as there are
    /// such.
    async fn around(
        &mut self,
        stretch: Stretch,
    ) -> Result<(Option<i64>, Option<i64>), StorageError> {
        let (mut before, mut behind) = (None, None);
        if stretch.from.is_some() {
            let range = self.audit.chain_range(self.access, None, stretch.from);
            before = range.await?.map(|(_, last)| last);
        }
        if stretch.to.is_some() {
            let range = self.audit.chain_range(self.access, stretch.to, None);
            behind = range.await?.map(|(first, _)| first);
        }
        Ok((before, behind))
    }

    /// Goes from the first place to the last.
    async fn walk(
        &mut self,
        head: &ChainHead,
        reach: Reach,
        done: &mut ChainCheck,
    ) -> Result<(), StorageError> {
        let Reach { first, last, .. } = reach;
        let before = first.saturating_sub(1);
        if before >= last {
            return Ok(());
        }
        let mut at = (before <= head.pruned).then(|| Place::start(head));
        let mut next = if at.is_some() { first } else { before };
        let mut passed = None;
        loop {
            let events = self
                .audit
                .chain_events(self.access, next, PageSize::MAX)
                .await?;
            for event in events.iter().filter(|event| passed < Some(rank(event))) {
                if position(event) > last {
                    // a stretch that ends before the chain does goes on with the next event
                    if last < head.length && at.as_ref().is_none_or(|at| at.position < last) {
                        done.broken = Some((Flaw::Missing, Some(event.event.id)));
                        return Ok(());
                    }
                    break;
                }
                let counts = i64::from(reach.counts(event));
                match &mut at {
                    // the event before the stretch: the first of the stretch hangs on it
                    None if position(event) == before => at = Place::behind(event),
                    None => {
                        missing(done, event);
                        return Ok(());
                    }
                    Some(at) => {
                        done.checked += counts;
                        if let Err(flaw) = at.step(self.keys, event) {
                            done.broken = Some((flaw, Some(event.event.id)));
                            return Ok(());
                        }
                        done.verified += counts;
                    }
                }
            }
            let end = events.last().map_or(last, position);
            if events.len() < PageSize::MAX.get() || end > last {
                break;
            }
            // from the same place on: another event may stand there, behind the page
            passed = events.last().map(rank);
            next = end;
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
        seen: Option<Seen>,
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
        if !is_newest(head, seen) {
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

/// The places that are gone along, and those of them that were asked for. Where a stretch has a bound
/// in time, its neighbours are checked, too: an event that was there and is not any more, or has
/// another time, was between them or is one of them.
#[derive(Clone, Copy, Debug)]
struct Reach {
    first: i64,
    last: i64,
    counted: (i64, i64),
}

impl Reach {
    /// Of a stretch whose events have places from one to another.
    fn of(head: &ChainHead, (first, last): (i64, i64), stretch: Stretch) -> Self {
        let start = head.pruned.saturating_add(1);
        // without a bound the chain has to begin where it is known to, not where events happen to
        // be, and to end where its end says
        let first = if stretch.from.is_none() { start } else { first };
        let last = if stretch.to.is_none() {
            head.length.max(last)
        } else {
            last
        };
        let newest = stretch
            .newest
            .map_or(first, |many| last.saturating_sub(many).saturating_add(1));
        let counted = (first.max(newest), last);
        let has_neighbour = counted.0 > start && newest <= first && stretch.from.is_some();
        Self {
            first: counted.0.saturating_sub(i64::from(has_neighbour)),
            last: last.saturating_add(i64::from(last < head.length)),
            counted,
        }
    }

    /// Of a stretch without events, between its neighbours: none of its own may have been there.
    /// Where the clock went back, the one before stands behind the other, with more between them.
    fn between(
        head: &ChainHead,
        (before, behind): (Option<i64>, Option<i64>),
        stretch: Stretch,
    ) -> Self {
        let before = before.unwrap_or(head.pruned);
        let behind = behind.unwrap_or(head.length);
        let last = before.max(behind);
        // with a clock that once went back they may be the chain's two ends
        let most = stretch
            .newest
            .map_or(i64::MIN, |many| last.saturating_sub(many));
        let start = head.pruned.saturating_add(1);
        Self {
            first: before.min(behind).max(most).max(start),
            last,
            counted: (0, 0),
        }
    }

    /// Whether an event is one that was asked for.
    fn counts(self, event: &ChainedEvent) -> bool {
        (self.counted.0..=self.counted.1).contains(&position(event))
    }
}

/// Where an event stands among those of its chain: several may claim one place.
fn rank(event: &ChainedEvent) -> (i64, i64) {
    (position(event), event.seq)
}

fn position(event: &ChainedEvent) -> i64 {
    event.link.as_ref().map_or(0, |link| link.position)
}

/// The event that the stretch hangs on is not there.
fn missing(done: &mut ChainCheck, event: &ChainedEvent) {
    done.checked += 1;
    done.broken = Some((Flaw::Missing, Some(event.event.id)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use oneclaw_domain::Chain;

    #[test]
    fn aud_10_where_the_clock_went_back_a_limit_bounds_what_is_walked() {
        let mut head = ChainHead::empty(Chain::Installation);
        head.length = 50_000;
        let apart = (Some(50_000), Some(1));
        for (newest, first) in [(None, 1), (Some(10), 49_990), (Some(60_000), 1)] {
            let stretch = Stretch {
                newest,
                ..Stretch::default()
            };
            let reach = Reach::between(&head, apart, stretch);
            assert_eq!((reach.first, reach.last), (first, 50_000), "{newest:?}");
        }
    }
}
