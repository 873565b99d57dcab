//! A chain, event by event: whether each is what was linked, at its place, under the key of its time.

use super::keys::ChainKeys;
use oneclaw_domain::{ChainHead, ChainedEvent, EventId};

/// What is wrong with a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// The event is not what was hashed.
    Changed,
    /// Events before it are not there.
    Missing,
    /// Another event stands at its place, or it stands where none may.
    Inserted,
    /// It does not name the event before it.
    Unlinked,
    /// The key that its hash is made with is not here.
    KeyMissing,
    /// It is hashed with a key of another time.
    WrongKey,
    /// Events at the end are not there.
    CutOff,
    /// The signed end is not as it was signed.
    EndChanged,
    /// There is no signed end.
    EndMissing,
    /// An older end was brought back.
    RolledBack,
    /// Events have no place in the chain, and none may get one any more.
    Unplaced,
}

impl Flaw {
    /// In one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Inserted => "inserted",
            Self::Unlinked => "unlinked",
            Self::KeyMissing => "key_missing",
            Self::WrongKey => "wrong_key",
            Self::CutOff => "cut_off",
            Self::EndChanged => "end_changed",
            Self::EndMissing => "end_missing",
            Self::RolledBack => "rolled_back",
            Self::Unplaced => "unplaced",
        }
    }
}

/// Where a chain has got to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) position: i64,
    pub(super) last: Option<EventId>,
    pub(super) hash: [u8; 32],
}

impl Place {
    /// Where a chain begins: behind what retention took away.
    pub(super) const fn start(head: &ChainHead) -> Self {
        Self {
            position: head.pruned,
            last: head.pruned_last,
            hash: head.pruned_hash,
        }
    }

    /// Where it ends.
    pub(super) const fn end(head: &ChainHead) -> Self {
        Self {
            position: head.length,
            last: head.last,
            hash: head.hash,
        }
    }

    /// Behind an event, if it has a place.
    pub(super) fn behind(event: &ChainedEvent) -> Option<Self> {
        let link = event.link.as_ref()?;
        Some(Self {
            position: link.position,
            last: Some(event.event.id),
            hash: link.hash,
        })
    }

    /// Goes on to the next event, if it is the one that was linked here.
    pub(super) fn step(&mut self, keys: &ChainKeys, event: &ChainedEvent) -> Result<(), Flaw> {
        let link = event.link.as_ref().ok_or(Flaw::Unplaced)?;
        let next = self.position.saturating_add(1);
        if link.position != next {
            return Err(if link.position > next {
                Flaw::Missing
            } else {
                Flaw::Inserted
            });
        }
        if link.previous != self.last {
            return Err(Flaw::Unlinked);
        }
        let key = keys.get(&link.key).ok_or(Flaw::KeyMissing)?;
        if !key.verifies_link(link, &self.hash, &event.event) {
            return Err(Flaw::Changed);
        }
        let of_time = keys.at(event.event.created_at);
        if of_time.is_none_or(|of_time| of_time.id != key.id) {
            return Err(Flaw::WrongKey);
        }
        *self = Self {
            position: next,
            last: Some(event.event.id),
            hash: link.hash,
        };
        Ok(())
    }
}

/// Whether a chain's end is as it was signed, by a key no older than that of its last event.
pub(super) fn end_holds(
    keys: &ChainKeys,
    head: &ChainHead,
    last: Option<&str>,
) -> Result<(), Flaw> {
    if head.mac.is_empty() {
        return Err(Flaw::EndChanged);
    }
    let key = keys.get(&head.key).ok_or(Flaw::KeyMissing)?;
    if !key.verifies_head(head) {
        return Err(Flaw::EndChanged);
    }
    match last.and_then(|last| keys.get(last)) {
        Some(last) if last.starts_at > key.starts_at => Err(Flaw::WrongKey),
        _ => Ok(()),
    }
}
