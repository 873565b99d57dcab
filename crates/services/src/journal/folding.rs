//! Refusals that anybody can cause without end leave one event a minute, kind, actor and client
//! network, and one more that says how many there were.

use oneclaw_domain::{
    Actor, AuditEvent, AuditResource, EventId, OrgId, Outcome, ResourceKind, Timestamp,
};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is folded into one event, in milliseconds.
const MINUTE: i64 = 60_000;
/// Kinds that are told apart at one time; all beyond them are one. Bounds memory, and the events that a
/// flood from many networks leaves a minute.
const KINDS: usize = 4096;

/// What one process counted and did not write yet.
pub(crate) struct Folds {
    /// So many of a kind leave an event of their own.
    apart: u64,
    counted: Mutex<HashMap<Kind, Fold>>,
}

/// What refusals have in common that are one event.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Kind {
    minute: i64,
    org: Option<OrgId>,
    /// Whose they are: what one account is refused never stands under another's.
    actor: Actor,
    action: &'static str,
    reason: &'static str,
    /// `None` = of every network that is not told apart.
    from: Option<Network>,
}

/// A client's network: of IPv6, what one client is given (RFC 6177).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Network(Option<IpAddr>);

/// Refusals of one kind.
struct Fold {
    apart: u64,
    folded: u64,
    /// The first that was folded.
    first: Option<Box<AuditEvent>>,
    last_at: Timestamp,
}

impl Folds {
    /// Leaves `apart` refusals of a kind and minute an event of their own.
    pub(crate) fn new(apart: u64) -> Self {
        Self {
            apart,
            counted: Mutex::default(),
        }
    }

    /// Takes a refusal in, unless it is to be written by itself: tells whether it did.
    pub(crate) fn takes(&self, event: &AuditEvent) -> bool {
        let is_nobodys =
            event.org.is_none() && matches!(event.actor, Actor::Anonymous) && event.usage.is_none();
        let Outcome::Denied(reason) = event.outcome else {
            return false;
        };
        if !is_nobodys {
            return false;
        }
        let mut counted = self.counted();
        let fold = counted.of(event, reason);
        if fold.apart < self.apart {
            fold.apart += 1;
            return false;
        }
        fold.add(event);
        true
    }

    /// Counts a refusal that leaves no event of its own, or could not leave one.
    pub(crate) fn count(&self, event: &AuditEvent, reason: &'static str) {
        let event = event.clone().denied(reason);
        self.counted().of(&event, reason).add(&event);
    }

    /// The events of the minutes that are over at `now`, or of all: they are the caller's from here.
    pub(crate) fn over(&self, now: Option<Timestamp>, id: impl Fn() -> EventId) -> Vec<AuditEvent> {
        let mut counted = self.counted();
        let current = now.map(minute_of);
        let over: Vec<_> = counted
            .0
            .extract_if(|kind, _| current.is_none_or(|current| kind.minute < current))
            .collect();
        let at = |fold: &Fold| now.unwrap_or(fold.last_at);
        over.into_iter()
            .filter_map(|(kind, fold)| fold.event(&kind, id(), at(&fold)))
            .collect()
    }

    /// Takes an event back that could not be written.
    pub(crate) fn give_back(&self, event: &AuditEvent) {
        let Outcome::Denied(reason) = event.outcome else {
            return;
        };
        let many = event
            .details
            .get("count")
            .and_then(serde_json::Value::as_u64);
        let mut counted = self.counted();
        let fold = counted.of(event, reason);
        fold.add(event);
        fold.folded = fold.folded.saturating_add(many.unwrap_or(1) - 1);
    }

