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

#[cfg(test)]
mod tests {
    use super::*;
    use oneclaw_domain::{Chain, ChainLink, EventRecord, Timestamp};
    use serde_json::json;
    use uuid::Uuid;

    /// The first event of a chain, from this moment, hashed with a key of one's choice.
    fn hashed(keys: &ChainKeys, key: &str, at: i64) -> ChainedEvent {
        let event = EventRecord {
            id: EventId::from_uuid(Uuid::from_u128(1)),
            org: None,
            action: "a".to_owned(),
            actor_type: "b".to_owned(),
            actor_id: "c".to_owned(),
            resource_type: "d".to_owned(),
            resource_id: "e".to_owned(),
            details: json!({}),
            outcome: "ok".to_owned(),
            ip_address: None,
            request_id: "r".to_owned(),
            created_at: Timestamp::from_millis(at),
        };
        let key = keys.get(key).unwrap();
        let mut link = ChainLink {
            seq: 1,
            position: 1,
            previous: None,
            key: key.id.clone(),
            hash: [0; 32],
        };
        link.hash = key.link(&link, &[0; 32], &event);
        ChainedEvent {
            seq: 1,
            event,
            link: Some(link),
        }
    }

    #[test]
    fn aud_02_who_has_another_times_key_makes_no_event_of_this_time() {
        let keys = ChainKeys::fresh(&[("old", 0), ("new", 1000)]);
        let head = ChainHead::empty(Chain::Installation);
        for (key, at, wanted) in [
            ("old", 999, Ok(())),
            ("new", 1000, Ok(())),
            ("old", 1000, Err(Flaw::WrongKey)),
            ("new", 999, Err(Flaw::WrongKey)),
        ] {
            let step = Place::start(&head).step(&keys, &hashed(&keys, key, at));
            assert_eq!(step, wanted, "{key} at {at}");
        }
        // nor does a newer key's name help, or a key that is not here
        let mut named = hashed(&keys, "old", 1000);
        for (key, flaw) in [("new", Flaw::Changed), ("none", Flaw::KeyMissing)] {
            named.link.as_mut().unwrap().key = key.to_owned();
            assert_eq!(Place::start(&head).step(&keys, &named), Err(flaw));
        }
    }

    #[test]
    fn aud_02_who_has_an_old_key_signs_no_end_behind_a_newer_one() {
        let keys = ChainKeys::fresh(&[("old", 0), ("new", 1000)]);
        let signed = |by: &str| {
            let key = keys.get(by).unwrap();
            let mut head = ChainHead::empty(Chain::Installation);
            head.key.clone_from(&key.id);
            head.mac = key.head(&head);
            head
        };
        let (old, new) = (signed("old"), signed("new"));
        assert_eq!(end_holds(&keys, &old, Some("old")), Ok(()));
        assert_eq!(end_holds(&keys, &new, Some("old")), Ok(()));
        assert_eq!(end_holds(&keys, &old, Some("new")), Err(Flaw::WrongKey));
    }

    #[test]
    fn aud_13_a_key_that_is_gone_is_kept_and_missed_once_it_counts() {
        let known = ChainKeys::fresh(&[("old", 0), ("new", 1000)]);
        let stored = ChainKeys::fresh(&[("old", 0), ("newest", 3000)]);
        let lost =
            |now| -> Vec<&str> { known.lost(&stored, Timestamp::from_millis(now)).collect() };
        assert_eq!(lost(999), [""; 0]);
        assert_eq!(lost(1000), ["new"]);
        let all = stored.with(&known);
        let at = |moment| {
            all.at(Timestamp::from_millis(moment))
                .map(|key| key.id.as_str())
        };
        assert_eq!(
            [at(0), at(1000), at(3000)],
            [Some("old"), Some("new"), Some("newest")]
        );
    }
}