    fn counted(&self) -> Counted<'_> {
        Counted(self.counted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The counters, held.
struct Counted<'a>(MutexGuard<'a, HashMap<Kind, Fold>>);

impl Counted<'_> {
    /// The counter of a refusal's kind; of a common one where there are too many.
    fn of(&mut self, event: &AuditEvent, reason: &'static str) -> &mut Fold {
        let mut kind = Kind {
            minute: minute_of(event.created_at),
            org: event.org,
            actor: event.actor,
            action: event.action,
            reason,
            from: Some(Network::of(event.request.ip)),
        };
        if self.0.len() >= KINDS && !self.0.contains_key(&kind) {
            kind = Kind {
                org: None,
                actor: Actor::Anonymous,
                from: None,
                ..kind
            };
        }
        self.0.entry(kind).or_insert_with(|| Fold {
            apart: 0,
            folded: 0,
            first: None,
            last_at: event.created_at,
        })
    }
}

impl Fold {
    fn add(&mut self, event: &AuditEvent) {
        self.folded = self.folded.saturating_add(1);
        self.last_at = self.last_at.max(event.created_at);
        self.first.get_or_insert_with(|| Box::new(event.clone()));
    }

    /// One event for all that were folded, if any was.
    fn event(&self, kind: &Kind, id: EventId, at: Timestamp) -> Option<AuditEvent> {
        let first = self.first.as_deref()?;
        let mut request = first.request.clone();
        request.metered = None;
        if kind.from.is_none() {
            request.ip = None;
        }
        let event = AuditEvent {
            id,
            org: kind.org,
            action: kind.action,
            actor: kind.actor,
            resource: match kind.org {
                Some(org) => AuditResource::new(ResourceKind::Org, &org.to_string()),
                // they may have been about different things of one kind
                None => AuditResource::new(first.resource.kind, "various"),
            },
            details: serde_json::Map::new(),
            outcome: Outcome::Denied(kind.reason),
            request,
            created_at: at,
            usage: None,
        };
        let event = event
            .with("count", self.folded)
            .with("first_at", first.created_at.to_string())
            .with("last_at", self.last_at.to_string());
        Some(event)
    }
}

impl Network {
    fn of(ip: Option<IpAddr>) -> Self {
        Self(ip.map(|ip| match ip.to_canonical() {
            IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
            v4 @ IpAddr::V4(_) => v4,
        }))
    }
}

const fn minute_of(at: Timestamp) -> i64 {
    at.millis().div_euclid(MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oneclaw_domain::{AuditRequest, Principal, ResourceKind, UserId};
    use uuid::Uuid;

    const NOON: i64 = 1_772_366_400_000;

    fn refusal(ip: &str, at: i64) -> AuditEvent {
        AuditEvent {
            id: EventId::from_uuid(Uuid::nil()),
            org: None,
            action: "auth.failure",
            actor: Actor::Anonymous,
            resource: AuditResource::new(ResourceKind::Session, "anonymous"),
            details: serde_json::Map::new(),
            outcome: Outcome::Denied("invalid_token"),
            request: AuditRequest {
                request_id: "first".to_owned(),
                ip: ip.parse().ok(),
                metered: None,
            },
            created_at: Timestamp::from_millis(at),
            usage: None,
        }
    }

    fn flushed(folds: &Folds, now: Option<i64>) -> Vec<AuditEvent> {
        let mut events = folds.over(now.map(Timestamp::from_millis), || {
            EventId::from_uuid(Uuid::max())
        });
        events.sort_by_key(|event| event.request.ip);
        events
    }

    fn count(event: &AuditEvent) -> u64 {
        event.details["count"].as_u64().unwrap()
    }

    #[test]
    fn aud_12_the_first_of_a_minute_and_network_is_apart_and_the_others_are_counted() {
        let folds = Folds::new(1);
        assert!(!folds.takes(&refusal("192.0.2.1", NOON)));
        for at in 1..100 {
            assert!(folds.takes(&refusal("192.0.2.1", NOON + at)));
        }
        assert!(!folds.takes(&refusal("192.0.2.2", NOON)));
        assert!(!folds.takes(&refusal("2001:db8:1:2::1", NOON)));
        assert!(folds.takes(&refusal("2001:db8:1:2:ffff::9", NOON)));
        assert_eq!(flushed(&folds, Some(NOON + 59_999)), [], "the minute runs");
        let events = flushed(&folds, Some(NOON + 60_000));
        assert_eq!(events.iter().map(count).collect::<Vec<_>>(), [99, 1]);
        assert_eq!(events[0].full_details()["reason"], "invalid_token");
        assert_eq!(events[0].created_at.millis(), NOON + 60_000);
        assert_eq!(flushed(&folds, None), []);
        assert!(
            !folds.takes(&refusal("192.0.2.1", NOON + 60_000)),
            "a new minute"
        );
    }

    #[test]
    fn aud_12_somebodys_refusals_are_never_folded() {
        let folds = Folds::new(0);
        let mut known = refusal("192.0.2.1", NOON);
        known.org = Some(OrgId::from_uuid(Uuid::max()));
        assert!(!folds.takes(&known));
        let mut done = refusal("192.0.2.1", NOON);
        done.outcome = Outcome::Ok;
        assert!(!folds.takes(&done));
        assert!(flushed(&folds, None).is_empty());
        // but for what a limiter says again and again
        folds.count(&known, "rate_limited");
        let events = flushed(&folds, None);
        assert_eq!((events[0].org, count(&events[0])), (known.org, 1));
    }

    #[test]
    fn aud_12_two_accounts_behind_one_address_are_told_apart() {
        let folds = Folds::new(0);
        let by = |number| {
            let mut refused = refusal("192.0.2.1", NOON);
            refused.org = Some(OrgId::from_uuid(Uuid::max()));
            let user = UserId::from_uuid(Uuid::from_u128(number));
            refused.actor = Actor::Principal(Principal::User(user));
            refused
        };
        for number in [1, 2, 2, 1, 2] {
            folds.count(&by(number), "rate_limited");
        }
        let told = |events: &[AuditEvent]| {
            let mut told: Vec<_> = events
                .iter()
                .map(|event| (count(event), event.actor.id()))
                .collect();
            told.sort();
            told
        };
        let expected = [(2, by(1).actor.id()), (3, by(2).actor.id())];
        let events = flushed(&folds, None);
        assert_eq!(told(&events), expected);
        for event in &events {
            // contract 17: without a resource of one's own, the organization is
            assert_eq!(event.resource.kind, ResourceKind::Org);
            assert_eq!(event.resource.id, Uuid::max().to_string());
            folds.give_back(event);
        }
        assert_eq!(told(&flushed(&folds, None)), expected);
    }

    #[test]
    fn aud_12_a_flood_from_everywhere_is_bounded_and_every_refusal_counted() {
        let folds = Folds::new(1);
        let mut apart = 0;
        for number in 0..100_000_u32 {
            let from = IpAddr::from(number.to_be_bytes()).to_string();
            apart += u64::from(!folds.takes(&refusal(&from, NOON)));
        }
        let bound = u64::try_from(KINDS).unwrap() + 1;
        assert!(apart <= bound, "{apart}");
        let events = flushed(&folds, None);
        assert!(events.len() <= KINDS + 1, "{}", events.len());
        assert_eq!(apart + events.iter().map(count).sum::<u64>(), 100_000);
        let common = events.iter().find(|event| count(event) > 1).unwrap();
        assert_eq!(common.request.ip, None);
    }

    #[test]
    fn aud_12_what_could_not_be_written_is_counted_on() {
        let folds = Folds::new(0);
        for _ in 0..5 {
            assert!(folds.takes(&refusal("192.0.2.1", NOON)));
        }
        for _ in 0..3 {
            let events = flushed(&folds, None);
            assert_eq!(events.iter().map(count).collect::<Vec<_>>(), [5]);
            folds.give_back(&events[0]);
        }
        assert!(folds.takes(&refusal("192.0.2.1", NOON)));
        assert_eq!(count(&flushed(&folds, None)[0]), 6);
    }
}
